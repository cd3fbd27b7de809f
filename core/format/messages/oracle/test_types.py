"""Reads the golden files of core/format/messages with the types of the vendors' own packages.

Requests must be of the types that the packages' methods take, and what OpenAI's
side answers of its. Every message and event must validate, strictly, as
Anthropic's; and no member that its types require may go missing, nor a word of
theirs change, without being noticed.
"""

import copy
import json
import pathlib
import typing

import pydantic
import pytest
from anthropic.types import Message, RawMessageStreamEvent, message_create_params
from openai.types.chat import ChatCompletion, ChatCompletionChunk, completion_create_params

GOLDEN = sorted((pathlib.Path(__file__).parents[1] / "testdata").glob("*.txt"))
PARTS = ("source", "model", "request", "openai request", "openai answer", "usage", "reply")
MESSAGE, EVENT = pydantic.TypeAdapter(Message), pydantic.TypeAdapter(RawMessageStreamEvent)
# What OpenAI has no word for is passed on: only other providers may know it.
FOREIGN = {"tools_native"}


def parts(path):
    """The parts of a golden file by their names."""
    text, found = path.read_text(), {}
    for name, following in zip(PARTS, (*PARTS[1:], None)):
        _, text = text.split(f"-- {name} --\n", 1)
        found[name] = text.split(f"-- {following} --\n", 1)[0] if following else text
    return found


def replies(path):
    """What a file's caller gets: a message, or events, each with its adapter."""
    for line in parts(path)["reply"].splitlines():
        if line.startswith("{"):
            yield MESSAGE, json.loads(line)
        elif not line.startswith("error "):
            yield EVENT, json.loads(line.split(" ", 2)[2])


def validated(adapter, body):
    return adapter.validate_json(json.dumps(body), strict=True)


def models(value, path=()):
    """The models in a value, each with where it stands in the JSON."""
    if isinstance(value, pydantic.BaseModel):
        yield value, path
        for name, field in type(value).model_fields.items():
            yield from models(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from models(one, (*path, i))


def at(body, path):
    for step in path:
        body = body[step]
    return body


def words(annotation):
    """Whether a type is a choice of words, or of those and null."""
    kinds = [a for a in typing.get_args(annotation) if a is not type(None)]
    return typing.get_origin(annotation) is typing.Literal or bool(kinds) and all(typing.get_origin(k) is typing.Literal for k in kinds)


def breaks(body, model):
    """Copies of a body, each with one fault that its types must not let through."""
    for part, path in models(model):
        for name, field in type(part).model_fields.items():
            key = field.alias or name
            if field.is_required():
                less = copy.deepcopy(body)
                del at(less, path)[key]
                yield (*path, key), less
            if words(field.annotation) and getattr(part, name) is not None:
                other = copy.deepcopy(body)
                at(other, path)[key] = "no such word"
                yield (*path, key), other


def consumed(value):
    """A value whose iterators, which pydantic leaves for later, have been read."""
    if isinstance(value, dict):
        return {k: consumed(v) for k, v in value.items()}
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return [consumed(v) for v in value]


def taken(module, prefix, body):
    kind = getattr(module, prefix + ("Streaming" if body.get("stream") else "NonStreaming"))
    adapter = pydantic.TypeAdapter(kind)  # lives as long as the iterators, which need it
    consumed(adapter.validate_python(body))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_requests(path):
    found = parts(path)
    if found["openai request"].startswith("error "):
        return  # what is refused is wrong in one way or another
    taken(message_create_params, "MessageCreateParams", json.loads(found["request"]))
    if "claude" not in found["model"] and path.stem not in FOREIGN:
        taken(completion_create_params, "CompletionCreateParams", json.loads(found["openai request"]))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_answers(path):
    for line in parts(path)["openai answer"].splitlines():
        kind = ChatCompletionChunk if json.loads(line)["object"] == "chat.completion.chunk" else ChatCompletion
        kind.model_validate_json(line, strict=True)


def test_replies():
    bodies = faults = 0
    for path in GOLDEN:
        for adapter, body in replies(path):
            bodies += 1
            for where, broken in breaks(body, validated(adapter, body)):
                faults += 1
                with pytest.raises(pydantic.ValidationError):
                    validated(adapter, broken)
                    pytest.fail(f"{path.stem}: {where} of {body} may be missing or wrong", pytrace=False)
    print(f"{bodies} messages and events, {faults} faults")
    assert bodies >= 150 and faults >= 1000
