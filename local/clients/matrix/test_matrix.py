"""Every front format over every vendor's: 420 calls.

What a front's own package asks must arrive as the vendor's own package writes
it (captures, differences.py), and what the vendor answers must be heard by the
front's package (cases.expected), or the call is refused for a reason that the
front's API gives (impossible.py).
"""

import dataclasses

import captures
import differences
import impossible
import openai
import pytest
import totals
from backs import BACKS, FORMATS, FRONTS, format_of, group
from cases import CASES, MODES, expected
from conftest import MASTER_KEY

CELLS = [(front, back, case, mode) for front in FRONTS for back in BACKS for case in CASES for mode in MODES]
IMPOSSIBLE = [cell for cell in CELLS if (cell[0], cell[2]) in impossible.ROWS]


def ask(gateway, front, back, case, mode):
    return FORMATS[front].ask(gateway.url, MASTER_KEY, group(back, front, case), case, mode == "stream")


@pytest.mark.parametrize("cell", [c for c in CELLS if c not in IMPOSSIBLE], ids="-".join)
def test_possible(gateway, upstream, cell):
    front, back, case, mode = cell
    format = format_of(front, back)
    capture = captures.load(format, case)
    upstream.seen.clear()
    heard = FORMATS[front].hear(ask(gateway, *cell))
    (sent,) = upstream.seen
    assert differences.between(capture[mode]["request"], sent) == differences.of_request(front, format, case)
    want = expected(capture["says"], FORMATS[front])
    assert heard == dataclasses.replace(want, **differences.of_reply(front, format, case))


@pytest.mark.parametrize("cell", IMPOSSIBLE, ids="-".join)
def test_impossible(gateway, upstream, cell):
    front, back, case, mode = cell
    param, reason, _ = impossible.ROWS[front, case]
    upstream.seen.clear()
    with pytest.raises(openai.BadRequestError) as refused:
        ask(gateway, *cell)
    assert refused.value.param == param
    assert param in refused.value.body["message"] and reason in refused.value.body["message"]
    assert upstream.seen == []


def test_all():
    """Each of the cells was called in this run, and was as it must be."""
    assert totals.counted.total() == 420
