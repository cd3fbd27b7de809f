"""Google's generateContent, by the package google-genai."""

from cases import ABOUT, ARGUMENTS, CALL_ID, HARM, HELLO, NAME, PICTURE, PNG, RESULT, RIDDLE, ROOM, SCHEMA, SHORT, SYSTEM, WEATHER, Heard
from google import genai
from google.genai import types

REFUSAL, REASONING = False, True
FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "call": "STOP", "filtered": "SAFETY", "refused": "SAFETY"}

TOOLS = [{"function_declarations": [{"name": NAME, "description": ABOUT, "parameters_json_schema": SCHEMA}]}]


def turn(role, *parts):
    return {"role": role, "parts": list(parts)}


ASKS = {
    "text": {"contents": HELLO},
    "tool_call": {
        "contents": WEATHER, "system_instruction": SYSTEM, "tools": TOOLS,
        "tool_config": {"function_calling_config": {"mode": "AUTO"}},
    },
    "tool_result": {
        "contents": [
            turn("user", {"text": WEATHER}),
            turn("model", {"function_call": {"id": CALL_ID, "name": NAME, "args": ARGUMENTS}}),
            turn("user", {"function_response": {"id": CALL_ID, "name": NAME, "response": {"output": RESULT}}}),
        ],
        "tools": TOOLS,
    },
    "image": {"contents": [turn("user", {"text": PICTURE}, {"inline_data": {"mime_type": "image/png", "data": PNG}})]},
    "reasoning": {"contents": RIDDLE, "thinking_config": {"include_thoughts": True, "thinking_level": "HIGH"}},
    "refusal": {"contents": HARM},
    "length": {"contents": HELLO, "max_output_tokens": SHORT},
}


def ask(url, key, model, case, stream):
    client = genai.Client(api_key=key, http_options={"base_url": url, "timeout": 20_000})
    config = {"max_output_tokens": ROOM, "automatic_function_calling": {"disable": True}} | ASKS[case]
    contents = config.pop("contents")
    if not stream:
        return client.models.generate_content(model=model, contents=contents, config=config)
    return list(client.models.generate_content_stream(model=model, contents=contents, config=config))


def hear(value):
    pieces = value if isinstance(value, list) else [value]
    assert all(isinstance(piece, types.GenerateContentResponse) for piece in pieces)
    candidates = [candidate for piece in pieces for candidate in piece.candidates or []]
    parts = [part for c in candidates if c.content for part in c.content.parts or []]
    (finish,) = [c.finish_reason for c in candidates if c.finish_reason]
    usage = [piece.usage_metadata for piece in pieces if piece.usage_metadata][-1]
    thought = usage.thoughts_token_count or 0
    out = (usage.candidates_token_count or 0) + thought
    assert usage.total_token_count == usage.prompt_token_count + out
    return Heard(
        text="".join(part.text or "" for part in parts if not part.thought),
        calls=tuple((p.function_call.name, p.function_call.args) for p in parts if p.function_call),
        reasoning="".join(part.text or "" for part in parts if part.thought),
        finish=finish.value,
        usage=(usage.prompt_token_count, out, thought),
    )
