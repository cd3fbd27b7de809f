"""OpenAI's responses, over models that only chat."""

import json

import gateway_config
import openai
import pydantic
import pytest
from conftest import PIXEL, WORDS, chat_behind
from openai.types.responses import Response, ResponseErrorEvent

TOOL = {
    "type": "function",
    "name": "weather",
    "description": "the weather of a place",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


def respond(way, scenario, **params):
    return way.client.responses.create(model=way.model(scenario), **{"input": "hello", **params})


@chat_behind
def test_response(way):
    reply = respond(way, "text", instructions="be brief", max_output_tokens=100)
    assert isinstance(reply, Response) and reply.object == "response"
    assert (reply.status, reply.output_text, reply.error) == ("completed", WORDS, None)
    assert [item.type for item in reply.output] == ["message"]
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens) == (11, 8, 19)
    body, _ = way.seen("text")
    if way.vendor != "anthropic":
        assert [(m["role"], m["content"]) for m in body["messages"]] == [("system", "be brief"), ("user", "hello")]
        assert body["max_completion_tokens"] == 100
    else:
        assert (body["system"][0]["text"], body["max_tokens"]) == ("be brief", 100)


@chat_behind
def test_stream(way):
    events = list(respond(way, "text", stream=True))
    assert [e.type for e in (events[0], events[1], events[-1])] == [
        "response.created",
        "response.in_progress",
        "response.completed",
    ]
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == WORDS
    assert events[-1].response.output_text == WORDS
    assert events[-1].response.usage.total_tokens == 19


@chat_behind
def test_stream_helper(way):
    """The SDK's accumulator accepts the events and rebuilds the response."""
    with way.client.responses.stream(model=way.model("text"), input="hello") as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output_text == WORDS


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@chat_behind
def test_tool_loop(way, stream):
    first = finished(way, "tool", stream, tools=[TOOL])
    (call,) = [item for item in first.output if item.type == "function_call"]
    assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "alpha"})
    said = [item.model_dump(exclude_none=True) for item in first.output]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
    second = finished(way, "tool", stream, tools=[TOOL], input=[{"role": "user", "content": "hello"}, *said, result])
    assert second.output_text == "The tools say: sunny"


def finished(way, scenario, stream, **params):
    if not stream:
        return respond(way, scenario, **params)
    *_, last = respond(way, scenario, stream=True, **params)
    assert last.type == "response.completed"
    return last.response


@chat_behind
def test_image(way):
    content = [
        {"type": "input_text", "text": "what is it?"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}", "detail": "auto"},
    ]
    assert respond(way, "image", input=[{"role": "user", "content": content}]).output_text == "I see 1: image/png, 70 bytes"


class Solution(pydantic.BaseModel):
    title: str
    points: int


@chat_behind
def test_structured_output(way):
    reply = way.client.responses.parse(model=way.model("json"), input="hello", text_format=Solution)
    assert reply.output_parsed == Solution(title="alpha", points=7)


@chat_behind
def test_reasoning(way):
    reply = respond(way, "reasoning")
    assert reply.output_text == WORDS
    if way.vendor != "anthropic":
        assert reply.usage.output_tokens_details.reasoning_tokens == 64
    else:
        (thought,) = [item for item in reply.output if item.type == "reasoning"]
        assert "alpha bravo charlie delta" in thought.model_dump_json()


@chat_behind
def test_token_limit(way):
    reply = respond(way, "text", max_output_tokens=2)
    assert (reply.status, reply.output_text) == ("incomplete", "alpha bravo")
    assert reply.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize("way", ["process-anthropic", f"process-{gateway_config.CHATS}"], indirect=True)
def test_stored_responses(way):
    """The gateway keeps what a vendor without responses cannot."""
    first = respond(way, "echo", input="one")
    second = respond(way, "echo", input="two", previous_response_id=first.id)
    assert (second.previous_response_id, second.output_text) == (first.id, "two")
    body, _ = way.seen("echo")
    assert [m["role"] for m in body["messages"]] == ["user", "assistant", "user"]

    kept = way.client.responses.retrieve(first.id)
    assert isinstance(kept, Response) and kept.output_text == "one"
    (item,) = way.client.responses.input_items.list(first.id)
    assert (item.role, item.content[0].text) == ("user", "one")
    way.client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        way.client.responses.retrieve(first.id)
    with pytest.raises(openai.BadRequestError):
        respond(way, "echo", previous_response_id=first.id)


@pytest.mark.parametrize("fault", ["cut", "overload-late"])
@chat_behind
def test_a_cut_stream_ends_in_an_error(way, fault):
    """The SDK hands out the API's error event, and its accumulator has no
    response to give."""
    *events, last = respond(way, fault, stream=True)
    assert isinstance(last, ResponseErrorEvent) and last.message
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "alpha bravo"
    assert {e.type for e in events}.isdisjoint({"response.completed", "response.incomplete"})
    with way.client.responses.stream(model=way.model(fault), input="hello") as stream:
        with pytest.raises(RuntimeError):
            stream.get_final_response()


@chat_behind
def test_leaving_a_stream(way):
    stream = respond(way, "pace-40-20ms", stream=True)
    next(e for e in stream if e.type == "response.output_text.delta")
    stream.close()
    if way.mode == "process":
        assert way.upstream.log_until("left", "pace-40-20ms")["events"] < 40


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [("401", openai.AuthenticationError), ("429-7", openai.RateLimitError), ("400-context", openai.BadRequestError)],
)
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@chat_behind
def test_refused(way, scenario, kind, stream):
    with pytest.raises(kind) as raised:
        respond(way, scenario, stream=stream)
    assert set(raised.value.body) == {"message", "type", "param", "code"}
