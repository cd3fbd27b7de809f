"""The cells of the matrix (see ../test_matrix.py) as aimock can serve them."""

import impossible
from backs import BACKS, FRONTS, format_of
from cases import CASES, MODES
from fixtures import SAYS, says

ALL = [(front, back, case, mode) for front in FRONTS for back in BACKS for case in CASES for mode in MODES]
THOUGHT = SAYS["reasoning"]

# Format that arrives, cases: why aimock cannot serve them (departures.py), and
# what its reply says instead, to any front.
INSTEAD = {
    ("cohere", "reasoning"): (
        "thoughts are sent as text", {"text": THOUGHT["reasoning"] + THOUGHT["text"], "reasoning": ""}
    ),
    ("ollama", "reasoning"): ("thoughts are not sent as thinking", {"reasoning": ""}),
    ("ollama", "length"): ("done_reason is stop", {"finish": "stop"}),
}

# What passes the gateway as bytes, for the front is the vendor's own: its
# package cannot read these. Front and back, cases: why.
UNREADABLE = {
    **{("responses", "openai", case): "a response lacks members that are required" for case in CASES},
    ("gemini", "gemini", "tool_call"): "FUNCTION_CALL is no finish reason",
}


def why_not(front, back, case, mode):
    """Why aimock cannot serve a cell, or None."""
    if (front, case) in impossible.ROWS:
        return "impossible"
    if (front, back, case) in UNREADABLE:
        return f"{back}: {UNREADABLE[front, back, case]}"
    reason, _ = INSTEAD.get((format_of(front, back), case), (None, None))
    return reason and f"{back}: {reason}"


def heard_says(front, back, case, mode):
    """What aimock's reply says to a front."""
    format = format_of(front, back)
    _, instead = INSTEAD.get((format, case), (None, {}))
    said = says(format, case, mode) | instead
    if front == "gemini" and case != "reasoning":
        said |= {"reasoning": ""}  # Google's API shows thoughts to who asks for them
    return said
