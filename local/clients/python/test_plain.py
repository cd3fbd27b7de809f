"""Plain calls: the reply's types and values, and the bytes the upstream saw."""

import base64

import gateway_config
from conftest import HELLO, PIXEL, WORDS, openai_behind, through_gateway
from exact import assert_passed_on
from openai.types.chat import ChatCompletion
from tally import kind


@kind("plain")
def test_plain(way):
    reply = way.ask("text")
    assert isinstance(reply, ChatCompletion)
    choice = reply.choices[0]
    assert (choice.index, choice.message.role, choice.message.content) == (0, "assistant", WORDS)
    assert choice.finish_reason == "stop"
    assert choice.message.tool_calls is None
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (11, 8, 19)
    assert reply.object == "chat.completion"
    assert reply.id and reply.created > 1_700_000_000


def test_unicode_survives(way):
    text = "snow ☃, emoji 👩‍🚀, quotes \" \\ / <b>&amp;</b>"
    reply = way.ask("echo", [{"role": "user", "content": text}])
    assert reply.choices[0].message.content == text


@openai_behind
def test_bytes_pass_as_they_are(way):
    """Same format on both sides: what the client sent, but for the model."""
    sent = {
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "héllo ☃"}],
        "temperature": 0.30000000000000004,
        "seed": 9223372036854775807,
        "logit_bias": {"50256": -100},
        "user": "someone",
    }
    raw = way.client.chat.completions.with_raw_response.create(model=way.model("text"), **sent)
    assert_passed_on(way, "text", raw.http_request)
    body, headers = way.seen("text")
    assert body == {**sent, "model": "text"}
    assert headers["content-type"] == "application/json"


@through_gateway
def test_upstream_gets_its_own_key(way):
    way.ask("text")
    body, headers = way.seen("text")
    key = gateway_config.KEYS[way.vendor]
    if way.vendor == "openai":
        assert headers["authorization"] == f"Bearer {key}"
    else:
        assert headers["x-api-key"] == key
        assert headers["anthropic-version"] == "2023-06-01"
        assert "authorization" not in headers
    assert gateway_config.MASTER_KEY not in repr((body, headers))


def test_system_and_history(way):
    """Anthropic takes the system message beside the messages."""
    way.ask(
        "text",
        [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "two"},
            {"role": "user", "content": "three"},
        ],
        max_tokens=50,
    )
    body, _ = way.seen("text")
    assert body["max_tokens"] == 50
    told = [(m["role"], text_of(m["content"])) for m in body["messages"]]
    talk = [("user", "one"), ("assistant", "two"), ("user", "three")]
    if way.vendor == "openai":
        assert told == [("system", "be brief"), *talk]
    else:
        assert text_of(body["system"]) == "be brief"
        assert told == talk


def text_of(content):
    """Text as a string, or as the list of blocks that says the same."""
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


@openai_behind
def test_two_choices(way):
    reply = way.ask("text-3", n=2)
    assert [c.index for c in reply.choices] == [0, 1]
    assert [c.message.content for c in reply.choices] == ["alpha bravo charlie"] * 2
    assert reply.usage.completion_tokens == 6


def test_stop_as_text_and_as_list(way):
    for stop in ("delta", ["delta", "zulu"]):
        reply = way.ask("text", stop=stop)
        assert reply.choices[0].message.content == "alpha bravo charlie "
        assert reply.choices[0].finish_reason == "stop"
    body, _ = way.seen("text")
    assert body["stop" if way.vendor == "openai" else "stop_sequences"] == ["delta", "zulu"]


def test_token_limit(way):
    reply = way.ask("text", max_tokens=2)
    assert reply.choices[0].message.content == "alpha bravo"
    assert reply.choices[0].finish_reason == "length"


def test_content_filter(way):
    assert way.ask("filtered").choices[0].finish_reason == "content_filter"


@kind("image")
def test_image_as_data(way):
    reply = way.ask("image", picture(f"data:image/png;base64,{PIXEL}"))
    size = len(base64.b64decode(PIXEL))
    assert reply.choices[0].message.content == f"I see 1: image/png, {size} bytes"


def test_image_as_link(way):
    reply = way.ask("image", picture("https://example.com/cat.png"))
    assert reply.choices[0].message.content == "I see 1: https://example.com/cat.png"


def picture(url):
    return [
        {
            "role": "user",
            "content": [{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": url}}],
        }
    ]


def test_cached_tokens_are_part_of_the_prompt(way):
    usage = way.ask("cached").usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (2218, 8, 2226)
    assert usage.prompt_tokens_details.cached_tokens == 1920


def test_reasoning(way):
    reply = way.ask("reasoning")
    assert reply.choices[0].message.content == WORDS
    assert reply.usage.completion_tokens == 72
    if way.vendor == "openai":
        assert reply.usage.completion_tokens_details.reasoning_tokens == 64
    else:
        assert reply.choices[0].message.reasoning_content == "alpha bravo charlie delta"


@kind("models")
@through_gateway
def test_models_are_listed(way):
    names = [model.id for model in way.client.models.list()]
    assert way.model("text") in names
    assert way.client.models.retrieve(way.model("text")).id == way.model("text")


@through_gateway
def test_fallback(way):
    reply = way.client.chat.completions.create(model=f"{way.vendor}-falls-back-500", messages=HELLO)
    assert reply.choices[0].message.content == WORDS
    assert len(way.upstream.requests("500")) == 1
    assert len(way.upstream.requests("text")) == 1
