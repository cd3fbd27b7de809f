"""Calls of every endpoint: what is asked, and of which models."""

import base64

import check
import recordings
from calls import Call

HELLO = [{"role": "user", "content": "hello"}]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PICTURE = ("pixel.png", base64.b64decode(PIXEL), "image/png")
SOUND = ("meeting.wav", b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)), "audio/wav")

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
CHAT_TOOL = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
TOOL = {"type": "function", "name": "weather", "parameters": SCHEMA, "strict": True}
CLAUDE_TOOL = {"name": "weather", "input_schema": SCHEMA}

SHAPE = {"name": "place", "schema": SCHEMA, "strict": True}

# What the fake upstream plays, and what is asked of it beside a text.
BREAKS = ("cut", "overload-late")  # within a stream
REFUSES = ("400-context", "401", "403", "429-7", "500", "529")
FAILURES = {name: (name, {}) for name in (*BREAKS, *REFUSES)}
CHATS = {
    "text": ("text", {}),
    "several": ("text-3", {"n": 2}),
    "logprobs": ("text", {"logprobs": True, "top_logprobs": 2}),
    "length": ("text", {"max_completion_tokens": 2}),
    "tool": ("tool", {"tools": [CHAT_TOOL], "tool_choice": "required"}),
    "tools": ("tools", {"tools": [CHAT_TOOL, CHAT_TOOL]}),
    "json": ("json", {"response_format": {"type": "json_schema", "json_schema": SHAPE}}),
    "reasoning": ("reasoning", {"reasoning_effort": "low"}),
    "reasoning content": ("reasoning-content", {}),
    "cached": ("cached", {}),
    "refusal": ("filtered", {}),
    "usage": ("text", {"stream_options": {"include_usage": True}}),
    **FAILURES,
}
COMPLETIONS = {
    "text": ("text", {}),
    "several": ("text-3", {"n": 2, "prompt": ["hello", "goodbye"]}),
    "echo": ("text", {"echo": True}),
    "logprobs": ("text", {"logprobs": 2}),
    "length": ("text", {"max_tokens": 2}),
    "refusal": ("filtered", {}),
    "usage": ("text", {"stream_options": {"include_usage": True}}),
    **FAILURES,
}
RESPONSES = {
    "text": ("text", {"instructions": "be brief", "metadata": {"a": "b"}, "temperature": 0.5}),
    "history": ("echo", {"input": [{"role": "user", "content": [{"type": "input_text", "text": "hello"}]}]}),
    "length": ("text", {"max_output_tokens": 2}),
    "tool": ("tool", {"tools": [TOOL], "tool_choice": "required"}),
    "tools": ("tools", {"tools": [TOOL, TOOL], "tool_choice": {"type": "function", "name": "weather"}}),
    "json": ("json", {"text": {"format": {"type": "json_schema", **SHAPE}}}),
    "reasoning": ("reasoning", {"reasoning": {"effort": "low", "summary": "auto"}}),
    "reasoning content": ("reasoning-content", {}),
    "cached": ("cached", {}),
    "refusal": ("filtered", {}),
    **FAILURES,
}
MESSAGES = {
    "text": ("text", {}),
    "stop": ("text", {"stop_sequences": ["delta"]}),
    "length": ("text", {"max_tokens": 2}),
    "tool": ("tool", {"tools": [CLAUDE_TOOL], "tool_choice": {"type": "any"}}),
    "tools": ("tools", {"tools": [CLAUDE_TOOL, CLAUDE_TOOL]}),
    "json": ("json", {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}),
    "reasoning": ("reasoning", {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000}),
    "reasoning content": ("reasoning-content", {}),
    "cached": ("cached", {}),
    "refusal": ("filtered", {}),
    **FAILURES,
}

# What the gateway's own model does of that, by the names that it knows.
DEMO = {
    **dict.fromkeys(("text", "several", "logprobs", "length", "usage", "echo", "history", "stop"), "demo"),
    **{"tool": "demo-tools", "json": "demo-json", "cut": "demo-cut", "429-7": "demo-error-429"},
}

LACKS = ("several", "logprobs")  # what Anthropic has no parameter for
RESPONSES_KEPT = {
    "text": "demo",
    "history": "openai-echo",
    "tool": "openai-tool",
    "reasoning": "anthropic-reasoning",
    "length": "cerebras-text",
}

FRONTS = (
    ("/v1/chat/completions", {"messages": HELLO}, CHATS, ("openai", "anthropic")),
    ("/v1/completions", {"prompt": "hello"}, COMPLETIONS, ("text-completion-openai", "anthropic", "cerebras")),
    ("/v1/responses", {"input": "hello"}, RESPONSES, ("openai", "anthropic", "cerebras")),
    ("/v1/messages", {"messages": HELLO, "max_tokens": 100}, MESSAGES, ("anthropic", "openai")),
)


def conversations():
    for path, base, table, vendors in FRONTS:
        for name, (scenario, asked) in table.items():
            models = [f"{vendor}-{scenario}" for vendor in vendors] + ([DEMO[name]] if name in DEMO else [])
            for model in models:
                for stream in (False, True):
                    if "stream_options" in asked and not stream:
                        continue
                    body = {**base, "model": model, **asked, **({"stream": True} if stream else {})}
                    fails = name in REFUSES or name in BREAKS and not stream or name in LACKS and "anthropic" in model
                    yield f"{path} {name}{' stream' * stream} of {model}", Call(path, body, fails=fails)


OPERATIONS = {
    "/v1/embeddings": {
        "one": ({"input": "a red car"}, ()),
        "several": ({"input": ["a red car", "a blue one"], "dimensions": 8}, ()),
        "base64": ({"input": "a red car", "encoding_format": "base64"}, ()),
    },
    "/v1/moderations": {
        "one": ({"input": "a kind word"}, ()),
        "several": ({"input": ["a kind one", "an objectionable one"]}, ()),
    },
    "/v1/images/generations": {"one": ({"prompt": "a red square"}, ()), "several": ({"prompt": "a red square", "n": 2}, ())},
    "/v1/images/edits": {
        "one": ({"prompt": "a blue square"}, (("image", PICTURE),)),
        "several": ({"prompt": "a blue square"}, (("image[]", PICTURE), ("image[]", PICTURE), ("mask", PICTURE))),
    },
    "/v1/images/variations": {"one": ({"n": "2"}, (("image", PICTURE),))},
    "/v1/audio/transcriptions": {
        "json": ({}, (("file", SOUND),)),
        "verbose": ({"response_format": "verbose_json"}, (("file", SOUND),)),
    },
    "/v1/audio/translations": {
        "json": ({}, (("file", SOUND),)),
        "verbose": ({"response_format": "verbose_json"}, (("file", SOUND),)),
    },
}


def operations():
    """By the gateway's own model and the fake upstream; recordings.py has what other vendors answer."""
    for path, table in OPERATIONS.items():
        for name, (asked, files) in table.items():
            for model, fails in {"demo": False, "demo-error-429": True, "openai-text": False, "openai-429-7": True}.items():
                yield f"{path} {name} of {model}", Call(path, {"model": model, **asked}, files, fails=fails)


def refused():
    """Each path by a caller without a key, and of a model that is not there."""
    for path, base, _, _ in FRONTS:
        yield f"{path} without a key", Call(path, {**base, "model": "demo"}, key="sk-wrong", fails=True)
        yield f"{path} of no model", Call(path, {**base, "model": "no-such-model"}, fails=True)
        yield f"{path} of nothing", Call(path, {}, fails=True)
    for path, table in OPERATIONS.items():
        asked, files = next(iter(table.values()))
        yield f"{path} without a key", Call(path, {**asked, "model": "demo"}, files, key="sk-wrong", fails=True)
        yield f"{path} of no model", Call(path, {**asked, "model": "no-such-model"}, files, fails=True)


def others():
    yield "/v1/models", Call("/v1/models", method="GET")
    yield "/v1/models without a key", Call("/v1/models", method="GET", key="sk-wrong", fails=True)
    yield "/v1/models/{id}", Call("/v1/models/{id}", method="GET", id="demo")
    yield "/v1/models/{id} of no model", Call("/v1/models/{id}", method="GET", id="no-such-model", fails=True)
    for model in ("demo", "openai-text", "anthropic-text"):
        yield f"/v1/messages/count_tokens of {model}", Call("/v1/messages/count_tokens", {"model": model, "messages": HELLO})
    yield "/v1/messages/count_tokens of nothing", Call("/v1/messages/count_tokens", {}, fails=True)
    for name, made in kept().items():
        for method, end in (("GET", ""), ("GET", "/input_items"), ("POST", "/cancel"), ("DELETE", "")):
            path = "/v1/responses/{id}" + end
            fails = end == "/cancel" or made == "resp_none"  # none runs in the background
            yield f"{method} {path} of {name}", Call(path, method=method, id=made, fails=fails)


def kept():
    """Responses that the gateway keeps, and one that it does not."""
    asked = {name: {"model": model, "input": "hello", **RESPONSES[name][1]} for name, model in RESPONSES_KEPT.items()}
    return {"no response": "resp_none", **{name: Call("/v1/responses", body) for name, body in asked.items()}}


RECORDINGS = recordings.read(check.table("left_out.txt"))
CASES = dict([*conversations(), *operations(), *refused(), *others(), *((r.name, r.call()) for r in RECORDINGS)])
