"""OpenAI's responses: straight at the fake upstream, of OpenAI's models, which have
them and get the client's own bytes, and over models that only chat."""

import json

import gateway_config
import openai
import pydantic
import pytest
from conftest import PIXEL, WORDS, native_or_bridged, openai_behind
from exact import assert_passed_on
from openai.types.responses import Response, ResponseErrorEvent
from tally import kind

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


everywhere = native_or_bridged("openai")
BRIDGED = ("anthropic", gateway_config.CHATS)


def respond(way, scenario, **params):
    return way.client.responses.create(model=way.model(scenario), **{"input": "hello", **params})


@kind("responses")
@everywhere
def test_response(way):
    reply = respond(way, "text", instructions="be brief", max_output_tokens=100)
    assert isinstance(reply, Response) and reply.object == "response"
    assert (reply.status, reply.output_text, reply.error) == ("completed", WORDS, None)
    assert [item.type for item in reply.output] == ["message"]
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens) == (11, 8, 19)
    body, _ = way.seen("text")
    if way.vendor == "openai":
        assert body == {"model": "text", "input": "hello", "instructions": "be brief", "max_output_tokens": 100}
    elif way.vendor == gateway_config.CHATS:
        assert [(m["role"], m["content"]) for m in body["messages"]] == [("system", "be brief"), ("user", "hello")]
        assert body["max_completion_tokens"] == 100
    else:
        assert (body["system"][0]["text"], body["max_tokens"]) == ("be brief", 100)


@openai_behind
def test_bytes_pass_as_they_are(way):
    """What the client sent, but for the model."""
    raw = way.client.responses.with_raw_response.create(
        model=way.model("text"),
        input=[{"role": "user", "content": "héllo ☃"}, {"role": "assistant", "content": "hi"}, {"role": "user", "content": "x"}],
        temperature=0.30000000000000004,
        metadata={"who": "someone"},
        tools=[TOOL],
        truncation="auto",
    )
    assert_passed_on(way, "text", raw.http_request)
    reply = raw.parse()
    assert (reply.temperature, reply.metadata, reply.truncation) == (0.30000000000000004, {"who": "someone"}, "auto")


@openai_behind
def test_order_of_events(way):
    """Every event of the vendor's arrives, in its order."""
    types = [e.type for e in respond(way, "text-3", stream=True)]
    assert types == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * 3,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert way.seen("text-3")[0] == {"model": "text-3", "input": "hello", "stream": True}


@kind("streamed responses")
@everywhere
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


@everywhere
def test_stream_helper(way):
    """The SDK's accumulator accepts the events and rebuilds the response."""
    with way.client.responses.stream(model=way.model("text"), input="hello") as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output_text == WORDS


@kind("tool loop of responses")
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@everywhere
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


@kind("image of responses")
@everywhere
def test_image(way):
    content = [
        {"type": "input_text", "text": "what is it?"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}", "detail": "auto"},
    ]
    assert respond(way, "image", input=[{"role": "user", "content": content}]).output_text == "I see 1: image/png, 70 bytes"


class Solution(pydantic.BaseModel):
    title: str
    points: int


@kind("structured output of responses")
@everywhere
def test_structured_output(way):
    reply = way.client.responses.parse(model=way.model("json"), input="hello", text_format=Solution)
    assert reply.output_parsed == Solution(title="alpha", points=7)


@everywhere
def test_reasoning(way):
    reply = respond(way, "reasoning")
    assert reply.output_text == WORDS
    if way.vendor != "anthropic":  # which does not count them apart
        assert reply.usage.output_tokens_details.reasoning_tokens == 64
    else:
        (thought,) = [item for item in reply.output if item.type == "reasoning"]
        assert "alpha bravo charlie delta" in thought.model_dump_json()


@everywhere
def test_token_limit(way):
    reply = respond(way, "text", max_output_tokens=2)
    assert (reply.status, reply.output_text) == ("incomplete", "alpha bravo")
    assert reply.incomplete_details.reason == "max_output_tokens"


@kind("kept responses")
@pytest.mark.parametrize("way", [f"process-{vendor}" for vendor in (*BRIDGED, "openai")], indirect=True)
def test_stored_responses(way):
    """The gateway keeps what a vendor without responses cannot, and does not rely
    on what one with them keeps."""
    first = respond(way, "echo", input="one")
    second = respond(way, "echo", input="two", previous_response_id=first.id)
    assert (second.previous_response_id, second.output_text) == (first.id, "two")
    body, _ = way.seen("echo")
    said = body["input" if way.vendor == "openai" else "messages"]
    assert [m["role"] for m in said] == ["user", "assistant", "user"]

    kept = way.client.responses.retrieve(first.id)
    assert isinstance(kept, Response) and kept.output_text == "one"
    (item,) = way.client.responses.input_items.list(first.id)
    assert (item.role, item.content[0].text) == ("user", "one")
    way.client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        way.client.responses.retrieve(first.id)
    if way.vendor != "openai":  # which may have it still
        with pytest.raises(openai.BadRequestError):
            respond(way, "echo", previous_response_id=first.id)


@pytest.mark.parametrize("way", ["direct-openai", "process-openai"], indirect=True)
def test_a_response_that_only_the_vendor_keeps(way):
    """One that was not made here: the vendor may know it."""
    previous = "resp_" + "7" * 48
    reply = respond(way, "echo", input="two", previous_response_id=previous)
    assert (reply.previous_response_id, reply.output_text) == (previous, "two")
    assert way.seen("echo")[0] == {"model": "echo", "input": "two", "previous_response_id": previous}


@pytest.mark.parametrize("fault", ["cut", "overload-late"])
@everywhere
def test_a_cut_stream_ends_in_an_error(way, fault):
    """The SDK hands out the API's error event, and its accumulator has no
    response to give."""
    *events, last = respond(way, fault, stream=True)
    if way.mode == "direct" and fault == "cut":
        assert last.type == "response.output_text.delta"
        return  # the SDK does not mind
    assert isinstance(last, ResponseErrorEvent) and last.message
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "alpha bravo"
    assert {e.type for e in events}.isdisjoint({"response.completed", "response.incomplete"})
    with way.client.responses.stream(model=way.model(fault), input="hello") as stream:
        with pytest.raises(RuntimeError):
            stream.get_final_response()


@kind("abort of responses")
@everywhere
def test_leaving_a_stream(way):
    stream = respond(way, "pace-40-20ms", stream=True)
    next(e for e in stream if e.type == "response.output_text.delta")
    stream.close()
    if way.mode == "process":
        assert way.upstream.log_until("left", "pace-40-20ms")["events"] < 40


@pytest.mark.parametrize(
    ("scenario", "refusal"),
    [("401", openai.AuthenticationError), ("429-7", openai.RateLimitError), ("400-context", openai.BadRequestError)],
)
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@everywhere
def test_refused(way, scenario, refusal, stream):
    with pytest.raises(refusal) as raised:
        respond(way, scenario, stream=stream)
    assert set(raised.value.body) == {"message", "type", "param", "code"}
