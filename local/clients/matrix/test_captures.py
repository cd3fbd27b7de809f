"""The captures are what the vendors' own packages send, and can read."""

import dataclasses

import captures
import pytest
from backs import FORMATS
from cases import CASES, MODES, Heard


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("format", captures.WIRES)
def test_capture(upstream, format, case, mode):
    capture = captures.load(format, case)
    request, heard = captures.record(upstream, format, case, mode)
    assert request == capture[mode]["request"]
    want = Heard.of(capture["says"])
    assert heard == dataclasses.replace(want, finish=FORMATS[format].FINISH[want.finish])
