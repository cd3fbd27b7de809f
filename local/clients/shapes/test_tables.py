"""Every row of our tables is needed by what the gateway really answers."""

import description
from cases import CASES
from kinds import KINDS


def test_corrections(recorded, checker):
    """Without a correction, OpenAI's description refuses some body that it is about."""
    for correction in checker.corrections:
        uncorrected = description.Description(c for c in checker.corrections if c != correction)
        about = [name for name, call in CASES.items() if correction.concerns(call.vendor)]
        bodies = ((KINDS[kind].table, body) for name in about for kind, body in recorded(name).bodies)
        assert any(table and not uncorrected.fits(*uncorrected.named(table), body) for table, body in bodies), correction


def test_kinds(recorded):
    """No type stands here that nothing is checked against."""
    assert {kind for name in CASES for kind, _ in recorded(name).bodies} == KINDS.keys()


def test_additions(recorded, checker):
    for name, call in CASES.items():
        for kind, body in recorded(name).bodies:
            checker.body(kind, body, call.vendor)
    assert checker.additions.keys() - checker.tally.added == set()
