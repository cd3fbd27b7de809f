"""Google's own SDK, over models of both vendors."""

import base64
import json

import gateway_config
import pydantic
import pytest
from conftest import PIXEL, WORDS
from google import genai
from google.genai import errors, types
from tally import kind, refusals

CLIENT = "google-genai"

WEATHER = types.FunctionDeclaration(
    name="weather",
    description="the weather of a place",
    parameters=types.Schema(
        type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}, required=["city"]
    ),
)
TOOLS = [types.Tool(function_declarations=[WEATHER])]


def connect(gateway, key=gateway_config.MASTER_KEY, version=None):
    options = types.HttpOptions(base_url=gateway.url, api_version=version, timeout=20_000)
    return genai.Client(api_key=key, http_options=options)


@pytest.fixture(params=["openai", "anthropic"])
def gemini(request, process_gateway, upstream):
    """Asks a scenario, plain or streamed."""
    client = connect(process_gateway)

    def ask(scenario, contents="hello", stream=False, **config):
        call = client.models.generate_content_stream if stream else client.models.generate_content
        return call(
            model=f"{request.param}-{scenario}",
            contents=contents,
            config=types.GenerateContentConfig(
                automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True), **config
            ),
        )

    ask.upstream, ask.vendor, ask.client = upstream, request.param, client
    return ask


@kind("plain")
def test_generate(gemini):
    reply = gemini("text", system_instruction="be brief", temperature=0.5, stop_sequences=["zulu"])
    assert isinstance(reply, types.GenerateContentResponse) and reply.text == WORDS
    assert reply.candidates[0].finish_reason == types.FinishReason.STOP
    assert reply.candidates[0].content.role == "model"
    usage = reply.usage_metadata
    assert (usage.prompt_token_count, usage.candidates_token_count, usage.total_token_count) == (11, 8, 19)
    (last,) = gemini.upstream.requests("text")
    if gemini.vendor == "openai":
        said = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}]
        want = {"messages": said, "stop": ["zulu"]}
        assert last["header"]["Authorization"] == [f"Bearer {gateway_config.KEYS['openai']}"]
    else:
        said = [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]
        want = {"messages": said, "system": [{"type": "text", "text": "be brief"}], "stop_sequences": ["zulu"]}
        assert last["header"]["X-Api-Key"] == [gateway_config.KEYS["anthropic"]]
    sent = json.loads(base64.b64decode(last["body"]))
    sent.pop("max_tokens", None)  # Anthropic's has to be said
    assert sent == {"model": "text", "temperature": 0.5, **want}
    assert gateway_config.MASTER_KEY not in repr(last)


@kind("stream")
def test_stream(gemini):
    chunks = list(gemini("text", stream=True))
    assert "".join(c.text or "" for c in chunks) == WORDS
    assert len([c for c in chunks if c.text]) == 8
    assert [c.candidates[0].finish_reason for c in chunks if c.candidates and c.candidates[0].finish_reason] == [
        types.FinishReason.STOP
    ]
    assert chunks[-1].usage_metadata.total_token_count == 19


def test_token_limit(gemini):
    reply = gemini("text", max_output_tokens=2)
    assert (reply.text, reply.candidates[0].finish_reason) == ("alpha bravo", types.FinishReason.MAX_TOKENS)


@kind("tool loop")
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_function_calling(gemini, stream):
    reply = gemini("tool", tools=TOOLS, stream=stream)
    parts = [p for chunk in reply for p in chunk.candidates[0].content.parts or []] if stream else reply.candidates[0].content.parts
    (call,) = [p.function_call for p in parts if p.function_call]
    assert (call.name, call.args) == ("weather", {"city": "alpha"})
    answer = types.Part.from_function_response(name="weather", response={"output": "sunny"})
    history = [
        types.Content(role="user", parts=[types.Part(text="how is it outside?")]),
        types.Content(role="model", parts=parts),
        types.Content(role="user", parts=[answer]),
    ]
    second = gemini("tool", history, tools=TOOLS)
    assert second.text.startswith("The tools say: ") and "sunny" in second.text


def test_functions_called_by_the_sdk(gemini):
    def weather(city: str) -> str:
        """The weather of a place."""
        return f"sunny in {city}"

    reply = gemini.client.models.generate_content(
        model=f"{gemini.vendor}-tool", contents="hello", config=types.GenerateContentConfig(tools=[weather])
    )
    assert "sunny in alpha" in reply.text


@kind("image")
def test_image(gemini):
    picture = types.Part.from_bytes(data=base64.b64decode(PIXEL), mime_type="image/png")
    assert gemini("image", ["what is it?", picture]).text == "I see 1: image/png, 70 bytes"


class Solution(pydantic.BaseModel):
    title: str
    points: int


@kind("structured output")
def test_json_schema(gemini):
    reply = gemini("json", response_mime_type="application/json", response_schema=Solution)
    assert reply.parsed == Solution(title="alpha", points=7)


@kind("thinking")
def test_thoughts(gemini):
    reply = gemini(
        "reasoning" if gemini.vendor == "anthropic" else "reasoning-content",
        thinking_config=types.ThinkingConfig(include_thoughts=True),
    )
    assert [(p.thought or False, p.text) for p in reply.candidates[0].content.parts] == [
        (True, "alpha bravo charlie delta"),
        (False, WORDS),
    ]


@kind("chat")
def test_chat(gemini):
    """The SDK keeps the history and sends all of it."""
    chat = gemini.client.chats.create(model=f"{gemini.vendor}-echo")
    assert [chat.send_message(text).text for text in ("one", "two")] == ["one", "two"]
    sent = json.loads(base64.b64decode(gemini.upstream.requests("echo")[-1]["body"]))
    assert [m["role"] for m in sent["messages"]] == ["user", "assistant", "user"]


@kind("counted tokens")
def test_count_tokens(gemini):
    one = gemini.client.models.count_tokens(model=f"{gemini.vendor}-text", contents="hello")
    more = gemini.client.models.count_tokens(model=f"{gemini.vendor}-text", contents="hello, how are you today?")
    assert 0 < one.total_tokens < more.total_tokens
    assert gemini.upstream.requests("text") == []


REFUSALS = [("401", 401, "UNAUTHENTICATED"), ("429-7", 429, "RESOURCE_EXHAUSTED"), ("400-context", 400, "INVALID_ARGUMENT")]


@pytest.mark.parametrize(("scenario", "code", "status"), refusals(*REFUSALS))
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_refused(gemini, scenario, code, status, stream):
    with pytest.raises(errors.ClientError) as raised:
        list(gemini(scenario, stream=stream))
    assert (raised.value.code, raised.value.status) == (code, status)


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_versions_of_the_api(process_gateway, upstream, version):
    client = connect(process_gateway, version=version)
    assert client.models.generate_content(model="openai-text", contents="hello").text == WORDS


def test_wrong_key(process_gateway, upstream):
    client = connect(process_gateway, "sk-wrong")
    with pytest.raises(errors.ClientError) as raised:
        client.models.generate_content(model="openai-text", contents="hello")
    assert raised.value.code == 401
    assert upstream.requests("text") == []


@kind("cut stream")
def test_a_cut_stream_raises(gemini):
    said = ""
    with pytest.raises(errors.APIError):
        for chunk in gemini("cut", stream=True):
            said += chunk.text or ""
    assert said == "alpha bravo"


@kind("abort")
def test_leaving_a_stream(gemini):
    stream = gemini("pace-40-20ms", stream=True)
    next(stream)
    stream.close()
    assert gemini.upstream.log_until("left", "pace-40-20ms")["events"] < 40
