"""LiteLLM makes every kind of call (tally.KINDS): run last, with all the others."""

import tally


def test_kinds():
    assert tally.KINDS - tally.kinds["litellm", "process"] == set(), "no test of this kind called the gateway and passed"
