"""What core/price is made from and held by, made again from LiteLLM's wheel.

The Go test TestOracle compares our answers to testdata/litellm.json.gz, so
that both together compare them to LiteLLM's. Needs Go for the catalogue.
"""

import gzip
import importlib.metadata
import pathlib
import subprocess

import pytest

import vectors

HERE = pathlib.Path(__file__).parent
PACKAGE = HERE.parent
RECORDED = gzip.decompress((PACKAGE / "testdata" / "litellm.json.gz").read_bytes()).decode()


@pytest.fixture(scope="module")
def derived():
    return vectors.everything()


def test_version():
    assert vectors.SOURCE == "litellm==" + importlib.metadata.version("litellm")
    assert vectors.SOURCE in (HERE / "requirements.txt").read_text().split()


def test_answers_are_litellms(derived):
    costs = sum(len(m["costs"]) for m in derived["models"])
    print(f"{len(derived['models'])} models, {costs} costs, {len(derived['names'])} names")
    assert costs >= 4000
    assert vectors.text(derived) == RECORDED


@pytest.mark.parametrize("times", [1, 2])
def test_catalogue_is_made_from_the_wheel(tmp_path, times):
    made = tmp_path / "catalogue.bin"
    subprocess.run(["go", "run", "./internal/generate", str(vectors.PRICES), str(made)], cwd=PACKAGE, check=True)
    print(f"{made.stat().st_size} bytes")
    assert made.read_bytes() == (PACKAGE / "catalogue.bin").read_bytes()
