"""OpenAI's responses, by the package openai."""

import json

from cases import ABOUT, ARGUMENTS, CALL_ID, HARM, HELLO, NAME, PICTURE, PNG_URL, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard
from openai import OpenAI
from openai.types.responses import Response

REFUSAL = REASONING = True
FINISH = {
    "stop": "completed", "length": "incomplete: max_output_tokens", "call": "completed",
    "filtered": "incomplete: content_filter", "refused": "completed",
}

TOOLS = [{"type": "function", "name": NAME, "description": ABOUT, "parameters": SCHEMA, "strict": False}]

ASKS = {
    "text": {"input": HELLO},
    "tool_call": {"instructions": SYSTEM, "input": WEATHER, "tools": TOOLS, "tool_choice": "auto"},
    "tool_result": {
        "input": [
            {"role": "user", "content": WEATHER},
            {"type": "function_call", "call_id": CALL_ID, "name": NAME, "arguments": json.dumps(ARGUMENTS, separators=(",", ":"))},
            {"type": "function_call_output", "call_id": CALL_ID, "output": RESULT},
        ],
        "tools": TOOLS,
    },
    "image": {
        "input": [
            {
                "role": "user",
                "content": [{"type": "input_text", "text": PICTURE}, {"type": "input_image", "image_url": PNG_URL}],
            }
        ]
    },
    "reasoning": {"input": RIDDLE, "reasoning": {"effort": "high", "summary": "auto"}},
    "refusal": {"input": HARM},
    "length": {"input": HELLO, "max_output_tokens": SHORT},
}


def ask(url, key, model, case, stream):
    with OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=20) as client:
        params = {"model": model, "max_output_tokens": ROOM, "store": False} | ASKS[case]
        if not stream:
            return client.responses.create(**params)
        with client.responses.stream(**params) as events:
            last = [event for event in events][-1]
        assert last.type == f"response.{last.response.status}"
        return last.response


def hear(value):
    assert isinstance(value, Response) and value.object == "response"
    said = [part for item in value.output if item.type == "message" for part in item.content]
    thoughts = [item for item in value.output if item.type == "reasoning"]
    usage = value.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert all(item.call_id for item in value.output if item.type == "function_call")
    why = value.incomplete_details
    return Heard(
        text=value.output_text,
        calls=tuple((i.name, json.loads(i.arguments)) for i in value.output if i.type == "function_call"),
        reasoning="".join(part.text for item in thoughts for part in [*item.summary, *(item.content or [])]),
        refusal="".join(part.refusal for part in said if part.type == "refusal"),
        finish=f"{value.status}: {why.reason}" if why else value.status,
        usage=(usage.input_tokens, usage.output_tokens, usage.output_tokens_details.reasoning_tokens),
    )
