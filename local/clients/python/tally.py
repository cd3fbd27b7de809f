"""Counts the calls that each client makes of the gateway and which kinds of call
they were, and prints both at the end of a run.

A test module says which client it is about in CLIENT (the default is openai),
and a test of which kind its calls are: @kind("tool loop"). A kind counts when
such a test called the gateway and passed. test_tally.py, which runs last, holds
that no client lost one of those in KINDS.

All these clients send through httpx or its successor, which log each request.
"""

import collections
import logging
import urllib.parse

import processes
import pytest

kind = pytest.mark.kind
KINDS = {"plain", "stream", "tool loop", "image", "structured output", "401", "429", "abort"}

calls = collections.defaultdict(collections.Counter)  # client: path: how often
kinds = collections.defaultdict(set)  # client and mode of the gateway: kinds of call


class Counter(logging.Handler):
    client = None
    modes = frozenset()  # of the gateways that the test called

    def emit(self, record):
        words = record.getMessage().split()  # HTTP Request: POST <url> "HTTP/1.1 200 OK"
        if self.client and words[:2] == ["HTTP", "Request:"]:
            url = urllib.parse.urlsplit(words[3])
            if url.port in processes.Gateway.modes:
                calls[self.client][url.path] += 1
                self.modes |= {processes.Gateway.modes[url.port]}


counter = Counter()


def listen():
    """Again for each test, for LiteLLM turns these logs off."""
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).addHandler(counter)  # once, however often it is called


def refusals(*rows):
    """Parameters of a test of refusals, named for the scenario that begins each:
    those of 401 and 429 are kinds of call."""
    return [pytest.param(*row, id=row[0], marks=[kind(row[0][:3])] if row[0][:3] in KINDS else []) for row in rows]


def pytest_configure(config):
    config.addinivalue_line("markers", "kind(*names): the kinds of call that the test makes")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name == "test_tally.py")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    listen()
    counter.client, counter.modes = getattr(item.module, "CLIENT", "openai"), frozenset()
    try:
        return (yield)
    finally:
        counter.client = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call" and report.passed:
        for mode in counter.modes:
            kinds[counter.client, mode].update(name for mark in item.iter_markers("kind") for name in mark.args)
    return report


def pytest_terminal_summary(terminalreporter):
    for client in sorted(calls):
        total, paths = calls[client].total(), len(calls[client])
        terminalreporter.write_line(f"{client}: {total} calls of {paths} paths")
        for mode in ("process", "lambda"):
            if names := kinds[client, mode]:
                terminalreporter.write_line(f"  {len(names)} kinds, {mode}: {', '.join(sorted(names))}")
