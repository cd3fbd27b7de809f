"""Holds the golden files to OpenAI's own package: it sends each call, and reads each reply.

What a stream's pieces say goes to that package too, but for one member: its type
wants a finish_reason in every piece, where OpenAI's reference has null in all but
the last (https://platform.openai.com/docs/api-reference/completions/create).
"""

import copy
import importlib.metadata
import json
import pathlib
import re

import httpx2
import openai
import pydantic
import pytest
from openai.types import Completion
from openai.types.chat import completion_create_params

HERE = pathlib.Path(__file__).parent
FILES = sorted(HERE.parent.glob("testdata/*.txt"))
CHAT = pydantic.TypeAdapter(completion_create_params.CompletionCreateParamsBase)


def parts(path):
    """The parts of a golden file, by name."""
    pieces = re.split(r"^-- (.+) --\n", path.read_text(), flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2]))


def replies(part):
    """The bodies of a reply part: (last, body)."""
    for line in part.splitlines():
        if found := re.fullmatch(r"(data |last )?(\{.*\})", line):
            yield json.loads(found[2])


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
        if file["chat"].strip() == "none":
            return httpx2.Response(400, json={"error": {"message": "refused"}})
        if not seen[0].get("stream"):
            return httpx2.Response(200, json=next(replies(file["reply"])))
        events = "".join(f"data: {json.dumps(body)}\n\n" for body in replies(file["reply"]))
        return httpx2.Response(200, text=events + "data: [DONE]\n\n", headers={"content-type": "text/event-stream"})
    return httpx2.Client(transport=httpx2.MockTransport(answer))


def play(file):
    """Makes the call as the source part says. Returns what was sent and what was read."""
    package, code = file["source"].split("\n\n")[0].split("\n", 1)
    assert package == "openai==" + importlib.metadata.version("openai")
    seen, read = [], []
    client = openai.OpenAI(api_key="KEY", base_url="http://gateway/v1", max_retries=0, http_client=server(file, seen))
    names = {"client": client, "read": read}
    if file["chat"].strip() == "none":
        with pytest.raises(openai.BadRequestError):
            exec(code, names)
    else:
        exec("read.append(" + code.strip() + ")", names)
        read = list(read[0]) if isinstance(read[0], openai.Stream) else read
    return seen, read


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_file(path):
    file = parts(path)
    seen, read = play(file)
    assert seen == [json.loads(file["call"])]
    if file["chat"].strip() == "none":
        return
    CHAT.validate_python(json.loads(file["chat"]))
    bodies = list(replies(file["reply"]))
    stream = seen[0].get("stream")
    for body in bodies:
        Completion.model_validate(finished(body) if stream else body, strict=True)
    assert [r.to_dict() for r in read] == bodies
    ends = [c["finish_reason"] for body in bodies for c in body["choices"] if c["finish_reason"]]
    assert len(ends) == seen[0].get("n", 1), "each choice ends once"
    assert set(ends) <= {"stop", "length", "content_filter"}


def test_check_bites():
    """Without any one member that must be there, the types refuse a reply."""
    body = next(replies(parts(HERE.parent / "testdata" / "plain.txt")["reply"]))
    cases = [("", name) for name in ("id", "object", "created", "model", "choices")]
    cases += [("choices", name) for name in ("finish_reason", "index", "text")]
    for where, name in cases:
        broken = copy.deepcopy(body)
        del (broken["choices"][0] if where else broken)[name]
        with pytest.raises(pydantic.ValidationError):
            Completion.model_validate(broken, strict=True)
    for where, name in (("", "object"), ("choices", "finish_reason")):
        broken = copy.deepcopy(body)
        (broken["choices"][0] if where else broken)[name] = "other"
        with pytest.raises(pydantic.ValidationError):
            Completion.model_validate(broken, strict=True)
    print(f"{len(FILES)} files, {len(cases) + 2} ways to break a reply")
