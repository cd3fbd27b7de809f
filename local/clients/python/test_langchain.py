"""LangChain's OpenAI integration, over models of both vendors."""

import base64
import json

import gateway_config
import langchain_openai
import openai
import pydantic
import pytest
from conftest import PIXEL, WORDS
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from tally import kind, refusals

CLIENT = "langchain-openai"


@tool
def weather(city: str) -> str:
    """The weather of a place."""
    return f"sunny in {city}"


class Solution(pydantic.BaseModel):
    """What was found out."""

    title: str
    points: int


@pytest.fixture(params=["openai", "anthropic"])
def chat(request, process_gateway, upstream):
    """Makes a chat model of a scenario."""

    def make(scenario, **options):
        return langchain_openai.ChatOpenAI(
            model=f"{request.param}-{scenario}",
            **{
                "base_url": f"{process_gateway.url}/v1",
                "api_key": gateway_config.MASTER_KEY,
                "max_retries": 0,
                "timeout": 20,
                **options,
            },
        )

    make.upstream, make.vendor = upstream, request.param
    return make


@kind("plain")
def test_invoke(chat):
    reply = chat("text", temperature=0.5).invoke([SystemMessage("be brief"), HumanMessage("hello")])
    assert isinstance(reply, AIMessage) and reply.content == WORDS
    assert reply.usage_metadata["input_tokens"] == 11 and reply.usage_metadata["total_tokens"] == 19
    assert reply.response_metadata["finish_reason"] == "stop"
    (last,) = chat.upstream.requests("text")
    said = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}]
    want = {"messages": said, "stream": False}
    if chat.vendor == "anthropic":
        said = [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]
        want = {"messages": said, "system": [{"type": "text", "text": "be brief"}]}
    sent = json.loads(base64.b64decode(last["body"]))
    sent.pop("max_tokens", None)  # Anthropic's has to be said
    assert sent == {"model": "text", "temperature": 0.5, **want}
    assert gateway_config.MASTER_KEY not in repr(last) and gateway_config.KEYS[chat.vendor] in repr(last["header"])


@kind("stream")
def test_stream(chat):
    pieces = list(chat("text", stream_usage=True).stream("hello"))
    assert all(isinstance(p, AIMessageChunk) for p in pieces)
    assert len([p for p in pieces if p.content]) == 8
    whole = sum(pieces[1:], pieces[0])
    assert whole.content == WORDS and whole.usage_metadata["total_tokens"] == 19


@kind("batch")
def test_batch(chat):
    assert [r.content for r in chat("echo").batch(["one", "two", "three"])] == ["one", "two", "three"]


@kind("tool loop")
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_tool_loop(chat, stream):
    model = chat("tool", streaming=stream).bind_tools([weather])
    question = HumanMessage("how is it outside?")
    call = model.invoke([question])
    assert [(c["name"], c["args"]) for c in call.tool_calls] == [("weather", {"city": "alpha"})]
    result = weather.invoke(call.tool_calls[0])
    assert isinstance(result, ToolMessage)
    assert model.invoke([question, call, result]).content == "The tools say: sunny in alpha"


@kind("structured output")
@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(chat, method):
    model = chat("json" if method == "json_schema" else "tool").with_structured_output(Solution, method=method)
    assert model.invoke("hello") == Solution(title="alpha", points=7)


@kind("image")
def test_image(chat):
    picture = {"type": "image", "base64": PIXEL, "mime_type": "image/png"}
    reply = chat("image").invoke([HumanMessage([{"type": "text", "text": "what is it?"}, picture])])
    assert reply.content == "I see 1: image/png, 70 bytes"


@kind("responses")
@pytest.mark.parametrize("chat", [gateway_config.CHATS, "anthropic"], indirect=True)
def test_responses_api(chat):
    model = chat("text", use_responses_api=True)
    assert model.invoke("hello").text == WORDS
    assert "".join(piece.text for piece in model.stream("hello")) == WORDS


@pytest.mark.parametrize(
    ("scenario", "refusal"),
    refusals(("401", openai.AuthenticationError), ("429-7", openai.RateLimitError), ("400-policy", openai.BadRequestError)),
)
def test_refused(chat, scenario, refusal):
    with pytest.raises(refusal):
        chat(scenario).invoke("hello")
    with pytest.raises(refusal):
        list(chat(scenario).stream("hello"))


def test_wrong_key(chat):
    with pytest.raises(openai.AuthenticationError):
        chat("text", api_key="sk-wrong").invoke("hello")
    assert chat.upstream.requests("text") == []


@kind("cut stream")
def test_a_cut_stream_raises(chat):
    pieces = []
    with pytest.raises(openai.APIError):
        for piece in chat("cut").stream("hello"):
            pieces.append(piece.content)
    assert "".join(pieces) == "alpha bravo"


@kind("abort")
def test_leaving_a_stream(chat):
    stream = chat("pace-40-20ms").stream("hello")
    while not next(stream).content:
        pass
    stream.close()
    assert chat.upstream.log_until("left", "pace-40-20ms")["events"] < 40


@kind("embeddings")
def test_embeddings(process_gateway, upstream):
    """As text: by default it sends OpenAI's tokens, which only OpenAI knows."""
    model = langchain_openai.OpenAIEmbeddings(
        model="openai-text",
        base_url=f"{process_gateway.url}/v1",
        api_key=gateway_config.MASTER_KEY,
        check_embedding_ctx_length=False,
        dimensions=16,
    )
    car, report = model.embed_documents(["a red car", "a report"])
    assert (car[:2], report[:2], len(car)) == ([0.0625, 0.125], [0.0, 0.0625], 16)
    assert model.embed_query("a red car") == car
    asked = json.loads(base64.b64decode(upstream.requests("text")[0]["body"]))
    assert asked == {"model": "text", "input": ["a red car", "a report"], "dimensions": 16, "encoding_format": "base64"}
