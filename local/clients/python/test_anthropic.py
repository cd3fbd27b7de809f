"""Anthropic's own SDK: straight at the fake upstream, which has to be one for
it, and through the gateway to models of both vendors."""

import time

import anthropic
import pydantic
import pytest
from anthropic.types import Message
from conftest import HELLO, PIXEL, WORDS, through_gateway
from exact import assert_passed_on
from tally import kind, refusals

CLIENT = "anthropic"

TOOL = {
    "name": "weather",
    "description": "the weather of a place",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def ask(claude, scenario, messages=HELLO, **params):
    return claude.client.messages.create(
        **{"model": claude.model(scenario), "max_tokens": 1000, "messages": messages, **params}
    )


def final(claude, scenario, messages=HELLO, **params):
    with claude.client.messages.stream(
        **{"model": claude.model(scenario), "max_tokens": 1000, "messages": messages, **params}
    ) as stream:
        return stream.get_final_message()


plain_and_streamed = pytest.mark.parametrize("call", [ask, final], ids=["plain", "stream"])


@kind("plain")
@plain_and_streamed
def test_text(claude, call):
    message = call(claude, "text")
    assert isinstance(message, Message)
    assert [(b.type, b.text) for b in message.content] == [("text", WORDS)]
    assert (message.role, message.stop_reason, message.stop_sequence) == ("assistant", "end_turn", None)
    assert (message.usage.input_tokens, message.usage.output_tokens) == (11, 8)


@kind("stream")
def test_events(claude):
    events = list(ask(claude, "text", stream=True))
    assert [e.type for e in events if e.type not in ("ping", "content_block_delta")] == [
        "message_start",
        "content_block_start",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert "".join(e.delta.text for e in events if e.type == "content_block_delta") == WORDS


@through_gateway
def test_what_the_upstream_gets(claude):
    history = [*HELLO, {"role": "assistant", "content": "hi"}, {"role": "user", "content": "héllo ☃"}]
    ask(claude, "text", history, system="be brief", stop_sequences=["zulu"], max_tokens=50, extra_body={"temperature": 0.5})
    body, headers = claude.seen("text")
    if claude.vendor == "anthropic":
        assert headers["x-api-key"] == claude.key and headers["anthropic-version"] == "2023-06-01"
        assert (body["max_tokens"], body["stop_sequences"], text_of(body["system"])) == (50, ["zulu"], "be brief")
    else:
        assert headers["authorization"] == f"Bearer {claude.key}" and "anthropic-version" not in headers
        assert (body["max_completion_tokens"], body["stop"]) == (50, ["zulu"])
        assert text_of(body["messages"].pop(0)["content"]) == "be brief"
    assert (body["model"], body["temperature"]) == ("text", 0.5)
    assert [(m["role"], text_of(m["content"])) for m in body["messages"]] == [(m["role"], m["content"]) for m in history]


@pytest.mark.parametrize("claude", ["direct-anthropic", "process-anthropic", "lambda-anthropic"], indirect=True)
def test_bytes_pass_as_they_are(claude):
    """Anthropic's own models get what the client sent, but for the model."""
    raw = claude.client.messages.with_raw_response.create(
        model=claude.model("text"),
        max_tokens=50,
        messages=[{"role": "user", "content": [{"type": "text", "text": "héllo ☃", "cache_control": {"type": "ephemeral"}}]}],
        extra_body={"temperature": 0.30000000000000004},
        metadata={"user_id": "someone"},
        tools=[TOOL],
    )
    assert_passed_on(claude, "text", raw.http_request)


def text_of(content):
    """Text as a string, or as the list of blocks that says the same."""
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


@plain_and_streamed
def test_stop_sequence(claude, call):
    message = call(claude, "text", stop_sequences=["delta"])
    assert message.content[0].text == "alpha bravo charlie "
    # OpenAI's replies do not tell which sequence it was, or that it was one.
    said = ("stop_sequence", "delta") if claude.vendor == "anthropic" else ("end_turn", None)
    assert (message.stop_reason, message.stop_sequence) == said


@plain_and_streamed
def test_token_limit(claude, call):
    message = call(claude, "text", max_tokens=2)
    assert (message.content[0].text, message.stop_reason) == ("alpha bravo", "max_tokens")


@kind("tool loop")
@plain_and_streamed
def test_tool_loop(claude, call):
    message = call(claude, "tool", tools=[TOOL])
    assert message.stop_reason == "tool_use"
    (use,) = [b for b in message.content if b.type == "tool_use"]
    assert (use.name, use.input) == ("weather", {"city": "alpha"})
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny"}]}
    message = call(claude, "tool", [*HELLO, message.to_param(), result], tools=[TOOL])
    assert message.content[0].text == "The tools say: sunny"


@plain_and_streamed
def test_parallel_tools(claude, call):
    tools = [TOOL, {**TOOL, "name": "traffic"}]
    message = call(claude, "tools", tools=tools)
    uses = [b for b in message.content if b.type == "tool_use"]
    assert [u.name for u in uses] == ["weather", "traffic"] and len({u.id for u in uses}) == 2
    results = [{"type": "tool_result", "tool_use_id": u.id, "content": f"no {u.name}"} for u in uses]
    message = call(claude, "tools", [*HELLO, message.to_param(), {"role": "user", "content": results}], tools=tools)
    assert message.content[0].text == "The tools say: no weather; no traffic"


@plain_and_streamed
def test_demanded_tool(claude, call):
    tools = [TOOL, {**TOOL, "name": "traffic"}]
    message = call(claude, "tool", tools=tools, tool_choice={"type": "tool", "name": "traffic"})
    assert [b.name for b in message.content if b.type == "tool_use"] == ["traffic"]


@kind("image")
@plain_and_streamed
def test_image(claude, call):
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
    content = [{"type": "text", "text": "what is it?"}, picture]
    message = call(claude, "image", [{"role": "user", "content": content}])
    assert message.content[0].text == "I see 1: image/png, 70 bytes"


@kind("thinking")
@plain_and_streamed
def test_thinking(claude, call):
    message = call(claude, "reasoning" if claude.vendor == "anthropic" else "reasoning-content")
    assert [b.type for b in message.content] == ["thinking", "text"]
    assert message.content[0].thinking == "alpha bravo charlie delta"
    if claude.vendor == "anthropic":
        assert message.content[0].signature.endswith("==")


@plain_and_streamed
def test_cached_tokens(claude, call):
    usage = call(claude, "cached").usage
    if claude.vendor == "anthropic":
        assert (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (50, 1920, 248)
    else:
        assert (usage.input_tokens, usage.cache_read_input_tokens) == (298, 1920)


class Solution(pydantic.BaseModel):
    title: str
    points: int


@kind("structured output")
def test_structured_output(claude):
    message = claude.client.messages.parse(
        model=claude.model("json"), max_tokens=1000, messages=HELLO, output_format=Solution
    )
    assert message.parsed_output == Solution(title="alpha", points=7)


@kind("abort")
def test_leaving_a_stream(claude):
    with claude.client.messages.stream(model=claude.model("pace-40-20ms"), max_tokens=1000, messages=HELLO) as stream:
        next(iter(stream.text_stream))
    left = time.time()
    if claude.mode != "lambda":
        assert claude.upstream.log_until("left", "pace-40-20ms")["events"] < 40
        assert time.time() - left < 1


def test_error_event(claude):
    with pytest.raises(anthropic.APIStatusError) as raised:
        final(claude, "overload-late")
    assert raised.value.type == ("overloaded_error" if claude.vendor == "anthropic" else "api_error")


@kind("cut stream")
@pytest.mark.parametrize("fault", ["overload-late", "cut"])
@through_gateway
def test_a_cut_stream_raises(claude, fault):
    """It is never passed off as complete."""
    text = ""
    with pytest.raises(anthropic.APIStatusError):
        with claude.client.messages.stream(model=claude.model(fault), max_tokens=1000, messages=HELLO) as stream:
            for piece in stream.text_stream:
                text += piece
    assert text == "alpha bravo"


REFUSALS = [
    ("400-context", anthropic.BadRequestError, "invalid_request_error"),
    ("401", anthropic.AuthenticationError, "authentication_error"),
    ("403", anthropic.PermissionDeniedError, "permission_error"),
    ("429-7", anthropic.RateLimitError, "rate_limit_error"),
    ("500", anthropic.InternalServerError, "api_error"),
    ("529", anthropic.InternalServerError, "overloaded_error"),
]


@plain_and_streamed
@pytest.mark.parametrize(("scenario", "refusal", "word"), refusals(*REFUSALS))
def test_refusals(claude, call, scenario, refusal, word):
    with pytest.raises(refusal) as raised:
        call(claude, scenario)
    assert raised.value.type == word
    if scenario == "429-7":
        assert raised.value.response.headers["retry-after"] == "7"


@kind("counted tokens")
@through_gateway
def test_count_tokens(claude):
    short = claude.client.messages.count_tokens(model=claude.model("text"), messages=HELLO)
    long = claude.client.messages.count_tokens(model=claude.model("text"), messages=HELLO, system="be brief", tools=[TOOL])
    assert 0 < short.input_tokens < long.input_tokens
    assert claude.upstream.requests("text") == []


@through_gateway
def test_wrong_key(claude):
    with pytest.raises(anthropic.AuthenticationError) as raised:
        claude.client.with_options(api_key="sk-wrong").messages.create(
            model=claude.model("text"), max_tokens=10, messages=HELLO
        )
    assert raised.value.type == "authentication_error"
    assert claude.upstream.requests("text") == []


def test_unknown_model(claude):
    with pytest.raises((anthropic.BadRequestError, anthropic.NotFoundError)) as raised:
        claude.client.messages.create(model="no-such-model", max_tokens=10, messages=HELLO)
    assert "no-such-model" in raised.value.message
