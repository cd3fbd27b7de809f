"""OpenAI's legacy completions, by the package openai.

Its parameters have no tools, pictures or reasoning; those cases ask with the
members that chat has for them, and must be refused (impossible.py).
"""

from cases import HARM, HELLO, PICTURE, PNG_URL, RIDDLE, ROOM, SHORT, WEATHER, Heard
from formats import chat
from openai import OpenAI
from openai.types import Completion

REFUSAL = REASONING = False
FINISH = {"stop": "stop", "length": "length", "filtered": "content_filter", "refused": "stop"}

ASKS = {
    "text": {"prompt": HELLO},
    "tool_call": {"prompt": WEATHER, "extra_body": {"tools": chat.TOOLS}},
    "tool_result": {"prompt": WEATHER, "extra_body": {"messages": chat.ASKS["tool_result"]["messages"]}},
    "image": {"prompt": [{"type": "text", "text": PICTURE}, {"type": "image_url", "image_url": {"url": PNG_URL}}]},
    "reasoning": {"prompt": RIDDLE, "extra_body": {"reasoning_effort": "high"}},
    "refusal": {"prompt": HARM},
    "length": {"prompt": HELLO, "max_tokens": SHORT},
}


def ask(url, key, model, case, stream):
    with OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=20) as client:
        params = {"model": model, "max_tokens": ROOM} | ASKS[case]
        if not stream:
            return client.completions.create(**params)
        return list(client.completions.create(**params, stream=True, stream_options={"include_usage": True}))


def hear(value):
    pieces = value if isinstance(value, list) else [value]
    assert all(isinstance(p, Completion) and p.object == "text_completion" for p in pieces)
    choices = [choice for piece in pieces for choice in piece.choices]
    (finish,) = [choice.finish_reason for choice in choices if choice.finish_reason]
    (usage,) = [piece.usage for piece in pieces if piece.usage]
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    return Heard(
        text="".join(choice.text for choice in choices),
        finish=finish,
        usage=(usage.prompt_tokens, usage.completion_tokens, 0),
    )
