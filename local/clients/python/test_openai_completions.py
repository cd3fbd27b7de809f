"""OpenAI's legacy completions, over models that only chat."""

import openai
import pytest
from conftest import WORDS, chat_behind
from openai.types import Completion


def complete(way, scenario, **params):
    return way.client.completions.create(model=way.model(scenario), **{"prompt": "hello", **params})


@chat_behind
def test_completion(way):
    reply = complete(way, "text", max_tokens=100, stop=["foxtrot"])
    assert isinstance(reply, Completion) and reply.object == "text_completion"
    (choice,) = reply.choices
    assert (choice.index, choice.text, choice.finish_reason) == (0, "alpha bravo charlie delta echo ", "stop")
    assert reply.usage.prompt_tokens == 11
    body, _ = way.seen("text")
    assert [m["role"] for m in body["messages"]] == ["user"]
    assert body["stop_sequences" if way.vendor == "anthropic" else "stop"] == ["foxtrot"]


@chat_behind
def test_streamed_completion(way):
    pieces = list(complete(way, "text", stream=True))
    assert all(isinstance(p, Completion) for p in pieces)
    assert "".join(p.choices[0].text for p in pieces) == WORDS
    assert [p.choices[0].finish_reason for p in pieces if p.choices[0].finish_reason] == ["stop"]


@chat_behind
def test_several_prompts_and_their_echo(way):
    reply = complete(way, "echo", prompt=["one", "two"], echo=True)
    assert [(c.index, c.text) for c in reply.choices] == [(0, "oneone"), (1, "twotwo")]
    assert len(way.upstream.requests("echo")) == 2


@chat_behind
def test_token_limit(way):
    (choice,) = complete(way, "text", max_tokens=2).choices
    assert (choice.text, choice.finish_reason) == ("alpha bravo", "length")


@chat_behind
def test_a_cut_stream_raises(way):
    pieces = []
    with pytest.raises(openai.APIError):
        for piece in complete(way, "cut", stream=True):
            pieces.append(piece)
    assert "".join(p.choices[0].text for p in pieces) == "alpha bravo"
    assert not any(p.choices[0].finish_reason for p in pieces)


@chat_behind
def test_refused(way):
    with pytest.raises(openai.RateLimitError) as raised:
        complete(way, "429-7")
    assert raised.value.response.headers["retry-after"] == "7"
