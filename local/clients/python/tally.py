"""Counts the calls that each client makes of the gateway, and prints them at the
end of a run.

A test module says which client it is about in CLIENT (the default is openai).
All these clients send through httpx or its successor, which log each request.
"""

import collections
import logging
import urllib.parse

import processes
import pytest

calls = collections.defaultdict(collections.Counter)  # client: path: how often
kinds = collections.defaultdict(set)  # client: names of test functions


class Counter(logging.Handler):
    client = kind = None

    def emit(self, record):
        words = record.getMessage().split()  # HTTP Request: POST <url> "HTTP/1.1 200 OK"
        if self.client and words[:2] == ["HTTP", "Request:"]:
            url = urllib.parse.urlsplit(words[3])
            if url.port in processes.Gateway.ports:
                calls[self.client][url.path] += 1
                kinds[self.client].add(self.kind)


counter = Counter()


def listen():
    """Again for each test, for LiteLLM turns these logs off."""
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).addHandler(counter)  # once, however often it is called


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    listen()
    counter.client, counter.kind = getattr(item.module, "CLIENT", "openai"), item.originalname
    try:
        return (yield)
    finally:
        counter.client = None


def pytest_terminal_summary(terminalreporter):
    for client in sorted(calls):
        total, paths = calls[client].total(), len(calls[client])
        terminalreporter.write_line(f"{client}: {total} calls of {paths} paths, in {len(kinds[client])} kinds of test")
