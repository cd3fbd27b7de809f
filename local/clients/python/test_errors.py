"""Errors: the SDK's own exception classes, with what they need to say."""

import time

import openai
import pytest
from conftest import HELLO, WORDS, openai_behind, through_gateway
from tally import refusals

REFUSALS = [
    ("400-context", openai.BadRequestError, 400),
    ("400-policy", openai.BadRequestError, 400),
    ("401", openai.AuthenticationError, 401),
    ("403", openai.PermissionDeniedError, 403),
    ("429-7", openai.RateLimitError, 429),
    ("500", openai.InternalServerError, 500),
    ("503", openai.InternalServerError, 503),
]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("scenario", "refusal", "status"), refusals(*REFUSALS))
def test_refusals(way, scenario, refusal, status, stream):
    with pytest.raises(refusal) as raised:
        way.ask(scenario, stream=stream)
    error = raised.value
    assert type(error) is refusal
    assert error.status_code == status
    assert isinstance(error.body, dict) and error.body["message"]
    assert set(error.body) == {"message", "type", "param", "code"}
    if scenario == "429-7":
        assert error.response.headers["retry-after"] == "7"
    if way.mode != "direct":
        assert error.code == str(status)


def test_sdk_retries_as_told(way):
    """A 429 with a Retry-After of one second; the SDK waits and succeeds."""
    began = time.monotonic()
    reply = way.client.with_options(max_retries=1).chat.completions.create(
        model=way.model("429-once"), messages=HELLO
    )
    assert reply.choices[0].message.content == WORDS
    assert time.monotonic() - began >= 1
    assert [r["status"] for r in way.upstream.requests("429-once")] == [429, 200]


@through_gateway
def test_wrong_key(way):
    with openai.OpenAI(base_url=f"{way.base_url}/v1", api_key="sk-wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as raised:
            client.chat.completions.create(model=way.model("text"), messages=HELLO)
    assert raised.value.status_code == 401
    assert "sk-wrong" not in raised.value.message
    assert way.upstream.requests("text") == []


def test_unknown_route(way):
    with pytest.raises(openai.NotFoundError) as raised:
        way.client.post("/no/such/route", cast_to=object, body={})
    assert set(raised.value.body) == {"message", "type", "param", "code"}


@openai_behind
def test_unknown_model(way):
    # LiteLLM's gateway answers 400 where OpenAI answers 404, and so does ours.
    refusal = openai.NotFoundError if way.mode == "direct" else openai.BadRequestError
    with pytest.raises(refusal) as raised:
        way.client.chat.completions.create(model="no-such-model", messages=HELLO)
    assert "no-such-model" in raised.value.message


@through_gateway
def test_upstream_nonsense_is_an_error(way):
    for scenario in ("garbage", "html-502"):
        with pytest.raises(openai.InternalServerError) as raised:
            way.ask(scenario)
        assert "<html>" not in raised.value.message


def test_client_gives_up(way):
    with pytest.raises(openai.APITimeoutError):
        way.client.with_options(timeout=0.3).chat.completions.create(model=way.model("never"), messages=HELLO)
    if way.mode != "lambda":
        assert way.upstream.log_until("left", "never")["status"] == 0


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@through_gateway
def test_gateway_gives_up(way, stream):
    """The deployment's own timeout of half a second."""
    began = time.monotonic()
    with pytest.raises(openai.APIStatusError) as raised:
        way.client.chat.completions.create(model=f"{way.vendor}-impatient", messages=HELLO, stream=stream)
    assert raised.value.status_code == 408
    assert time.monotonic() - began < 5
    assert way.upstream.log_until("left", "slow-30s")["status"] == 0


def test_a_slow_reply_is_no_error(way):
    assert way.ask("slow-200ms").choices[0].message.content == WORDS
