"""OpenAI's operations beside chat, by the gateway's own model: what the SDK
makes of the replies, in its own types."""

import base64
import struct
import wave
from io import BytesIO

import openai
import pytest
from conftest import HELLO, PIXEL
from openai.types import CreateEmbeddingResponse, ImagesResponse, ModerationCreateResponse
from openai.types.audio import Transcription, Translation
from openai.types.chat import ChatCompletion

PNG = b"\x89PNG\r\n\x1a\n"
SOUND = ("meeting.wav", b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)), "audio/wav")


@pytest.fixture
def client(way):
    return way.client


def operations(test):
    """Once in each mode: there is no upstream here whose vendor could differ."""
    return pytest.mark.parametrize("way", ["process-openai", "lambda-openai"], indirect=True)(test)


@operations
def test_embeddings(client):
    reply = client.embeddings.create(model="demo", input=["a red car", "a red bicycle", "quarterly report"], dimensions=32)
    assert isinstance(reply, CreateEmbeddingResponse)
    assert (reply.object, [d.index for d in reply.data]) == ("list", [0, 1, 2])
    car, bicycle, report = (d.embedding for d in reply.data)
    assert len(car) == 32 and sum(x * x for x in car) == pytest.approx(1, abs=1e-4)
    assert near(car, bicycle) > near(car, report)
    assert (reply.usage.prompt_tokens, reply.usage.total_tokens) == (8, 8)


@operations
def test_embeddings_in_both_encodings(client):
    """The SDK asks for base64 unless it is told otherwise, and decodes it."""
    by_default = client.embeddings.create(model="demo", input="a red car").data[0].embedding
    numbers = client.embeddings.create(model="demo", input="a red car", encoding_format="float").data[0].embedding
    encoded = client.embeddings.create(model="demo", input="a red car", encoding_format="base64").data[0].embedding
    assert by_default == pytest.approx(numbers)
    assert struct.unpack(f"<{len(numbers)}f", base64.b64decode(encoded)) == pytest.approx(numbers)


def near(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


@operations
def test_moderations(client):
    reply = client.moderations.create(model="demo", input=["a kind word", "an objectionable one"])
    assert isinstance(reply, ModerationCreateResponse)
    assert [r.flagged for r in reply.results] == [False, True]
    assert reply.results[1].categories.harassment and not reply.results[1].categories.self_harm_intent
    assert reply.results[1].category_scores.harassment == 1


@operations
def test_images(client):
    reply = client.images.generate(model="demo", prompt="a red square", n=2)
    assert isinstance(reply, ImagesResponse) and reply.created > 1_700_000_000
    pictures = [base64.b64decode(image.b64_json) for image in reply.data]
    assert len(pictures) == 2 and all(p.startswith(PNG) for p in pictures)


@operations
def test_image_edit_and_variation(client):
    pixel = ("pixel.png", base64.b64decode(PIXEL), "image/png")
    edit = client.images.edit(model="demo", image=pixel, mask=pixel, prompt="a blue square", size="256x256")
    several = client.images.edit(model="demo", image=[pixel, pixel], prompt="a blue square")
    variation = client.images.create_variation(model="demo", image=pixel, n=2)
    assert [len(r.data) for r in (edit, several, variation)] == [1, 1, 2]
    assert all(base64.b64decode(image.b64_json).startswith(PNG) for r in (edit, several, variation) for image in r.data)


@operations
def test_speech(client):
    reply = client.audio.speech.create(model="demo", voice="alloy", input="hello", response_format="wav")
    assert reply.response.headers["content-type"] == "audio/wav"
    with wave.open(BytesIO(reply.content)) as sound:
        assert (sound.getframerate(), sound.getnframes() / sound.getframerate()) == (8000, 0.3)


@operations
def test_streamed_speech(client, tmp_path):
    with client.audio.speech.with_streaming_response.create(
        model="demo", voice="alloy", input="x" * 4096, response_format="pcm"
    ) as reply:
        reply.stream_to_file(tmp_path / "speech.pcm")
    assert (tmp_path / "speech.pcm").read_bytes() == bytes(2 * 480 * 4096)


@operations
def test_transcription(client):
    reply = client.audio.transcriptions.create(model="demo", file=SOUND, timestamp_granularities=["word", "segment"])
    assert isinstance(reply, Transcription) and reply.text == "This is meeting.wav."
    assert client.audio.transcriptions.create(model="demo", file=SOUND, response_format="text") == "This is meeting.wav.\n"


@operations
def test_translation(client):
    reply = client.audio.translations.create(model="demo", file=SOUND)
    assert isinstance(reply, Translation) and reply.text == "This is meeting.wav."


@operations
def test_batch_of_chats(client):
    """LiteLLM's route, which the SDK has no method for."""
    requests = [{"model": name, "messages": HELLO} for name in ("demo", "demo-error-429", "demo-json")]
    reply = client.post("/batch/completions", cast_to=object, body={"requests": requests, "max_concurrent_requests": 2})
    assert [line["index"] for line in reply["data"]] == [0, 1, 2]
    assert [sorted(line)[0] for line in reply["data"]] == ["index", "error", "index"]
    said = ChatCompletion.model_validate(reply["data"][0]["response"]).choices[0].message.content
    assert said.startswith('You said: "hello"') and reply["data"][1]["error"]["code"] == "429"


@operations
def test_what_models_are(client):
    reply = client.get("/model/info", cast_to=object)
    (demo,) = [m for m in reply["data"] if m["model_name"] == "demo"]
    assert demo["litellm_params"]["model"] == "demo/demo" and "sk-upstream-key" not in repr(reply)


CALLS = {
    "embeddings": lambda c, model: c.embeddings.create(model=model, input="x"),
    "moderations": lambda c, model: c.moderations.create(model=model, input="x"),
    "images": lambda c, model: c.images.generate(model=model, prompt="x"),
    "edits": lambda c, model: c.images.edit(model=model, image=b"x", prompt="x"),
    "speech": lambda c, model: c.audio.speech.create(model=model, voice="alloy", input="x"),
    "transcriptions": lambda c, model: c.audio.transcriptions.create(model=model, file=SOUND),
    "translations": lambda c, model: c.audio.translations.create(model=model, file=SOUND),
    "completions": lambda c, model: c.completions.create(model=model, prompt="x"),
    "responses": lambda c, model: c.responses.create(model=model, input="x"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@operations
def test_refused(client, call):
    with pytest.raises(openai.RateLimitError) as raised:
        call(client, "demo-error-429")
    assert raised.value.response.headers["retry-after"] == "1"
    with pytest.raises(openai.AuthenticationError):
        call(client.with_options(api_key="sk-wrong"), "demo")
    with pytest.raises(openai.BadRequestError) as raised:
        call(client, "no-such-model")
    assert "no-such-model" in raised.value.message


