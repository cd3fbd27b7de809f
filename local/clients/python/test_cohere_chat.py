"""Cohere's own SDK and its chat: straight at the fake upstream, and through the
gateway, which lets Cohere's own API through below /cohere. Its rerank too, where
the gateway chooses the model and the upstream gets the client's own bytes."""

import base64
import json

import cohere
import gateway_config
import pytest
from cohere.core.api_error import ApiError
from cohere.errors import TooManyRequestsError, UnauthorizedError
from conftest import HELLO, PIXEL, WORDS
from tally import kind, refusals

CLIENT = "cohere"

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "the weather of a place",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ONCE = {"max_retries": 0}


class Chat:
    """Asks a scenario, straight or through the gateway."""

    def __init__(self, mode, url, upstream):
        self.mode, self.upstream = mode, upstream
        self.client = cohere.ClientV2(gateway_config.MASTER_KEY, base_url=url)

    def __call__(self, scenario, messages=HELLO, **params):
        return self.client.chat(model=scenario, messages=messages, request_options=ONCE, **params)

    def stream(self, scenario, messages=HELLO, **params):
        return self.client.chat_stream(model=scenario, messages=messages, request_options=ONCE, **params)

    def seen(self, scenario):
        """The JSON body of the newest upstream request, and its key."""
        last = self.upstream.requests(scenario)[-1]
        return json.loads(base64.b64decode(last["body"])), last["header"]["Authorization"]


@pytest.fixture(params=["direct", "process"])
def chat(request, upstream):
    if request.param == "direct":
        return Chat("direct", upstream.url, upstream)
    return Chat("process", f"{request.getfixturevalue('process_gateway').url}/cohere", upstream)


def validated(reply):
    """The SDK itself takes any shape; this one is what its types say."""
    return type(reply).model_validate(reply.model_dump())


@kind("plain")
def test_chat(chat):
    reply = validated(chat("text", temperature=0.5, stop_sequences=["zulu"], max_tokens=100))
    assert isinstance(reply, cohere.V2ChatResponse) and reply.finish_reason == "COMPLETE"
    assert (reply.message.role, [(c.type, c.text) for c in reply.message.content]) == ("assistant", [("text", WORDS)])
    assert (reply.usage.tokens.input_tokens, reply.usage.billed_units.output_tokens) == (11, 8)
    body, key = chat.seen("text")
    asked = {"model": "text", "messages": HELLO, "temperature": 0.5, "stop_sequences": ["zulu"], "max_tokens": 100}
    assert body == {**asked, "stream": False}
    assert key == [f"Bearer {gateway_config.MASTER_KEY if chat.mode == 'direct' else gateway_config.KEYS['cohere']}"]


@kind("stream")
def test_stream(chat):
    events = [validated(e) for e in chat.stream("text")]
    assert [e.type for e in events if e.type != "content-delta"] == [
        "message-start",
        "content-start",
        "content-end",
        "message-end",
    ]
    assert "".join(e.delta.message.content.text for e in events if e.type == "content-delta") == WORDS
    assert (events[-1].delta.finish_reason, events[-1].delta.usage.tokens.output_tokens) == ("COMPLETE", 8)
    assert chat.seen("text")[0] == {"model": "text", "messages": HELLO, "stream": True}


@kind("tool loop")
def test_tool_loop(chat):
    first = validated(chat("tool", tools=[TOOL]))
    (call,) = first.message.tool_calls
    assert (first.finish_reason, call.function.name, json.loads(call.function.arguments)) == ("TOOL_CALL", "weather", {"city": "alpha"})
    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    second = chat("tool", [*HELLO, first.message, result], tools=[TOOL])
    assert second.message.content[0].text == "The tools say: sunny"


@kind("streamed tool loop")
def test_streamed_tool_loop(chat):
    events = [validated(e) for e in chat.stream("tool", tools=[TOOL])]
    (start,) = [e for e in events if e.type == "tool-call-start"]
    pieces = [e.delta.message.tool_calls.function.arguments for e in events if e.type == "tool-call-delta"]
    assert start.delta.message.tool_calls.function.name == "weather"
    assert len(pieces) > 3 and json.loads("".join(pieces)) == {"city": "alpha"}
    assert events[-1].delta.finish_reason == "TOOL_CALL"


@kind("image")
def test_image(chat):
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    reply = chat("image", [{"role": "user", "content": [{"type": "text", "text": "what is it?"}, picture]}])
    assert reply.message.content[0].text == "I see 1: image/png, 70 bytes"


@kind("structured output")
def test_structured_output(chat):
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "points": {"type": "integer"}}}
    reply = chat("json", response_format={"type": "json_object", "json_schema": schema})
    assert json.loads(reply.message.content[0].text) == {"title": "alpha", "points": 7}


@kind("thinking")
def test_thinking(chat):
    reply = validated(chat("reasoning", thinking={"type": "enabled"}))
    assert [c.type for c in reply.message.content] == ["thinking", "text"]
    assert reply.message.content[0].thinking == "alpha bravo charlie delta"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("scenario", "refusal"), refusals(("401", UnauthorizedError), ("429-7", TooManyRequestsError)))
def test_refused(chat, scenario, refusal, stream):
    with pytest.raises(refusal) as raised:
        list(chat.stream(scenario)) if stream else chat(scenario)
    assert isinstance(raised.value, ApiError) and raised.value.body["message"]
    if scenario == "429-7":
        assert raised.value.headers["retry-after"] == "7"


@kind("abort")
def test_leaving_a_stream(chat):
    stream = chat.stream("pace-40-20ms")
    next(e for e in stream if e.type == "content-delta")
    stream.close()
    assert chat.upstream.log_until("left", "pace-40-20ms")["events"] < 40


def test_wrong_key(process_gateway, upstream):
    client = cohere.ClientV2("sk-wrong", base_url=f"{process_gateway.url}/cohere")
    with pytest.raises(UnauthorizedError):
        client.chat(model="text", messages=HELLO, request_options=ONCE)
    assert upstream.requests("text") == []


@pytest.mark.parametrize("mode", ["direct", "process"])
@kind("rerank")
def test_rerank(request, upstream, mode):
    """The upstream gets the client's own members, but for the model and the key."""
    url = upstream.url if mode == "direct" else request.getfixturevalue("process_gateway").url
    documents = ["a quarterly report", "a red bicycle", "a red car ☃"]
    asked = {"query": "a red car", "documents": documents, "top_n": 2, "max_tokens_per_doc": 100}
    client = cohere.ClientV2(gateway_config.MASTER_KEY, base_url=url)
    reply = validated(client.rerank(model="text" if mode == "direct" else "cohere-text", **asked))
    assert isinstance(reply, cohere.V2RerankResponse)
    assert [(r.index, r.relevance_score) for r in reply.results] == [(2, 1.0), (1, pytest.approx(2 / 3))]
    assert (reply.meta.api_version.version, reply.meta.billed_units.search_units) == ("2", 1)
    (last,) = upstream.requests("text")
    assert int(reply.id.rpartition("-")[2]) == last["id"]
    assert json.loads(base64.b64decode(last["body"])) == {"model": "text", **asked}
    if mode != "direct":
        assert last["header"]["Authorization"] == [f"Bearer {gateway_config.KEYS['cohere']}"]
        assert gateway_config.MASTER_KEY not in repr(last["header"])


@pytest.mark.parametrize(("scenario", "refusal"), [("401", UnauthorizedError), ("429-7", TooManyRequestsError)])
def test_rerank_refused(process_gateway, upstream, scenario, refusal):
    client = cohere.ClientV2(gateway_config.MASTER_KEY, base_url=process_gateway.url)
    with pytest.raises(refusal) as raised:
        client.rerank(model=f"cohere-{scenario}", query="x", documents=["x"], request_options=ONCE)
    assert raised.value.headers.get("retry-after") == ("7" if scenario == "429-7" else None)
