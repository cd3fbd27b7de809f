"""Holds the golden files of completions to OpenAI's own package: it sends each call, and reads each reply.

What a stream's pieces say goes to that package too, but for one member: its type
wants a finish_reason in every piece, where OpenAI's reference has null in all but
the last (https://platform.openai.com/docs/api-reference/completions/create).
"""

import copy
import json

import httpx2
import openai
import pydantic
import pytest
from openai.types import Completion

import golden

COMPLETION = pydantic.TypeAdapter(Completion)


def finished(body):
    """A piece of a stream as if its choices were at their end."""
    body = copy.deepcopy(body)
    for choice in body["choices"]:
        if choice["finish_reason"] is None:
            choice["finish_reason"] = "stop"
    return body


def server(file, seen):
    def answer(request):
        seen.append(json.loads(request.content))
        if golden.refused(file):
            return httpx2.Response(400, json={"error": {"message": "refused"}})
        if not seen[0].get("stream"):
            return httpx2.Response(200, json=golden.replies(file)[0])
        events = "".join(f"data: {json.dumps(body)}\n\n" for body in golden.replies(file))
        return httpx2.Response(200, text=events + "data: [DONE]\n\n", headers={"content-type": "text/event-stream"})
    return httpx2.Client(transport=httpx2.MockTransport(answer))


def play(file):
    """Makes the call as the source part says. Returns what was sent and what was read."""
    seen, read = [], []
    client = openai.OpenAI(api_key="KEY", base_url="http://gateway/v1", max_retries=0, http_client=server(file, seen))
    names = {"client": client, "read": read}
    code = golden.code(file, "openai")
    if golden.refused(file):
        with pytest.raises(openai.BadRequestError):
            exec(code, names)
    else:
        exec("read.append(" + code.strip() + ")", names)
        read = list(read[0]) if isinstance(read[0], openai.Stream) else read
    return seen, read


@golden.of_each_file("completions")
def test_file(path):
    file = golden.parts(path)
    seen, read = play(file)
    assert seen == [json.loads(file["call"])]
    if golden.refused(file):
        return
    bodies = golden.replies(file)
    for body in bodies:
        assert golden.check(COMPLETION, finished(body) if seen[0].get("stream") else body) >= 5
    assert [r.to_dict() for r in read] == bodies
    ends = [c["finish_reason"] for body in bodies for c in body["choices"] if c["finish_reason"]]
    assert len(ends) == seen[0].get("n", 1), "each choice ends once"
    assert set(ends) <= {"stop", "length", "content_filter"}


def test_check_bites():
    """Each member that must be there is one whose absence is noticed."""
    body = golden.replies(golden.parts(golden.FORMATS / "completions/testdata/plain.txt"))[0]
    noticed = {where for where, _ in golden.breaks(body, golden.validated(COMPLETION, body))}
    assert noticed >= {(name,) for name in ("id", "object", "created", "model", "choices")}
    assert noticed >= {("choices", 0, name) for name in ("finish_reason", "index", "text")}
