"""LiteLLM as a client: its own environment, the other clients' programs."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

pytest_plugins = ["programs", "tally"]


@pytest.fixture(params=["openai", "anthropic"])
def vendor(request):
    """Whose wire format the model's upstream speaks."""
    return request.param
