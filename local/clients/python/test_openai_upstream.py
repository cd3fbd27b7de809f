"""OpenAI's operations beside chat of OpenAI's own models: what the SDK makes of
the replies, and the bytes that the upstream gets, which are the client's own."""

import base64
import struct

import openai
import pytest
from conftest import PIXEL, WORDS, openai_behind
from exact import assert_form_passed_on, assert_passed_on
from openai.types import CreateEmbeddingResponse, ImageGenCompletedEvent, ImagesResponse, ModerationCreateResponse
from openai.types.audio import (
    Transcription,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionVerbose,
    Translation,
    TranslationVerbose,
)
from tally import kind, refusals

PICTURE = ("pixel.png", base64.b64decode(PIXEL), "image/png")
MASK = ("mask.png", b"\x89PNG\r\n\x1a\n--boundary\r\n\x00\xff", "image/png")
SOUND = ("meeting.wav", b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)), "audio/wav")
SPOKEN = bytes(i % 256 for i in range(16 * len(WORDS)))  # what the fake upstream says


@kind("embeddings")
@openai_behind
def test_embeddings(way):
    """The SDK asks for base64 unless it is told otherwise, and decodes it."""
    for encoding in (openai.NOT_GIVEN, "float", "base64"):
        raw = way.client.embeddings.with_raw_response.create(
            model=way.model("text"), input=["a", "héllo ☃"], dimensions=4, user="someone", encoding_format=encoding
        )
        reply = raw.parse()
        assert isinstance(reply, CreateEmbeddingResponse)
        vectors = [d.embedding for d in reply.data]
        if encoding == "base64":
            vectors = [list(struct.unpack("<4f", base64.b64decode(v))) for v in vectors]
        assert vectors == [[(letters + j) % 16 / 16 - 0.5 for j in range(4)] for letters in (1, 10)]
        assert ([d.index for d in reply.data], reply.usage.prompt_tokens, reply.usage.total_tokens) == ([0, 1], 22, 22)
        assert_passed_on(way, "text", raw.http_request)


@openai_behind
def test_embeddings_of_tokens(way):
    raw = way.client.embeddings.with_raw_response.create(model=way.model("text"), input=[[1, 2, 3], [4]], dimensions=1)
    assert [d.embedding for d in raw.parse().data] == [[3 / 16 - 0.5], [1 / 16 - 0.5]]
    assert_passed_on(way, "text", raw.http_request)


@kind("moderations")
@openai_behind
def test_moderations(way):
    for scenario, flagged in (("text", False), ("filtered", True)):
        raw = way.client.moderations.with_raw_response.create(model=way.model(scenario), input=["one", "two"])
        reply = raw.parse()
        assert isinstance(reply, ModerationCreateResponse)
        assert [(r.flagged, r.categories.harassment, r.categories.violence) for r in reply.results] == [(flagged, flagged, False)] * 2
        assert reply.results[0].category_scores.harassment == (0.9375 if flagged else 0.0625)
        assert_passed_on(way, scenario, raw.http_request)


@kind("images")
@openai_behind
def test_images(way):
    raw = way.client.images.with_raw_response.generate(
        model=way.model("text"), prompt="a red square", n=2, size="1024x1536", background="transparent", quality="high"
    )
    reply = raw.parse()
    assert isinstance(reply, ImagesResponse) and [image.b64_json for image in reply.data] == [PIXEL] * 2
    assert (reply.size, reply.background, reply.quality, reply.output_format) == ("1024x1536", "transparent", "high", "png")
    assert (reply.usage.output_tokens, reply.usage.input_tokens_details.text_tokens) == (544, 11)
    assert_passed_on(way, "text", raw.http_request)
    link = way.client.images.generate(model=way.model("text"), prompt="a red square", response_format="url").data[0]
    assert (link.url, link.revised_prompt) == ("https://images.example/pixel.png", "a red square")


@kind("streamed images")
@openai_behind
def test_streamed_images(way):
    events = list(way.client.images.generate(model=way.model("text"), prompt="a red square", stream=True, partial_images=2))
    assert [e.type for e in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert [e.partial_image_index for e in events[:2]] == [0, 1]
    assert isinstance(events[-1], ImageGenCompletedEvent) and {e.b64_json for e in events} == {PIXEL}
    assert events[-1].usage.output_tokens == 272
    assert way.seen("text")[0] == {"model": "text", "prompt": "a red square", "stream": True, "partial_images": 2}


@kind("image edits")
@openai_behind
def test_image_edits(way):
    for image, more in ((PICTURE, {"mask": MASK, "n": 2}), ([PICTURE, MASK], {"input_fidelity": "high"})):
        raw = way.client.images.with_raw_response.edit(model=way.model("text"), image=image, prompt="blau ☃", **more)
        reply = raw.parse()
        assert isinstance(reply, ImagesResponse) and [i.b64_json for i in reply.data] == [PIXEL] * more.get("n", 1)
        assert reply.usage.input_tokens_details.image_tokens == len(PICTURE[1]) + len(MASK[1])
        assert_form_passed_on(way, "text", raw.http_request)


@openai_behind
def test_image_variation(way):
    with pytest.warns(DeprecationWarning):
        raw = way.client.images.with_raw_response.create_variation(model=way.model("text"), image=PICTURE, n=2)
    assert [i.b64_json for i in raw.parse().data] == [PIXEL] * 2
    assert_form_passed_on(way, "text", raw.http_request)


@kind("speech")
@openai_behind
def test_speech(way):
    for params, content_type in (
        ({}, "audio/mpeg"),
        ({"response_format": "wav", "instructions": "calm", "speed": 1.5}, "audio/wav"),
        ({"response_format": "pcm"}, "audio/pcm"),
    ):
        raw = way.client.audio.speech.with_raw_response.create(model=way.model("text"), voice="alloy", input="hello ☃", **params)
        assert raw.content == SPOKEN and raw.headers["content-type"] == content_type
        assert_passed_on(way, "text", raw.http_request)


@openai_behind
def test_streamed_speech(way):
    """On one machine each piece comes when the upstream says it."""
    token = f"{way.mode}-{way.vendor}"
    with way.client.audio.speech.with_streaming_response.create(
        model=way.model(f"hold-{token}"), voice="alloy", input="hello"
    ) as reply:
        pieces = reply.iter_bytes()
        said = next(pieces)
        assert said == SPOKEN[: len(said)] and len(said) <= 16 * len("alpha")
        way.upstream.release(token)  # the upstream holds the second word until now
        assert said + b"".join(pieces) == SPOKEN


@openai_behind
def test_leaving_speech(way):
    with way.client.audio.speech.with_streaming_response.create(
        model=way.model("pace-40-20ms"), voice="alloy", input="hello"
    ) as reply:
        next(reply.iter_bytes())
    if way.mode != "lambda":  # which is not told that the client went
        assert way.upstream.log_until("left", "pace-40-20ms")["events"] < 40


@kind("transcriptions")
@openai_behind
def test_transcriptions(way):
    def hear(**params):
        raw = way.client.audio.transcriptions.with_raw_response.create(model=way.model("text"), file=SOUND, **params)
        assert_form_passed_on(way, "text", raw.http_request)
        return raw.parse()

    plain = hear(language="en", temperature=0.5)
    assert isinstance(plain, Transcription) and plain.text == WORDS
    assert (plain.usage.type, plain.usage.total_tokens) == ("tokens", 19)
    told = hear(response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert isinstance(told, TranscriptionVerbose) and (told.text, told.duration, told.language) == (WORDS, 4.0, "english")
    assert [w.word for w in told.words] == WORDS.split() and told.words[-1].end == told.segments[0].end == 4.0
    assert hear(response_format="text") == WORDS + "\n"
    assert hear(response_format="srt") == f"1\n00:00:00,000 --> 00:00:04,000\n{WORDS}\n\n\n"
    assert hear(response_format="vtt") == f"WEBVTT\n\n00:00:00.000 --> 00:00:04.000\n{WORDS}\n\n"


@kind("streamed transcriptions")
@openai_behind
def test_streamed_transcription(way):
    *events, last = way.client.audio.transcriptions.create(model=way.model("text"), file=SOUND, stream=True)
    assert all(isinstance(e, TranscriptionTextDeltaEvent) for e in events) and "".join(e.delta for e in events) == WORDS
    assert isinstance(last, TranscriptionTextDoneEvent) and (last.text, last.usage.total_tokens) == (WORDS, 19)


@kind("translations")
@openai_behind
def test_translations(way):
    for params, shape in (({"prompt": "names: Ada"}, Translation), ({"response_format": "verbose_json"}, TranslationVerbose)):
        with pytest.warns(DeprecationWarning):
            raw = way.client.audio.translations.with_raw_response.create(model=way.model("text"), file=SOUND, **params)
        reply = raw.parse()
        assert isinstance(reply, shape) and reply.text == WORDS
        assert_form_passed_on(way, "text", raw.http_request)


CALLS = {
    "embeddings": lambda c, model: c.embeddings.create(model=model, input="x"),
    "moderations": lambda c, model: c.moderations.create(model=model, input="x"),
    "images": lambda c, model: c.images.generate(model=model, prompt="x"),
    "edits": lambda c, model: c.images.edit(model=model, image=PICTURE, prompt="x"),
    "speech": lambda c, model: c.audio.speech.create(model=model, voice="alloy", input="x"),
    "transcriptions": lambda c, model: c.audio.transcriptions.create(model=model, file=SOUND),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("scenario", "refusal"),
    refusals(("401", openai.AuthenticationError), ("429-7", openai.RateLimitError), ("400-policy", openai.BadRequestError)),
)
@openai_behind
def test_refused(way, call, scenario, refusal):
    with pytest.raises(refusal) as raised:
        call(way.client, way.model(scenario))
    assert set(raised.value.body) == {"message", "type", "param", "code"}
    assert raised.value.response.headers.get("retry-after") == ("7" if scenario == "429-7" else None)
    if way.mode != "direct":
        assert way.headers(scenario)["authorization"] == f"Bearer {way.key}"
