"""OpenAI's legacy completions, of models that complete texts and over those that
only chat."""

import gateway_config
import openai
import pytest
from conftest import WORDS, native_or_bridged
from exact import assert_passed_on
from openai.types import Completion
from tally import kind


everywhere = native_or_bridged(gateway_config.COMPLETES)
native = pytest.mark.parametrize("way", [f"{mode}-{gateway_config.COMPLETES}" for mode in ("process", "lambda")], indirect=True)


def complete(way, scenario, **params):
    return way.client.completions.create(model=way.model(scenario), **{"prompt": "hello", **params})


@everywhere
def test_completion(way):
    reply = complete(way, "text", max_tokens=100, stop=["foxtrot"])
    assert isinstance(reply, Completion) and reply.object == "text_completion"
    (choice,) = reply.choices
    assert (choice.index, choice.text, choice.finish_reason) == (0, "alpha bravo charlie delta echo ", "stop")
    assert reply.usage.prompt_tokens == 11
    body, _ = way.seen("text")
    if way.vendor in ("anthropic", gateway_config.CHATS):
        assert [m["role"] for m in body["messages"]] == ["user"]
    assert body["stop_sequences" if way.vendor == "anthropic" else "stop"] == ["foxtrot"]


@kind("completions")
@native
def test_bytes_pass_as_they_are(way):
    raw = way.client.completions.with_raw_response.create(
        model=way.model("text"), prompt=["héllo ☃", "two"], suffix=" end", logit_bias={"50256": -100}, temperature=0.30000000000000004
    )
    assert_passed_on(way, "text", raw.http_request)
    assert [c.text for c in raw.parse().choices] == [WORDS] * 2


@kind("streamed completions")
@everywhere
def test_streamed_completion(way):
    pieces = list(complete(way, "text", stream=True))
    assert all(isinstance(p, Completion) for p in pieces)
    assert "".join(p.choices[0].text for p in pieces) == WORDS
    assert [p.choices[0].finish_reason for p in pieces if p.choices[0].finish_reason] == ["stop"]


@everywhere
def test_several_prompts_and_their_echo(way):
    reply = complete(way, "text-3", prompt=["one", "two"], echo=True)
    assert [(c.index, c.text) for c in reply.choices] == [(0, "onealpha bravo charlie"), (1, "twoalpha bravo charlie")]
    asked = 2 if way.vendor in ("anthropic", gateway_config.CHATS) else 1
    assert len(way.upstream.requests("text-3")) == asked


@everywhere
def test_token_limit(way):
    (choice,) = complete(way, "text", max_tokens=2).choices
    assert (choice.text, choice.finish_reason) == ("alpha bravo", "length")


@everywhere
def test_a_cut_stream_raises(way):
    if way.mode == "direct":
        assert "".join(p.choices[0].text for p in complete(way, "cut", stream=True)) == "alpha bravo"
        return  # the SDK does not mind
    pieces = []
    with pytest.raises(openai.APIError):
        for piece in complete(way, "cut", stream=True):
            pieces.append(piece)
    assert "".join(p.choices[0].text for p in pieces) == "alpha bravo"
    assert not any(p.choices[0].finish_reason for p in pieces)


@everywhere
def test_refused(way):
    with pytest.raises(openai.RateLimitError) as raised:
        complete(way, "429-7")
    assert raised.value.response.headers["retry-after"] == "7"
