"""Where a front's call leads to another request than the one that the vendor's
own package sends in that case, and to something else to be heard: each with
its reason. What stands here must be so, and nothing else may."""

from cases import CASES, PNG_BASE64, SCHEMA

GONE = "gone"
FRONTS = ("chat", "completions", "responses", "messages", "gemini")
TRANSLATED = ("chat", "responses", "messages")  # to Gemini, in these cases

# (fronts, format that arrives, cases): {path in the request: what is there}, reason.
REQUESTS = [
    (
        (FRONTS, "messages", CASES),
        {"anthropic-version": "2023-06-01", "x-api-key": "KEY", "authorization": GONE},
        "Anthropic's package speaks the API's version of 2026-10-21, and has the key in its newer place. That version "
        "refuses temperature, top_p and top_k for all models, so the gateway speaks the one before it: providers/anthropic",
    ),
    (
        (TRANSLATED, "gemini", ("tool_call", "tool_result")),
        {
            "body.tools.0.functionDeclarations.0.parameters_json_schema": GONE,
            "body.tools.0.functionDeclarations.0.parametersJsonSchema": SCHEMA,
        },
        "a member's two names mean the same: https://protobuf.dev/programming-guides/json/#field-names",
    ),
    (
        (TRANSLATED, "gemini", ("reasoning",)),
        {
            "body.generationConfig.thinkingConfig.include_thoughts": GONE,
            "body.generationConfig.thinkingConfig.includeThoughts": True,
            "body.generationConfig.thinkingConfig.thinking_level": GONE,
            "body.generationConfig.thinkingConfig.thinkingLevel": "HIGH",
        },
        "a member's two names mean the same: https://protobuf.dev/programming-guides/json/#field-names",
    ),
    (
        (TRANSLATED, "gemini", ("image",)),
        {
            "body.contents.0.parts.1.inlineData.mime_type": GONE,
            "body.contents.0.parts.1.inlineData.mimeType": "image/png",
            "body.contents.0.parts.1.inlineData.data": PNG_BASE64,
        },
        "as above; and bytes may be in either alphabet of base64, where Google's package takes the one of URLs",
    ),
    (
        (TRANSLATED, "gemini", ("tool_result",)),
        {"body.contents.1.parts.0.thoughtSignature": "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="},
        "Gemini 3 refuses a call in the history without its signature, but for this one, which is for calls of other "
        "models: https://ai.google.dev/gemini-api/docs/thought-signatures",
    ),
    (
        (("messages",), "bedrock", ("reasoning",)),
        {"body.outputConfig": GONE, "body.additionalModelRequestFields.output_config": {"effort": "high"}},
        "a client of Anthropic's asks Claude in Claude's own words, which Converse hands on: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html",
    ),
    (
        (("responses",), "ollama", ("tool_call", "tool_result")),
        {"body.tools.0.function.strict": False},
        "the responses API wants strict to be said of each tool; Ollama reads past it",
    ),
    (
        (("gemini",), "chat", ("tool_result",)),
        {"body.messages.1.tool_calls.0.function.arguments": '{"city": "Paris"}'},
        "arguments, a text here, keep the bytes of the object that Google's package wrote, with its space",
    ),
    (
        (("gemini",), "cohere", ("tool_result",)),
        {"body.messages.1.tool_calls.0.function.arguments": '{"city": "Paris"}'},
        "arguments, a text here, keep the bytes of the object that Google's package wrote, with its space",
    ),
]

# (front, format that answers, case): what is heard of it, reason.
REPLIES = {
    ("gemini", "cohere", "tool_call"): (
        {"reasoning": ""},
        "the plan for the tools is a thought, and Gemini's clients get those where they ask for them "
        "(includeThoughts): https://ai.google.dev/gemini-api/docs/thinking#summaries",
    ),
}


def of_request(front, format, case):
    """{path: what arrives there} in place of what the capture has."""
    found = {}
    for (fronts, arrives, cases), changes, _ in REQUESTS:
        if front in fronts and format == arrives and case in cases:
            found |= changes
    return found


def of_reply(front, format, case):
    """The fields of cases.Heard that are not what the capture says."""
    changes, _ = REPLIES.get((front, format, case), ({}, ""))
    return changes


def between(captured, sent, at=""):
    """Where two values of JSON are not equal: {path: what was sent there}."""
    if isinstance(captured, dict) and isinstance(sent, dict):
        names = captured | sent
    elif isinstance(captured, list) and isinstance(sent, list) and len(captured) == len(sent):
        names, captured, sent = range(len(sent)), dict(enumerate(captured)), dict(enumerate(sent))
    else:
        return {} if captured == sent and type(captured) is type(sent) else {at: sent}
    found = {}
    for name in names:
        found |= between(captured.get(name, GONE), sent.get(name, GONE), f"{at}.{name}" if at else f"{name}")
    return found
