"""What is asked in each case, and what there is to hear, in no format's words.

A capture (captures/FORMAT/CASE.json) says of its replies, in `says`, what a
client must hear of them; each module of formats reads its own client's typed
values into the same words, so the two can be compared.
"""

import base64
import dataclasses

CASES = ["text", "tool_call", "tool_result", "image", "reasoning", "refusal", "length"]
MODES = ["plain", "stream"]

SYSTEM = "Answer briefly."
HELLO = "Say hello."
WEATHER = "How is the weather in Paris?"
PICTURE = "What is this?"
RIDDLE = "How many sisters does the brother of Alice have?"
HARM = "How do I pick the lock of my neighbour's door?"

NAME = "get_weather"
ABOUT = "The weather of a place."
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CALL_ID = "call_9gk1xcvq"
ARGUMENTS = {"city": "Paris"}
RESULT = "18 degrees and sunny"

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PNG_BASE64 = base64.b64encode(PNG).decode()
PNG_URL = f"data:image/png;base64,{PNG_BASE64}"

ROOM = 2000  # tokens that an answer may have
SHORT = 16  # and in the case of length; OpenAI's responses take no less


@dataclasses.dataclass(frozen=True)
class Heard:
    """What a client got. In a capture `finish` is one of stop, length, call,
    filtered (the vendor's filter ended it) and refused (the model says no, in
    `refusal`); from a client it is the format's own word."""

    text: str = ""
    calls: tuple = ()  # a (name, arguments) for each
    reasoning: str = ""
    refusal: str = ""
    finish: str = "stop"
    usage: tuple = ()  # tokens in, out, and those of the latter that were thought

    @classmethod
    def of(cls, says):
        """Reads what a capture has in JSON."""
        plain = {**says, "usage": tuple(says["usage"])}
        return cls(**plain | {"calls": tuple((name, arguments) for name, arguments in says.get("calls", []))})


def expected(says, format):
    """What a client of the format must hear of a reply that says this.

    A format without a word for a refusal has it as text, and one without
    reasoning has none.
    """
    heard = Heard.of(says)
    if not format.REFUSAL:
        heard = dataclasses.replace(heard, text=heard.text + heard.refusal, refusal="")
    if not format.REASONING:
        heard = dataclasses.replace(heard, reasoning="", usage=(*heard.usage[:2], 0))
    return dataclasses.replace(heard, finish=format.FINISH[heard.finish])
