"""Streams: order, single events as they come, and what a cut looks like."""

import time

import httpx2
import openai
import pytest
from conftest import HELLO, WORDS, through_gateway
from openai.types.chat import ChatCompletionChunk
from tally import kind


@kind("stream")
def test_stream(way):
    chunks = list(way.ask("text", stream=True))
    assert all(isinstance(c, ChatCompletionChunk) for c in chunks)
    assert "".join(text(c) for c in chunks) == WORDS
    assert len([c for c in chunks if text(c)]) == 8
    assert len({c.id for c in chunks}) == 1
    assert len({c.created for c in chunks}) == 1
    assert [c.choices[0].delta.role for c in chunks if c.choices and c.choices[0].delta.role] == ["assistant"]
    assert finishes(chunks) == ["stop"]
    assert all(c.usage is None for c in chunks)


def test_stream_with_usage(way):
    chunks = list(way.ask("text", stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    usage = chunks[-1].usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (11, 8, 19)
    assert all(c.usage is None for c in chunks[:-1])
    assert finishes(chunks) == ["stop"]


def test_stream_helper(way):
    """The SDK's accumulator accepts the chunks and rebuilds the reply."""
    with way.client.chat.completions.stream(model=way.model("text"), messages=HELLO) as stream:
        for _ in stream:
            pass
        reply = stream.get_final_completion()
    assert reply.choices[0].message.content == WORDS
    assert reply.choices[0].finish_reason == "stop"


def test_first_event_is_not_kept_back(way):
    """The upstream holds event 2 until this client has event 1."""
    token = f"{way.mode}-{way.vendor}"
    stream = way.ask(f"hold-{token}", stream=True)
    first = next(c for c in stream if text(c))
    assert text(first) == "alpha"
    assert way.upstream.requests(f"hold-{token}")[-1]["events"] < 8
    way.upstream.release(token)
    assert "alpha" + "".join(text(c) for c in stream) == WORDS


@kind("cut stream")
@pytest.mark.parametrize("fault", ["cut", "reset-late", "overload-late", "garbage-late"])
@through_gateway
def test_a_cut_stream_raises(way, fault):
    """It is never passed off as complete."""
    chunks = []
    with pytest.raises(openai.APIError) as raised:
        for chunk in way.ask(fault, stream=True):
            chunks.append(chunk)
    assert raised.value.message
    assert "".join(text(c) for c in chunks) == "alpha bravo"
    assert finishes(chunks) == []


def test_broken_off_stream_raises_without_a_gateway(upstream):
    """What the SDK itself makes of an upstream's error event and of a reset."""
    with openai.OpenAI(base_url=f"{upstream.url}/v1", api_key="sk-any", max_retries=0) as client:
        with pytest.raises(openai.APIError):
            list(client.chat.completions.create(model="overload-late", messages=HELLO, stream=True))
        with pytest.raises((openai.APIConnectionError, httpx2.TransportError)):
            list(client.chat.completions.create(model="reset-late", messages=HELLO, stream=True))


@pytest.mark.parametrize("fault", ["cut-first", "overload"])
@through_gateway
def test_fallback_before_the_first_event(way, fault):
    """A stream that breaks before it said anything is tried elsewhere."""
    model = f"{way.vendor}-falls-back-{fault}"
    chunks = list(way.client.chat.completions.create(model=model, messages=HELLO, stream=True))
    assert "".join(text(c) for c in chunks) == WORDS
    assert finishes(chunks) == ["stop"]
    assert len(way.upstream.requests(fault)) == 1


@kind("abort")
@through_gateway
def test_leaving_a_stream(way):
    """On one machine the upstream sees the client go within a second; Lambda
    is not told, so there the upstream finishes."""
    stream = way.ask("pace-40-20ms", stream=True)
    next(c for c in stream if text(c))
    stream.close()
    closed = time.time()
    if way.mode == "process":
        seen = way.upstream.log_until("left", "pace-40-20ms")
        assert seen["events"] < 40
        assert time.time() - closed < 1
    else:
        seen = way.upstream.log_until("ended", "pace-40-20ms")
        assert "left" not in seen
        assert seen["events"] >= 42


def text(chunk):
    return (chunk.choices[0].delta.content or "") if chunk.choices else ""


def finishes(chunks):
    return [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason]
