"""Calls over HTTP, and the bodies that come back, each with its kind (see kinds.py)."""

import dataclasses
import json

import gateway_config
import httpx2

# What a path answers: plain, in a stream, and when it refuses.
ANSWERS = {
    "/v1/chat/completions": ("chat", "chat chunk"),
    "/v1/completions": ("completion", "completion chunk"),
    "/v1/responses": ("response", "response event"),
    "/v1/responses/{id}": ("response", None),
    "/v1/responses/{id}/cancel": ("response", None),
    "/v1/responses/{id}/input_items": ("response items", None),
    "/v1/embeddings": ("embeddings", None),
    "/v1/moderations": ("moderation", None),
    "/v1/images/generations": ("images", "image event"),
    "/v1/images/edits": ("images", "image edit event"),
    "/v1/images/variations": ("images", None),
    "/v1/audio/transcriptions": ("transcription", "transcription event"),
    "/v1/audio/translations": ("translation", None),
    "/v1/models": ("models", None),
    "/v1/models/{id}": ("model", None),
    "/v1/messages": ("message", "message event"),
    "/v1/messages/count_tokens": ("message tokens", None),
}


# The members of a request that make it another kind.
FORMATS = {"verbose_json": "verbose ", "diarized_json": "diarized ", "base64": "encoded "}


@dataclasses.dataclass(frozen=True)
class Call:
    path: str  # of ANSWERS
    body: dict = dataclasses.field(default_factory=dict)
    files: tuple = ()  # makes it a form: (field, (name, bytes, type))
    method: str = "POST"
    id: "str | Call" = ""  # fills {id}: the id itself, or the call that makes what has it
    key: str = gateway_config.MASTER_KEY
    fails: bool = False
    vendor: str = ""  # whose recorded answer it is given


@dataclasses.dataclass(frozen=True)
class Reply:
    status: int
    bodies: list  # of (kind, body)


class Caller:
    def __init__(self, url):
        self.client = httpx2.Client(base_url=url, timeout=20)

    def send(self, call):
        headers = {"authorization": f"Bearer {call.key}", "anthropic-version": "2023-06-01"}
        content = {"data": call.body, "files": call.files} if call.files else {"json": call.body}
        if call.method != "POST":
            content = {}
        id = call.id if isinstance(call.id, str) else self.send(call.id).bodies[0][1]["id"]
        path = call.path.replace("{id}", id)
        got = self.client.request(call.method, path, headers=headers, **content)
        return Reply(got.status_code, list(bodies(call, got)))


def bodies(call, got):
    plain, piece = ANSWERS[call.path] if call.method != "DELETE" else ("deleted response", None)
    asked = call.body.get("encoding_format", call.body.get("response_format") if call.files else None)
    plain = FORMATS.get(asked, "") + plain
    error = "message error" if call.path.startswith("/v1/messages") else "error"
    content_type = got.headers["content-type"]
    if content_type.startswith("text/event-stream"):
        assert got.status_code == 200
        yield from events(got.text, piece, error)
        return
    assert content_type == "application/json", content_type
    yield (plain if got.status_code == 200 else error), got.json()


NAMED = ("response event", "message event", "image event", "image edit event")  # whose events have their type for a name
UNENDED = ("response event", "message event")  # which need no [DONE]: they have an event for it


def events(text, piece, error):
    frames = text.strip().split("\n\n")
    frames = [dict(line.split(": ", 1) for line in frame.splitlines()) for frame in frames]
    bodies = [json.loads(frame["data"]) for frame in frames if frame["data"] != "[DONE]"]
    for frame, body in zip(frames, bodies):
        kind = error if failed(body, piece) else piece
        assert frame.get("event") == (body["type"] if kind in NAMED or error == "message error" else None), frame
        yield kind, body
    ended = ["[DONE]"] * (piece not in UNENDED and not failed(bodies[-1], piece))
    assert [frame["data"] for frame in frames[len(bodies) :]] == ended


def failed(body, piece):
    return piece != "response event" and body.get("error") is not None
