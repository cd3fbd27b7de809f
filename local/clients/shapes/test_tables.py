"""Every row of our tables is needed by what the gateway really answers."""

import description
from cases import CASES
from kinds import KINDS


def test_corrections(recorded, checker):
    """Without a correction, OpenAI's description refuses some body."""
    bodies = [(KINDS[kind].table, body) for name in CASES for kind, body in recorded(name).bodies if KINDS[kind].table]
    for correction in checker.corrections:
        uncorrected = description.Description(c for c in checker.corrections if c != correction)
        assert any(not uncorrected.fits(*uncorrected.named(table), body) for table, body in bodies), correction


def test_additions(recorded, checker):
    for name in CASES:
        for kind, body in recorded(name).bodies:
            checker.body(kind, body)
    assert checker.additions.keys() - checker.tally.added == set()
