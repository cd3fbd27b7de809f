"""The golden files say what the vendors' clients and LiteLLM really send."""

import re

import pytest

import run

FILES = run.goldens()
RECORDED = [f for f in FILES if run.PACKAGE.match(f.read_text().partition("\n")[2])]


@pytest.fixture(scope="module")
def recorder():
    recorder = run.Recorder()
    yield recorder
    recorder.shutdown()


def test_enough():
    print(f"{len(RECORDED)} of {len(FILES)} files are recorded")
    assert len(RECORDED) >= 100


@pytest.mark.parametrize("file", RECORDED, ids=lambda f: f"{f.parts[-3]}/{f.stem}")
def test_recorded(recorder, file):
    parts = run.split(file.read_text())
    request, complaint = run.record(recorder, file, parts)
    assert request == parts["upstream request"]
    if fine(parts):  # an honest fake: the vendor's client reads it
        assert complaint is None, repr(complaint)


def fine(parts):
    return parts["upstream response"].startswith("HTTP/1.1 2") and not re.search(r"^error ", parts["reply"], re.MULTILINE)
