"""What aimock is told to say in each case, in the words of a capture (cases.py),
and the fixtures that make it.

A fixture is matched by what the gateway sends, too: aimock reads the request in
the vendor's format, and answers 503 if it does not find the question in it.
"""

import json

from backs import FORMATS
from cases import ARGUMENTS, CALL_ID, CASES, HARM, HELLO, NAME, PICTURE, RESULT, RIDDLE, WEATHER
from formats import bedrock, messages

COUNTS = [11, 8, 0]  # aimock knows no count of what was thought

SAYS = {
    "text": {"text": "Hello! How can I help you?"},
    "tool_call": {"calls": [[NAME, ARGUMENTS]], "finish": "call"},
    "tool_result": {"text": "It is sunny, at 18 degrees."},
    "image": {"text": "A single red pixel."},
    "reasoning": {"text": "One more than Alice has.", "reasoning": "The brother has Alice and all of her sisters."},
    "refusal": {"text": "I cannot help with that.", "finish": "filtered"},
    "length": {"text": "Hello! How", "finish": "length"},
}
MATCHES = {
    "text": {"userMessage": HELLO},
    "tool_call": {"userMessage": WEATHER, "toolName": NAME, "hasToolResult": False},
    "tool_result": {"userMessage": WEATHER, "toolName": NAME, "toolResultContains": RESULT},
    "image": {"userMessage": PICTURE},
    "reasoning": {"userMessage": RIDDLE},
    "refusal": {"userMessage": HARM},
    "length": {"userMessage": HELLO},
}

# The vendors' words that aimock has to be told.
FILTERED = {"messages": messages.FINISH["filtered"], "bedrock": bedrock.FINISH["filtered"]}

FAILURE = {"error": {"message": "Slow down.", "type": "rate_limit_error"}, "status": 429}

# Streams of Cohere's get this from aimock before a tool is called, whatever the
# fixture says.
PLAN = "I will use the requested tool."


def says(format, case, mode):
    """What a vendor's format says in aimock's reply."""
    said = {"usage": [0, 0, 0] if format == "ollama" else COUNTS, **SAYS[case]}
    if "filtered" not in FORMATS[format].FINISH and said.get("finish") == "filtered":
        said |= {"finish": "stop"}  # without a word for it, the model's own no
    if (format, case, mode) == ("cohere", "tool_call", "stream"):
        said |= {"reasoning": PLAN}
    return said


def response(format, case):
    said = SAYS[case]
    calls = [{"id": CALL_ID, "name": name, "arguments": json.dumps(arguments)} for name, arguments in said.get("calls", [])]
    made = {"usage": {"prompt_tokens": COUNTS[0], "completion_tokens": COUNTS[1]}}
    made |= {"toolCalls": calls} if calls else {"content": said["text"]}
    if "reasoning" in said:
        made["reasoning"] = said["reasoning"]
    finish = says(format, case, "plain").get("finish")
    if finish == "length":
        made["finishReason"] = "length"  # aimock has each vendor's word for it
    elif finish == "filtered":
        made["finishReason"] = FILTERED.get(format, "content_filter")
    return made


def fixtures(formats):
    """A fixture for each case of a format, and one that fails."""
    made = []
    for format in formats:
        for case in CASES:
            made.append({"match": {"context": f"{format}/{case}", **MATCHES[case]}, "response": response(format, case)})
        made.append({"match": {"context": f"{format}/error"}, "response": FAILURE})
    return made
