"""Counts the cells that were called, and prints them at the end of a run."""

import collections

import pytest

counted = collections.Counter()  # cells, by whether they passed or are impossible


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.passed and "cell" in getattr(item, "fixturenames", ()):
        counted["impossible" if item.originalname == "test_impossible" else "passed"] += 1
    return report


def pytest_terminal_summary(terminalreporter):
    if counted:
        terminalreporter.write_line(
            f"matrix: {counted['passed']} passed + {counted['impossible']} impossible = {counted.total()}"
        )
