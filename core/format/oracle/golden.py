"""The golden files of the front formats, and what vendors' types are asked about them."""

import copy
import importlib.metadata
import json
import pathlib
import re
import typing

import pydantic
import pytest

FORMATS = pathlib.Path(__file__).parents[1]
REPLY = re.compile(r"(?:(?:head|data|last) (?:[\w.]+ )?)?(\{.*\})")


def files(front):
    found = sorted((FORMATS / front / "testdata").glob("*.txt"))
    assert found, front
    return found


def of_each_file(*fronts):
    """Runs a test once for each golden file, as its path."""
    found = {f"{front}-{path.stem}" if len(fronts) > 1 else path.stem: path for front in fronts for path in files(front)}
    return pytest.mark.parametrize("path", found.values(), ids=found.keys())


def parts(path):
    """The parts of a golden file, by name."""
    pieces = re.split(r"^-- (.+) --\n", path.read_text(), flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2]))


def refused(file):
    return file["chat"].strip() == "none"


def replies(file):
    """What a file's caller gets: a reply, or the data of events."""
    return [json.loads(found[1]) for line in file["reply"].splitlines() if (found := REPLY.fullmatch(line))]


def code(file, package):
    """The call that the source part makes with a vendor's package."""
    named, text = file["source"].split("\n\n")[0].split("\n", 1)
    assert named == f"{package}==" + importlib.metadata.version(package)
    return text


def consumed(value):
    """A value whose iterators, which pydantic leaves for later, have been read."""
    if isinstance(value, dict):
        return {k: consumed(v) for k, v in value.items()}
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return [consumed(v) for v in value]


def taken(module, prefix, body):
    """Holds that a package's method takes a request."""
    kind = getattr(module, prefix + ("Streaming" if body.get("stream") else "NonStreaming"))
    adapter = pydantic.TypeAdapter(kind)  # lives as long as the iterators, which need it
    consumed(adapter.validate_python(body))


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


def changed(body, path, value=None):
    """A copy of a body in which a member has another value, or is missing."""
    body = copy.deepcopy(body)
    *way, name = path
    if value is None:
        del at(body, way)[name]
    else:
        at(body, way)[name] = value
    return body


def words(annotation):
    """Whether a type is a choice of words, or of those and null."""
    kinds = [a for a in typing.get_args(annotation) if a is not type(None)]
    return typing.get_origin(annotation) is typing.Literal or bool(kinds) and all(typing.get_origin(k) is typing.Literal for k in kinds)


def breaks(body, model):
    """Copies of a body, each with one fault that its types must not let through."""
    for part, path in models(model):
        for name, field in type(part).model_fields.items():
            where = (*path, field.alias or name)
            if field.is_required():
                yield where, changed(body, where)
            if words(field.annotation) and getattr(part, name) is not None:
                yield where, changed(body, where, "no such word")


def check(adapter, body):
    """Holds that a body is of a type, strictly, and would not be with a fault. Returns how many were tried."""
    faults = 0
    for where, broken in breaks(body, validated(adapter, body)):
        faults += 1
        with pytest.raises(pydantic.ValidationError):
            validated(adapter, broken)
            pytest.fail(f"{where} of {body} may be missing or wrong", pytrace=False)
    return faults
