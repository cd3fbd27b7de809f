"""Every reply that names one of LiteLLM's models is one, in the words of LiteLLM 1.81.15.

A model is written with its place in the reply: "info:M" is a member, "[]:M" each
of a list, "{}:M" each member of an object.
"""

import json
import pathlib

import pytest
from litellm.proxy import _types
from litellm.types import access_group, tag_management, utils
from litellm.types.proxy.management_endpoints import (
    internal_user_endpoints,
    key_management_endpoints,
    model_management_endpoints,
    team_endpoints,
)
from litellm_enterprise.types.proxy import audit_logging_endpoints
from pydantic import TypeAdapter

# What a model has and its replies have not, as LiteLLM's have it not: the hash is
# taken out, and the column is called organization_id.
ABSENT = {"LiteLLM_VerificationToken": {"token", "org_id"}}

MODULES = [_types, audit_logging_endpoints, access_group, tag_management, utils, internal_user_endpoints, key_management_endpoints, model_management_endpoints, team_endpoints]


def model(name):
    for module in MODULES:
        if hasattr(module, name):
            return getattr(module, name)
    raise KeyError(name)


def replies():
    for file in sorted(pathlib.Path(__file__).parent.glob("*.http")):
        asked = ""
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.startswith("> "):
                asked = line[2:80]
            if line.startswith("< "):
                _, _, name, reply = line.split(" ", 3)
                if name != "-":
                    yield pytest.param(name, reply, id=f"{file.name}:{number}: {asked}")


def parts(place, value):
    """The values that a place in a reply means."""
    if place.endswith("[]"):
        return [item for part in parts(place[:-2], value) for item in part]
    if place.endswith("{}"):
        return [item for part in parts(place[:-2], value) for item in part.values()]
    return [value[place]] if place else [value]


@pytest.mark.parametrize("name, reply", list(replies()))
def test_reply(name, reply):
    place, _, kind = name.rpartition(":")
    shape = TypeAdapter(model(kind))
    for part in parts(place, json.loads(reply)):
        shape.validate_python(part)
        fields = getattr(model(kind), "model_fields", {})
        absent = [f for f in fields if f not in part and f not in ABSENT.get(kind, ())]
        assert not absent, f"{kind} has {absent}, the reply has not"
