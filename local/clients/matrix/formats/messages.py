"""Anthropic's messages, by the package anthropic."""

from anthropic import Anthropic
from anthropic.types import Message
from cases import ABOUT, ARGUMENTS, CALL_ID, HARM, HELLO, NAME, PICTURE, PNG_BASE64, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard

REFUSAL, REASONING = False, True
FINISH = {"stop": "end_turn", "length": "max_tokens", "call": "tool_use", "filtered": "refusal", "refused": "refusal"}

TOOLS = [{"name": NAME, "description": ABOUT, "input_schema": SCHEMA}]


def text(words):
    return [{"type": "text", "text": words}]


def user(content):
    return {"role": "user", "content": content}


ASKS = {
    "text": {"messages": [user(text(HELLO))]},
    "tool_call": {
        "system": text(SYSTEM), "messages": [user(text(WEATHER))], "tools": TOOLS, "tool_choice": {"type": "auto"},
    },
    "tool_result": {
        "messages": [
            user(text(WEATHER)),
            {"role": "assistant", "content": [{"type": "tool_use", "id": CALL_ID, "name": NAME, "input": ARGUMENTS}]},
            user([{"type": "tool_result", "tool_use_id": CALL_ID, "content": RESULT}]),
        ],
        "tools": TOOLS,
    },
    "image": {
        "messages": [
            user([
                *text(PICTURE),
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG_BASE64}},
            ])
        ]
    },
    "reasoning": {
        "messages": [user(text(RIDDLE))], "thinking": {"type": "adaptive"}, "output_config": {"effort": "high"},
    },
    "refusal": {"messages": [user(text(HARM))]},
    "length": {"messages": [user(text(HELLO))], "max_tokens": SHORT},
}


def ask(url, key, model, case, stream):
    with Anthropic(base_url=url, api_key=key, max_retries=0, timeout=20) as client:
        params = {"model": model, "max_tokens": ROOM} | ASKS[case]
        if not stream:
            return client.messages.create(**params)
        with client.messages.stream(**params) as events:
            return events.get_final_message()


def hear(value):
    assert isinstance(value, Message) and (value.type, value.role) == ("message", "assistant")
    usage = value.usage
    assert all(block.id for block in value.content if block.type == "tool_use")
    thought = usage.output_tokens_details and usage.output_tokens_details.thinking_tokens
    return Heard(
        text="".join(block.text for block in value.content if block.type == "text"),
        calls=tuple((b.name, b.input) for b in value.content if b.type == "tool_use"),
        reasoning="".join(block.thinking for block in value.content if block.type == "thinking"),
        finish=value.stop_reason,
        usage=(usage.input_tokens, usage.output_tokens, thought or 0),
    )
