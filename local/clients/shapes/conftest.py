"""The programs under test, and what the whole run counts."""

import functools
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import calls  # noqa: E402
import cases  # noqa: E402
import check  # noqa: E402
import gateway_config  # noqa: E402
import recordings  # noqa: E402

pytest_plugins = ["programs"]
checks = check.Check()


@pytest.fixture(scope="session")
def checker():
    return checks


@pytest.fixture(scope="session")
def config(built, shared_upstream, vendor):
    """The other clients' configuration, and a deployment for each recording."""
    path = gateway_config.write(built / "config.yaml", shared_upstream.url)
    config = json.loads(path.read_text())
    config["model_list"] += [r.deployment(vendor.url) for r in cases.RECORDINGS]
    path.write_text(json.dumps(config))
    return path


@pytest.fixture(scope="session")
def vendor():
    vendor = recordings.Vendor(cases.RECORDINGS)
    yield vendor
    vendor.stop()


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
    types = [f"{len(types)} of {kind}s" for kind, types in sorted(tally.events.items())]
    terminalreporter.write_line(f"shapes: types of events: {', '.join(types)}")
