"""Every client makes every kind of call (tally.KINDS): run last, with all the others."""

import pytest
import tally

IN_PROCESS = ["openai", "anthropic", "google-genai", "cohere", "langchain-openai"]
AS_FUNCTIONS = ["openai", "anthropic"]


@pytest.mark.parametrize(
    ("client", "mode"), [*((c, "process") for c in IN_PROCESS), *((c, "lambda") for c in AS_FUNCTIONS)]
)
def test_kinds(client, mode):
    assert tally.KINDS - tally.kinds[client, mode] == set(), "no test of this kind called the gateway and passed"
