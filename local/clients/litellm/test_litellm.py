"""LiteLLM's Python package with this gateway as its OpenAI-compatible provider,
and as its LiteLLM proxy."""

import asyncio
import base64
import json

import gateway_config
import litellm
import openai
import pydantic
import pytest
from exact import parts
from tally import kind, refusals

CLIENT = "litellm"

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel"
HELLO = [{"role": "user", "content": "hello"}]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "the weather of a place",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest.fixture(params=["openai", "litellm_proxy"])
def provider(request):
    """How LiteLLM calls the gateway: as OpenAI, or as another LiteLLM."""
    return request.param


@pytest.fixture
def reach(process_gateway):
    """What every call is told."""
    return {
        "api_base": f"{process_gateway.url}/v1",
        "api_key": gateway_config.MASTER_KEY,
        "num_retries": 0,
        "max_retries": 0,
    }


@pytest.fixture
def ask(reach, provider, vendor, upstream):
    """Asks a scenario by completion."""

    def completion(scenario, messages=HELLO, **params):
        return litellm.completion(f"{provider}/{vendor}-{scenario}", messages, **{**reach, **params})

    completion.upstream = upstream
    return completion


def sent(upstream, scenario="text"):
    """The body of the newest upstream request, which did not come with the
    caller's own key."""
    last = upstream.requests(scenario)[-1]
    assert gateway_config.MASTER_KEY not in repr(last)
    return json.loads(base64.b64decode(last["body"]))


@kind("plain")
def test_completion(ask, vendor):
    reply = ask("text", temperature=0.5, max_tokens=100)
    assert isinstance(reply, litellm.ModelResponse)
    assert (reply.choices[0].message.content, reply.choices[0].finish_reason) == (WORDS, "stop")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (11, 8, 19)
    said = HELLO if vendor == "openai" else [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]
    assert sent(ask.upstream) == {"model": "text", "messages": said, "temperature": 0.5, "max_tokens": 100}


@kind("stream")
def test_stream(ask):
    chunks = list(ask("text", stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == WORDS
    whole = litellm.stream_chunk_builder(chunks)
    assert (whole.choices[0].message.content, whole.choices[0].finish_reason) == (WORDS, "stop")
    assert whole.usage.total_tokens == 19


def test_at_the_same_time(reach, vendor, upstream):
    async def all_of_them():
        asked = [
            litellm.acompletion(f"openai/{vendor}-echo", [{"role": "user", "content": word}], **reach)
            for word in ("one", "two", "three")
        ]
        return [reply.choices[0].message.content for reply in await asyncio.gather(*asked)]

    assert asyncio.run(all_of_them()) == ["one", "two", "three"]


@kind("tool loop")
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_tool_loop(ask, stream):
    first = ask("tool", tools=[TOOL], stream=stream)
    if stream:
        first = litellm.stream_chunk_builder(list(first))
    message = first.choices[0].message
    assert first.choices[0].finish_reason == "tool_calls"
    (call,) = message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "alpha"})
    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    second = ask("tool", [*HELLO, message, result], tools=[TOOL])
    assert second.choices[0].message.content == "The tools say: sunny"


@kind("image")
def test_image(ask):
    content = [
        {"type": "text", "text": "what is it?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
    ]
    reply = ask("image", [{"role": "user", "content": content}])
    assert reply.choices[0].message.content == "I see 1: image/png, 70 bytes"


class Solution(pydantic.BaseModel):
    title: str
    points: int


@kind("structured output")
def test_structured_output(ask):
    reply = ask("json", response_format=Solution)
    assert Solution.model_validate_json(reply.choices[0].message.content) == Solution(title="alpha", points=7)


REFUSALS = [
    ("401", litellm.AuthenticationError),
    ("429-7", litellm.RateLimitError),
    ("400-context", litellm.ContextWindowExceededError),
    ("400-policy", litellm.ContentPolicyViolationError),
    ("500", litellm.InternalServerError),
    ("503", litellm.ServiceUnavailableError),
]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize(("scenario", "refusal"), refusals(*REFUSALS))
def test_refused(ask, vendor, scenario, refusal, stream):
    if vendor == "anthropic" and issubclass(refusal, litellm.BadRequestError):
        refusal = litellm.BadRequestError  # LiteLLM tells these apart by OpenAI's wording
    with pytest.raises(refusal):
        list(ask(scenario, stream=stream))


def test_wrong_key(ask):
    with pytest.raises(litellm.AuthenticationError) as raised:
        ask("text", api_key="sk-wrong")
    assert "sk-wrong" not in str(raised.value)
    assert ask.upstream.requests("text") == []


def test_a_cut_stream_raises(ask):
    said = ""
    with pytest.raises(openai.APIError):
        for chunk in ask("cut", stream=True):
            said += chunk.choices[0].delta.content or ""
    assert said == "alpha bravo"


@kind("abort")
def test_leaving_a_stream(ask):
    stream = ask("pace-40-20ms", stream=True)
    while not next(stream).choices[0].delta.content:
        pass
    stream.completion_stream.response.close()
    assert ask.upstream.log_until("left", "pace-40-20ms")["events"] < 40


def test_giving_up(ask):
    with pytest.raises(litellm.Timeout):
        ask("never", timeout=0.3)
    assert ask.upstream.log_until("left", "never")["status"] == 0


@kind("messages")
def test_anthropics_messages(process_gateway, vendor, upstream):
    """LiteLLM as a client of Anthropic's API, which the gateway has too."""
    reply = litellm.completion(
        f"anthropic/{vendor}-text", HELLO, api_base=process_gateway.url, api_key=gateway_config.MASTER_KEY
    )
    assert reply.choices[0].message.content == WORDS
    assert reply.usage.total_tokens == 19


@kind("responses")
def test_responses(reach, upstream):
    for vendor in (gateway_config.CHATS, "openai"):
        reply = litellm.responses(model=f"openai/{vendor}-text", input="hello", **reach)
        assert reply.output[0].content[0].text == WORDS
        assert reply.usage.total_tokens == 19
    assert sent(upstream) == {"model": "text", "input": "hello"}


@kind("completions")
def test_text_completion(reach, upstream):
    model = f"text-completion-openai/{gateway_config.COMPLETES}-text"
    reply = litellm.text_completion(model=model, prompt="hello", max_tokens=100, **reach)
    assert isinstance(reply, litellm.TextCompletionResponse)
    assert reply.choices[0].text == WORDS
    assert sent(upstream) == {"model": "text", "prompt": "hello", "max_tokens": 100}


@kind("embeddings")
def test_embedding(reach, provider, upstream):
    texts = ["a red car", "a report"]
    reply = litellm.embedding(f"{provider}/openai-text", texts, encoding_format="float", **reach)
    assert [(d["index"], d["embedding"][:2]) for d in reply.data] == [(0, [0.0625, 0.125]), (1, [0.0, 0.0625])]
    assert reply.usage.prompt_tokens == 22
    assert sent(upstream) == {"model": "text", "input": texts, "encoding_format": "float"}


@kind("rerank")
def test_rerank(reach, process_gateway, upstream):
    documents = ["a quarterly report", "a red bicycle", "a red car"]
    base = process_gateway.url
    for name, base in (("litellm_proxy/cohere-text", base), ("cohere/cohere-text", f"{base}/v2/rerank")):
        reply = litellm.rerank(
            name, "a red car", documents, top_n=2, api_base=base, api_key=gateway_config.MASTER_KEY
        )
        assert [r["index"] for r in reply.results] == [2, 1]
        asked = sent(upstream)
        assert (asked["model"], asked["query"], asked["documents"], asked["top_n"]) == ("text", "a red car", documents, 2)


@kind("images")
def test_image_generation(reach, provider, upstream):
    reply = litellm.image_generation("a red square", f"{provider}/openai-text", n=2, **reach)
    assert [image.b64_json for image in reply.data] == [PIXEL] * 2
    assert sent(upstream) == {"model": "text", "prompt": "a red square", "n": 2}


@kind("moderations")
def test_moderation(reach, upstream):
    reply = litellm.moderation("a word", "openai-filtered", custom_llm_provider="openai", **reach)
    assert reply.results[0].flagged and reply.results[0].category_scores["harassment"] == 0.9375
    assert sent(upstream, "filtered") == {"model": "filtered", "input": "a word"}


@kind("speech", "transcriptions")
def test_speech_and_transcription(reach, upstream, tmp_path):
    sound = litellm.speech("openai/openai-text", "hello", "alloy", response_format="wav", **reach)
    assert sound.content == bytes(i % 256 for i in range(16 * len(WORDS)))
    assert sent(upstream) == {"model": "text", "input": "hello", "voice": "alloy", "response_format": "wav"}
    (tmp_path / "hello.wav").write_bytes(sound.content)
    with open(tmp_path / "hello.wav", "rb") as file:
        assert litellm.transcription("openai/openai-text", file, **reach).text == WORDS
    last = upstream.requests("text")[-1]
    fields = parts(last["header"]["Content-Type"][0], base64.b64decode(last["body"]))
    (file,) = [p for p in fields if p.filename]
    assert (file.name, file.data) == ("file", sound.content)
    assert [p.data for p in fields if p.name == "model"] == [b"text"]


def test_rate_limit_of_embeddings(reach):
    with pytest.raises(litellm.RateLimitError):
        litellm.embedding("openai/openai-429-7", ["x"], encoding_format="float", **reach)
