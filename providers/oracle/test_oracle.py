"""litellm.json is what LiteLLM really does: derived again, and compared.

The Go test TestOracle in this package's parent compares our own calls to the
same file, so that both together compare our table to LiteLLM.
"""

import importlib.metadata
import json
import pathlib

import pytest

import observe

HERE = pathlib.Path(__file__).parent
RECORDED = json.loads((HERE / "litellm.json").read_text())
DERIVED = observe.everything()


def test_version():
    assert RECORDED["source"] == observe.SOURCE
    assert observe.SOURCE == "litellm==" + importlib.metadata.version("litellm")
    assert observe.SOURCE in (HERE / "requirements.txt").read_text().split()


def test_same_providers():
    assert sorted(RECORDED["providers"]) == sorted(DERIVED["providers"])
    called = [p for p, seen in DERIVED["providers"].items() if "plain" in seen]
    print(f"{len(DERIVED['providers'])} providers, {len(called)} of them called, {len(DERIVED['infer'])} names inferred")
    assert len(called) >= 80


@pytest.mark.parametrize("provider", sorted(RECORDED["providers"]))
def test_provider(provider):
    assert DERIVED["providers"][provider] == RECORDED["providers"][provider]


@pytest.mark.parametrize("recorded", RECORDED["infer"])
def test_infer(recorded):
    assert recorded in DERIVED["infer"]


def test_default_azure_api_version():
    assert DERIVED["default_azure_api_version"] == RECORDED["default_azure_api_version"]
