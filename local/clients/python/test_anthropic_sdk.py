"""The fake upstream against Anthropic's own SDK: it has to be one for it."""

import anthropic
import pytest
from anthropic.types import Message
from conftest import HELLO, WORDS

TOOL = {
    "name": "weather",
    "description": "the weather of a place",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@pytest.fixture
def client(upstream):
    with anthropic.Anthropic(base_url=upstream.url, api_key="sk-ant-any", max_retries=0) as client:
        yield client


def ask(client, model, messages=HELLO, **params):
    return client.messages.create(model=model, max_tokens=1000, messages=messages, **params)


def final(client, model, messages=HELLO, **params):
    with client.messages.stream(model=model, max_tokens=1000, messages=messages, **params) as stream:
        return stream.get_final_message()


@pytest.mark.parametrize("call", [ask, final], ids=["plain", "stream"])
def test_text(client, call):
    message = call(client, "text")
    assert isinstance(message, Message)
    assert [(b.type, b.text) for b in message.content] == [("text", WORDS)]
    assert (message.role, message.stop_reason, message.stop_sequence) == ("assistant", "end_turn", None)
    assert (message.usage.input_tokens, message.usage.output_tokens) == (11, 8)


@pytest.mark.parametrize("call", [ask, final], ids=["plain", "stream"])
def test_stop_sequence(client, call):
    message = call(client, "text", stop_sequences=["delta"])
    assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", "delta")
    assert message.content[0].text == "alpha bravo charlie "


@pytest.mark.parametrize("call", [ask, final], ids=["plain", "stream"])
def test_tool_loop(client, call):
    message = call(client, "tool", tools=[TOOL])
    assert message.stop_reason == "tool_use"
    assert [b.type for b in message.content] == ["text", "tool_use"]
    use = message.content[1]
    assert (use.name, use.input) == ("weather", {"city": "alpha"})
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny"}]}
    message = call(client, "tool", [*HELLO, message.to_param(), result], tools=[TOOL])
    assert message.content[0].text == "The tools say: sunny"


@pytest.mark.parametrize("call", [ask, final], ids=["plain", "stream"])
def test_thinking(client, call):
    message = call(client, "reasoning")
    assert [b.type for b in message.content] == ["thinking", "text"]
    assert message.content[0].thinking == "alpha bravo charlie delta"
    assert message.content[0].signature.endswith("==")


@pytest.mark.parametrize("call", [ask, final], ids=["plain", "stream"])
def test_cached_tokens(client, call):
    usage = call(client, "cached").usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (50, 1920, 248)
    assert (usage.cache_creation.ephemeral_5m_input_tokens, usage.cache_creation.ephemeral_1h_input_tokens) == (148, 100)


def test_structured_output(client):
    schema = {"type": "object", "properties": {"points": {"type": "integer"}}, "required": ["points"], "additionalProperties": False}
    message = ask(client, "json", output_config={"format": {"type": "json_schema", "schema": schema}})
    assert message.content[0].text == '{"points":7}'


REFUSALS = [
    ("400-context", anthropic.BadRequestError, "invalid_request_error"),
    ("401", anthropic.AuthenticationError, "authentication_error"),
    ("403", anthropic.PermissionDeniedError, "permission_error"),
    ("404", anthropic.NotFoundError, "not_found_error"),
    ("422", anthropic.UnprocessableEntityError, "invalid_request_error"),
    ("429-7", anthropic.RateLimitError, "rate_limit_error"),
    ("500", anthropic.InternalServerError, "api_error"),
    ("529", anthropic.InternalServerError, "overloaded_error"),
]


@pytest.mark.parametrize(("model", "kind", "word"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_refusals(client, model, kind, word):
    with pytest.raises(kind) as raised:
        ask(client, model)
    assert raised.value.type == word
    assert raised.value.request_id == raised.value.body["request_id"]


def test_error_event(client):
    with pytest.raises(anthropic.APIStatusError) as raised:
        final(client, "overload-late")
    assert raised.value.type == "overloaded_error"
