"""Ollama's chat, by the package ollama."""

from cases import ABOUT, ARGUMENTS, HARM, HELLO, NAME, PICTURE, PNG, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard
from ollama import ChatResponse, Client

REFUSAL, REASONING = False, True
FINISH = {"stop": "stop", "length": "length", "call": "stop"}

TOOLS = [{"type": "function", "function": {"name": NAME, "description": ABOUT, "parameters": SCHEMA}}]


def user(content, **more):
    return {"role": "user", "content": content, **more}


ASKS = {
    "text": {"messages": [user(HELLO)]},
    "tool_call": {"messages": [{"role": "system", "content": SYSTEM}, user(WEATHER)], "tools": TOOLS},
    "tool_result": {
        "messages": [
            user(WEATHER),
            {"role": "assistant", "tool_calls": [{"function": {"name": NAME, "arguments": ARGUMENTS}}]},
            {"role": "tool", "tool_name": NAME, "content": RESULT},
        ],
        "tools": TOOLS,
    },
    "image": {"messages": [user(PICTURE, images=[PNG])]},
    "reasoning": {"messages": [user(RIDDLE)], "think": "high"},
    "refusal": {"messages": [user(HARM)]},
    "length": {"messages": [user(HELLO)], "options": {"num_predict": SHORT}},
}


def ask(url, key, model, case, stream):
    client = Client(host=url, headers={"Authorization": f"Bearer {key}"}, timeout=20)
    params = {"model": model, "options": {"num_predict": ROOM}} | ASKS[case]
    return list(client.chat(**params, stream=True)) if stream else client.chat(**params)


def hear(value):
    pieces = value if isinstance(value, list) else [value]
    assert all(isinstance(piece, ChatResponse) for piece in pieces)
    assert [piece.done for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    said, end = [piece.message for piece in pieces], pieces[-1]
    calls = [call.function for message in said for call in message.tool_calls or []]
    return Heard(
        text="".join(message.content or "" for message in said),
        calls=tuple((call.name, dict(call.arguments)) for call in calls),
        reasoning="".join(message.thinking or "" for message in said),
        finish=end.done_reason,
        usage=(end.prompt_eval_count, end.eval_count, 0),
    )
