"""Where a front's call leads to another request than the one that the vendor's
own package sends in that case: each with its reason."""

import copy

GONE = object()

# (fronts, format that arrives, cases, modes, reason, what is another).
ROWS = [
]


def request(front, format, case, mode, captured):
    """What must arrive of a front's call."""
    want = copy.deepcopy(captured)
    for fronts, arrives, cases, modes, _, changes in ROWS:
        if front in fronts and format == arrives and case in cases and mode in modes:
            for path, value in changes.items():
                change(want, path.split("."), value)
    return want


def change(within, path, value):
    """Sets, or takes away, what a capture has at a path."""
    *outer, last = [int(step) if step.isdigit() else step for step in path]
    for step in outer:
        within = within[step]
    assert (last in within if isinstance(within, dict) else last < len(within)) or value is not GONE
    if value is GONE:
        del within[last]
    else:
        within[last] = value
