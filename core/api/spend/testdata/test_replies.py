"""Every reply that names one of LiteLLM's models is one, in the words of LiteLLM 1.81.15.

A model is written with its place in the reply: "data[]:M" is each of a list that
is a member. What runs it is in ../../admin/testdata/requirements.txt.
"""

import json
import pathlib

import pytest
from litellm.proxy import _types
from litellm.types.proxy.management_endpoints import common_daily_activity
from pydantic import TypeAdapter

# LiteLLM_SpendLogs is the row as it is written; read from the database, and
# so in replies, these are no texts.
TEXTS = {"metadata", "request_tags"}


def model(name):
    return getattr(_types, name, None) or getattr(common_daily_activity, name)


def replies():
    for file in sorted(pathlib.Path(__file__).parent.glob("*.http")):
        asked = ""
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.startswith("> "):
                asked = line[2:80]
            if line.startswith("< "):
                _, status, name, reply = line.split(" ", 3)
                if name != "-":
                    yield pytest.param(name, reply, id=f"{file.name}:{number}: {asked}")


def parts(place, value):
    if place.endswith("[]"):
        return [item for part in parts(place[:-2], value) for item in part]
    return [value[place]] if place else [value]


def whole(kind, value, at):
    """Nothing of the model's is missing, and nothing is there that it has not."""
    parsed = TypeAdapter(kind).validate_python(value).model_dump(mode="json")

    def compare(ours, theirs, at):
        if isinstance(theirs, dict) and isinstance(ours, dict):
            assert set(ours) == set(theirs), f"{at}: {set(ours) ^ set(theirs)}"
            for name in theirs:
                compare(ours[name], theirs[name], f"{at}.{name}")

    compare(value, parsed, at)


@pytest.mark.parametrize("name, reply", list(replies()))
def test_reply(name, reply):
    place, _, kind = name.rpartition(":")
    for part in parts(place, json.loads(reply.split(" next ")[0])):
        if kind == "LiteLLM_SpendLogs":
            missing = set(model(kind).model_fields) - set(part)
            assert not missing, missing
            part = {k: json.dumps(v) if k in TEXTS else v for k, v in part.items()}
            TypeAdapter(model(kind)).validate_python(part)
        else:
            whole(model(kind), part, kind)
