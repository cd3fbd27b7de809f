"""Where aimock 1.43.0 writes something else than the vendor does. The gateway
reads what the vendor writes; its codecs make nothing up for these.

Each row is checked against aimock's own bytes, so that what aimock mends shows
itself, and its row goes. docs/decisions/007-aimock.md says what they cost.
"""

import dataclasses

OPENAI = "https://platform.openai.com/docs/api-reference"
GOOGLE = "https://ai.google.dev/api/generate-content"
AWS = "https://docs.aws.amazon.com/bedrock/latest/APIReference"
COHERE = "https://docs.cohere.com"
OLLAMA = "https://docs.ollama.com"

BOTH, PLAIN, STREAM = ("plain", "stream"), ("plain",), ("stream",)


@dataclasses.dataclass(frozen=True)
class Departure:
    format: str
    case: str  # of cases.CASES, or error
    modes: tuple
    vendor: str  # what the vendor does
    source: str
    has: str = ""  # what is in aimock's reply and not in the vendor's
    lacks: str = ""  # or the other way round
    status: int = 200

    def __str__(self):
        return f"{self.format}-{self.case}-{self.vendor}"


def rows(format, *departures):
    return [Departure(format, *row, **more) for *row, more in departures]


ROWS = [
    *rows(
        "chat",
        (
            "reasoning", BOTH, "counts what was thought and does not show it", f"{OPENAI}/chat/object",
            {"has": '"reasoning_content":"'},
        ),
        ("text", STREAM, "has usage: null until the last chunk", f"{OPENAI}/chat/create", {"lacks": '"usage":null'}),
        (
            "refusal", PLAIN, "has the model's no in refusal; no fixture can", f"{OPENAI}/chat/object",
            {"has": '"refusal":null'},
        ),
    ),
    *rows(
        "responses",
        (
            "text", PLAIN, "requires parallel_tool_calls", f"{OPENAI}/responses/object",
            {"lacks": '"parallel_tool_calls"'},
        ),
        ("text", PLAIN, "requires tool_choice", f"{OPENAI}/responses/object", {"lacks": '"tool_choice"'}),
        ("text", PLAIN, "requires tools", f"{OPENAI}/responses/object", {"lacks": '"tools"'}),
        ("text", BOTH, "requires the details of usage", f"{OPENAI}/responses/object", {"lacks": '_tokens_details"'}),
        ("text", STREAM, "numbers its events", f"{OPENAI}/responses-streaming", {"lacks": '"sequence_number"'}),
        ("length", BOTH, "says why it is incomplete", f"{OPENAI}/responses/object", {"lacks": '"incomplete_details"'}),
        (
            "length", STREAM, "ends with response.incomplete", f"{OPENAI}/responses-streaming",
            {"has": "event: response.completed\n"},
        ),
        ("refusal", PLAIN, "is incomplete if filtered", f"{OPENAI}/responses/object", {"has": '"status":"failed"'}),
    ),
    *rows(
        "gemini",
        (
            "tool_call", BOTH, "ends a call with STOP", f"{GOOGLE}#FinishReason",
            {"has": '"finishReason":"FUNCTION_CALL"'},
        ),
        ("text", BOTH, "names the reply", f"{GOOGLE}#generatecontentresponse", {"lacks": '"responseId"'}),
        ("text", BOTH, "names the model", f"{GOOGLE}#generatecontentresponse", {"lacks": '"modelVersion"'}),
    ),
    # The same, where Google's package asks: at /v1, and not at /v1beta.
    *rows(
        "gemini/v1",
        (
            "text", BOTH, "is there", "https://ai.google.dev/gemini-api/docs/api-versions",
            {"has": '"Not found"', "status": 404},
        ),
    ),
    *rows(
        "bedrock",
        (
            "text", STREAM, "has one member in start, or no start", f"{AWS}/API_runtime_ContentBlockStart.html",
            {"has": '"start":{}'},
        ),
        (
            "reasoning", STREAM, "has no such member", f"{AWS}/API_runtime_ContentBlockStart.html",
            {"has": '"start":{"reasoningContent":{}}'},
        ),
        ("error", PLAIN, "has the message at the top", f"{AWS}/CommonErrors.html", {"has": '"error":{', "status": 429}),
    ),
    *rows(
        "cohere",
        ("reasoning", BOTH, "thinks in content of type thinking", f"{COHERE}/docs/reasoning", {"lacks": '"thinking"'}),
        ("text", STREAM, "begins with an empty text", f"{COHERE}/docs/streaming", {"has": '"content":{"type":"text"}'}),
        (
            "text", STREAM, "has no type in a delta", f"{COHERE}/docs/streaming",
            {"has": '"content":{"type":"text","text":"'},
        ),
        (
            "tool_call", STREAM, "makes no plan up", f"{COHERE}/docs/tool-use-streaming",
            {"has": '"tool_plan":"I will use the'},
        ),
        (
            "error", PLAIN, "has the message at the top", f"{COHERE}/reference/errors",
            {"has": '"error":{', "status": 429},
        ),
    ),
    *rows(
        "ollama",
        ("reasoning", BOTH, "thinks in thinking", f"{OLLAMA}/capabilities/thinking", {"has": '"reasoning_content":"'}),
        ("length", BOTH, "says length", f"{OLLAMA}/api/chat", {"has": '"done_reason":"stop"'}),
        ("text", BOTH, "counts tokens", f"{OLLAMA}/api/chat", {"has": '"eval_count":0'}),
        ("error", PLAIN, "has a text in error", f"{OLLAMA}/api/errors", {"has": '"error":{', "status": 429}),
    ),
]
