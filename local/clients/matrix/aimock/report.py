"""Prints the cells that aimock served, and why it could not serve the others."""

import collections

import pytest

served = set()
others = collections.Counter()  # reason: cells


@pytest.fixture(scope="session")
def tally():
    return served, others


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"aimock: {len(served)} cells")
    for reason, cells in sorted(others.items()):
        terminalreporter.write_line(f"  {cells} not: {reason}")
