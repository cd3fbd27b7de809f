"""vectors.json is what LiteLLM says: made again, and compared.

The Go test TestVectors compares our own texts with the same file.
"""

import importlib.metadata
import json
import pathlib

import pytest

import make

RECORDED = json.loads(make.FILE.read_text())
MADE = json.loads(json.dumps(make.everything()))


def test_version():
    assert RECORDED["source"] == make.SOURCE == "litellm==" + importlib.metadata.version("litellm")
    assert make.SOURCE in (pathlib.Path(__file__).parent / "requirements.txt").read_text().split()


def test_conversations():
    assert RECORDED["conversations"] == MADE["conversations"]
    assert len(MADE["conversations"]) >= 30
    assert list(RECORDED["formats"]) == list(MADE["formats"])
    print(f"{len(MADE['conversations'])} conversations in {len(MADE['formats'])} formats and {len(MADE['templates'])} custom templates")


@pytest.mark.parametrize("name", RECORDED["formats"])
def test_format(name):
    assert RECORDED["formats"][name] == MADE["formats"][name]


@pytest.mark.parametrize("part", ["templates", "functions"])
def test_part(part):
    assert RECORDED[part] == MADE[part]
