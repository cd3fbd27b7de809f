"""The fake upstream is what it stands for: every reply and event of it, straight
from it, is a complete value of the SDK's own types. (The SDKs themselves take
any shape that comes.)"""

import json

import gateway_config
import httpx
import pydantic
import pytest
from cohere import V2ChatResponse, V2ChatStreamResponse, V2RerankResponse
from conftest import HELLO
from openai import types
from openai.types import audio, responses

TOOLS = [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}]
NESTED = [{"type": "function", "function": {"name": tool["name"], "parameters": tool["parameters"]}} for tool in TOOLS]
CHAT = {"messages": HELLO}
RERANK = {"query": "a car", "documents": ["a car", "a report"]}

# The path, what the request says beside a model, and the models it is sent to.
OBJECTS = [
    ("/v1/embeddings", types.CreateEmbeddingResponse, {"input": ["a", "b"]}, ["text"]),
    ("/v1/moderations", types.ModerationCreateResponse, {"input": "a"}, ["text", "filtered"]),
    ("/v1/images/generations", types.ImagesResponse, {"prompt": "a", "n": 2}, ["text"]),
    ("/v1/images/edits", types.ImagesResponse, {"image": b"x", "prompt": "a"}, ["text"]),
    ("/v1/images/variations", types.ImagesResponse, {"image": b"x"}, ["text"]),
    ("/v1/audio/transcriptions", audio.Transcription, {"file": b"x"}, ["text"]),
    (
        "/v1/audio/transcriptions",
        audio.TranscriptionVerbose,
        {"file": b"x", "response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]},
        ["text"],
    ),
    ("/v1/audio/translations", audio.Translation, {"file": b"x"}, ["text"]),
    ("/v1/audio/translations", audio.TranslationVerbose, {"file": b"x", "response_format": "verbose_json"}, ["text"]),
    ("/v1/completions", types.Completion, {"prompt": ["a", "b"], "echo": True, "n": 2}, ["text", "filtered"]),
    (
        "/v1/responses",
        responses.Response,
        {"input": "a", "tools": TOOLS},
        ["text", "tools", "filtered", "reasoning", "reasoning-content", "cached"],
    ),
    ("/v2/chat", V2ChatResponse, {**CHAT, "tools": NESTED}, ["text", "tool", "filtered", "reasoning"]),
    ("/v2/rerank", V2RerankResponse, RERANK, ["text"]),
]
STREAMS = [
    ("/v1/images/generations", types.ImageGenStreamEvent, {"prompt": "a", "partial_images": 2}, ["text"]),
    ("/v1/images/edits", types.ImageEditStreamEvent, {"image": b"x", "prompt": "a"}, ["text"]),
    ("/v1/audio/transcriptions", audio.TranscriptionStreamEvent, {"file": b"x"}, ["text"]),
    (
        "/v1/responses",
        responses.ResponseStreamEvent,
        {"input": "a", "tools": TOOLS},
        ["text", "tools", "filtered", "reasoning", "reasoning-content", "overload-late"],
    ),
    ("/v2/chat", V2ChatStreamResponse, {**CHAT, "tools": NESTED}, ["text", "tool", "filtered", "reasoning", "overload-late"]),
]


def named(rows):
    return [pytest.param(path, shape, body, model, id=f"{path}-{model}") for path, shape, body, models in rows for model in models]


def post(upstream, path, body):
    """Sends an object, or a form where there is a file."""
    files = {name: ("a.bin", v) for name, v in body.items() if isinstance(v, bytes)}
    fields = {name: v for name, v in body.items() if name not in files}
    sent = {"files": files, "data": fields} if files else {"json": body}
    reply = httpx.post(upstream.url + path, headers={"Authorization": f"Bearer {gateway_config.MASTER_KEY}"}, **sent)
    assert reply.status_code == 200, reply.text
    return reply


@pytest.mark.parametrize(("path", "shape", "body", "model"), named(OBJECTS))
def test_objects(upstream, path, shape, body, model):
    pydantic.TypeAdapter(shape).validate_json(post(upstream, path, {**body, "model": model}).content)


@pytest.mark.parametrize(("path", "shape", "body", "model"), named(STREAMS))
def test_events(upstream, path, shape, body, model):
    reply = post(upstream, path, {**body, "model": model, "stream": "true" if b"x" in body.values() else True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [line.removeprefix("data: ") for line in reply.text.split("\n") if line.startswith("data: ")]
    adapter = pydantic.TypeAdapter(shape)
    for event in events:
        adapter.validate_json(event)
    assert len(events) == upstream.requests(model)[-1]["events"] and json.loads(events[-1])["type"]
