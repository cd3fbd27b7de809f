"""OpenAI's chat completions, by the package openai."""

import json

from cases import ABOUT, ARGUMENTS, CALL_ID, HARM, HELLO, NAME, PICTURE, PNG_URL, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard
from openai import OpenAI
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletion

REFUSAL = REASONING = True
FINISH = {"stop": "stop", "length": "length", "call": "tool_calls", "filtered": "content_filter", "refused": "stop"}

TOOLS = [{"type": "function", "function": {"name": NAME, "description": ABOUT, "parameters": SCHEMA}}]
CALLED = {"id": CALL_ID, "type": "function", "function": {"name": NAME, "arguments": json.dumps(ARGUMENTS, separators=(",", ":"))}}


def user(content):
    return {"role": "user", "content": content}


ASKS = {
    "text": {"messages": [user(HELLO)]},
    "tool_call": {"messages": [{"role": "system", "content": SYSTEM}, user(WEATHER)], "tools": TOOLS, "tool_choice": "auto"},
    "tool_result": {
        "messages": [
            user(WEATHER),
            {"role": "assistant", "content": None, "tool_calls": [CALLED]},
            {"role": "tool", "tool_call_id": CALL_ID, "content": RESULT},
        ],
        "tools": TOOLS,
    },
    "image": {"messages": [user([{"type": "text", "text": PICTURE}, {"type": "image_url", "image_url": {"url": PNG_URL}}])]},
    "reasoning": {"messages": [user(RIDDLE)], "reasoning_effort": "high"},
    "refusal": {"messages": [user(HARM)]},
    "length": {"messages": [user(HELLO)], "max_completion_tokens": SHORT},
}


def ask(url, key, model, case, stream):
    with OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=20) as client:
        params = {"model": model, "max_completion_tokens": ROOM} | ASKS[case]
        if not stream:
            return client.chat.completions.create(**params)
        whole = ChatCompletionStreamState()
        for chunk in client.chat.completions.create(**params, stream=True, stream_options={"include_usage": True}):
            whole.handle_chunk(chunk)
        return whole.current_completion_snapshot


def hear(value):
    assert isinstance(value, ChatCompletion) and value.object == "chat.completion"
    (choice,) = value.choices
    said, usage = choice.message, value.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert all(call.id and call.type == "function" for call in said.tool_calls or [])
    thought = usage.completion_tokens_details and usage.completion_tokens_details.reasoning_tokens
    return Heard(
        text=said.content or "",
        calls=tuple((c.function.name, json.loads(c.function.arguments)) for c in said.tool_calls or []),
        reasoning=getattr(said, "reasoning_content", None) or "",
        refusal=said.refusal or "",
        finish=choice.finish_reason,
        usage=(usage.prompt_tokens, usage.completion_tokens, thought or 0),
    )
