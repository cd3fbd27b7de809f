"""The programs under test, and what the whole run counts."""

import functools
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import calls  # noqa: E402
import cases  # noqa: E402
import check  # noqa: E402

pytest_plugins = ["programs"]
checks = check.Check()


@pytest.fixture(scope="session")
def checker():
    return checks


@pytest.fixture(scope="session")
def recorded(process_gateway):
    """What each case was answered. It is asked once, whoever wants to know."""
    caller = calls.Caller(process_gateway.url)
    return functools.cache(lambda name: caller.send(cases.CASES[name]))


def pytest_terminal_summary(terminalreporter):
    tally = checks.tally
    terminalreporter.write_line(
        f"shapes: {len(tally.endpoints)} endpoints, {tally.cases} cases, {tally.bodies} bodies, "
        f"{tally.faults['deleted']} members deleted, {tally.faults['broken']} enums broken, {tally.unseen} unseen"
    )
