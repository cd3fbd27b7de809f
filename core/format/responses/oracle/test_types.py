"""Reads the golden files of core/format/responses with the types of OpenAI's package.

Requests of both APIs must be of the types that the package's methods take.
Every response and event must validate, strictly; and no member that the types
require may go missing, nor a word of theirs change, without being noticed.
"""

import copy
import json
import pathlib
import typing

import pydantic
import pytest
from openai.types.chat import completion_create_params
from openai.types.responses import Response, ResponseStreamEvent, response_create_params

GOLDEN = sorted((pathlib.Path(__file__).parents[1] / "testdata").glob("*.txt"))
PARTS = ("source", "call", "chat call", "chat reply", "response")

RESPONSE, EVENT = pydantic.TypeAdapter(Response), pydantic.TypeAdapter(ResponseStreamEvent)


def parts(path):
    """The parts of a golden file by their names."""
    text, found = path.read_text(), {}
    for name, following in zip(PARTS, (*PARTS[1:], None)):
        _, text = text.split(f"-- {name} --\n", 1)
        found[name] = text.split(f"-- {following} --\n", 1)[0] if following else text
    return found


def replies(path):
    """What a file's caller gets: a response, or events, each with its adapter."""
    for line in parts(path)["response"].splitlines():
        if line.startswith("{"):
            yield RESPONSE, json.loads(line)
        else:
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


def breaks(body, model):
    """Copies of a body, each with one fault that its types must not let through."""
    for part, path in models(model):
        for name, field in type(part).model_fields.items():
            key = field.alias or name
            if field.is_required():
                less = copy.deepcopy(body)
                del at(less, path)[key]
                yield (*path, key), less
            if typing.get_origin(field.annotation) is typing.Literal:
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


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_requests(path):
    found = parts(path)
    for name, module, prefix in (
        ("call", response_create_params, "ResponseCreateParams"),
        ("chat call", completion_create_params, "CompletionCreateParams"),
    ):
        body = json.loads(found[name])
        kind = getattr(module, prefix + ("Streaming" if body.get("stream") else "NonStreaming"))
        adapter = pydantic.TypeAdapter(kind)  # lives as long as the iterators, which need it
        consumed(adapter.validate_python(body))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_replies(path, record_property):
    faults = 0
    for adapter, body in replies(path):
        model = validated(adapter, body)
        for where, broken in breaks(body, model):
            faults += 1
            with pytest.raises(pydantic.ValidationError):
                validated(adapter, broken)
                pytest.fail(f"{where} of {body} may be missing or wrong", pytrace=False)
    record_property("faults", faults)
    assert faults >= 20
