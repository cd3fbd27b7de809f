"""Holds the golden files of generate to Google's own package: it sends each call, and reads each reply.

That package's types have no member that must be there, so what Google's reference
always has is asked for here beside them.
"""

import http.server
import json
import threading

import pydantic
import pytest
from google import genai
from google.genai import errors, types

import golden

ENDS = {e.value for e in types.FinishReason}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, body))
        status, kind, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    one = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()


def answer(file):
    if golden.refused(file):
        return 400, "application/json", b'{"error": {"code": 400, "message": "refused", "status": "INVALID_ARGUMENT"}}'
    bodies = golden.replies(file)
    if json.loads(file["call"]).get("stream"):
        return 200, "text/event-stream", "".join(f"data: {json.dumps(b)}\r\n\r\n" for b in bodies).encode()
    return 200, "application/json", json.dumps(bodies[0]).encode()


def play(file, server):
    """Makes the call as the source part says. Returns what was sent and what was read."""
    server.seen, server.answer = [], answer(file)
    client = genai.Client(api_key="KEY", http_options={"base_url": f"http://127.0.0.1:{server.server_port}"})
    read = []
    names = {"client": client, "types": types, "read": read.extend}
    code = golden.code(file, "google-genai")
    if golden.refused(file):
        with pytest.raises(errors.ClientError):
            exec(code, names)
    else:
        exec(code, names)
    return server.seen, read


def check(body, end):
    """What a GenerateContentResponse has, and a plain one or the last of a stream at its end."""
    types.GenerateContentResponse.model_validate_json(json.dumps(body), strict=True)
    assert body["candidates"] and body["modelVersion"] and body["responseId"]
    for candidate in body["candidates"]:
        assert candidate["index"] >= 0
        assert candidate["content"]["role"] == "model" and candidate["content"]["parts"]
        assert ("finishReason" in candidate) == end
        assert not end or candidate["finishReason"] in ENDS
    if end:
        assert {"promptTokenCount", "candidatesTokenCount", "totalTokenCount"} <= body["usageMetadata"].keys()


@golden.of_each_file("generate")
def test_file(path, server):
    file = golden.parts(path)
    call = json.loads(file["call"])
    method = "streamGenerateContent?alt=sse" if call.pop("stream", False) else "generateContent"
    seen, read = play(file, server)
    assert seen == [(f"/v1/models/{call.pop('model')}:{method}", call)]
    if golden.refused(file) or "\nerror " in "\n" + file["reply"]:
        return
    bodies = golden.replies(file)
    for i, body in enumerate(bodies):
        check(body, i == len(bodies) - 1)
    assert [[c.index for c in r.candidates] for r in read] == [[c["index"] for c in b["candidates"]] for b in bodies]
    said = [p.get("text", "") for b in bodies for c in b["candidates"] for p in c["content"]["parts"]]
    assert [p.text or "" for r in read for c in r.candidates for p in c.content.parts] == said
    calls = [p["functionCall"] for b in bodies for c in b["candidates"] for p in c["content"]["parts"] if "functionCall" in p]
    heard = [p.function_call for r in read for c in r.candidates for p in c.content.parts if p.function_call]
    assert [(f.id, f.name, f.args) for f in heard] == [(f["id"], f["name"], f["args"]) for f in calls]


def test_check_bites():
    """Without any one member, and with any other word, a reply is refused."""
    body = golden.replies(golden.parts(golden.FORMATS / "generate/testdata/plain.txt"))[0]
    cases = [(path, None) for path in (
        "candidates", "usageMetadata", "modelVersion", "responseId", "candidates/0/content", "candidates/0/finishReason", "candidates/0/index",
        "candidates/0/content/role", "candidates/0/content/parts", "usageMetadata/promptTokenCount", "usageMetadata/candidatesTokenCount",
        "usageMetadata/totalTokenCount",
    )] + [("candidates/0/finishReason", "stop"), ("candidates/0/content/role", "assistant"), ("object", "chat.completion"), ("candidates/0/message", {})]
    for path, value in cases:
        broken = golden.changed(body, [int(step) if step.isdigit() else step for step in path.split("/")], value)
        with pytest.raises((pydantic.ValidationError, AssertionError, KeyError)):
            check(broken, True)
