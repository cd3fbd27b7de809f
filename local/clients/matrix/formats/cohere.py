"""Cohere's chat, version 2, by the package cohere."""

import json

from cases import ABOUT, ARGUMENTS, CALL_ID, HARM, HELLO, NAME, PICTURE, PNG_URL, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard
from cohere import ClientV2

REFUSAL, REASONING = False, True
FINISH = {"stop": "COMPLETE", "length": "MAX_TOKENS", "call": "TOOL_CALL"}

TOOLS = [{"type": "function", "function": {"name": NAME, "description": ABOUT, "parameters": SCHEMA}}]
CALLED = {"id": CALL_ID, "type": "function", "function": {"name": NAME, "arguments": json.dumps(ARGUMENTS, separators=(",", ":"))}}


def user(content):
    return {"role": "user", "content": content}


ASKS = {
    "text": {"messages": [user(HELLO)]},
    "tool_call": {"messages": [{"role": "system", "content": SYSTEM}, user(WEATHER)], "tools": TOOLS},
    "tool_result": {
        "messages": [
            user(WEATHER),
            {"role": "assistant", "tool_calls": [CALLED]},
            {"role": "tool", "tool_call_id": CALL_ID, "content": RESULT},
        ],
        "tools": TOOLS,
    },
    "image": {"messages": [user([{"type": "text", "text": PICTURE}, {"type": "image_url", "image_url": {"url": PNG_URL}}])]},
    "reasoning": {"messages": [user(RIDDLE)], "thinking": {"type": "enabled"}},
    "refusal": {"messages": [user(HARM)]},
    "length": {"messages": [user(HELLO)], "max_tokens": SHORT},
}


def ask(url, key, model, case, stream):
    client = ClientV2(api_key=key, base_url=url, timeout=20)
    params = {"model": model, "max_tokens": ROOM} | ASKS[case]
    return list(client.chat_stream(**params)) if stream else client.chat(**params)


def hear(value):
    if isinstance(value, list):
        return hear_stream(value)
    said, counts = value.message, value.usage.billed_units
    parts = said.content or []
    return Heard(
        text="".join(part.text for part in parts if part.type == "text"),
        calls=tuple((c.function.name, json.loads(c.function.arguments)) for c in said.tool_calls or []),
        reasoning=(said.tool_plan or "") + "".join(part.thinking for part in parts if part.type == "thinking"),
        finish=value.finish_reason,
        usage=(int(counts.input_tokens), int(counts.output_tokens), 0),
    )


def hear_stream(events):
    def deltas(kind):
        return [event.delta for event in events if event.type == kind]

    (end,) = deltas("message-end")
    contents = [delta.message.content for delta in deltas("content-delta")]
    pieces = [d.message.tool_calls.function for d in deltas("tool-call-start") + deltas("tool-call-delta")]
    arguments = "".join(piece.arguments for piece in pieces)
    counts = end.usage.billed_units
    return Heard(
        text="".join(content.text or "" for content in contents),
        calls=((pieces[0].name, json.loads(arguments)),) if pieces else (),
        reasoning="".join(d.message.tool_plan for d in deltas("tool-plan-delta")) + "".join(c.thinking or "" for c in contents),
        finish=end.finish_reason,
        usage=(int(counts.input_tokens), int(counts.output_tokens), 0),
    )
