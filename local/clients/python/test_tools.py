"""Tool calls, there and back, and structured output."""

import json

import pydantic
from conftest import openai_behind
from tally import kind

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": f"the {name} of a place",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city", "days"],
            },
        },
    }
    for name in ("weather", "traffic")
]
QUESTION = {"role": "user", "content": "how is it outside?"}
ARGUMENTS = {"city": "alpha", "days": 7}


@kind("tool loop")
def test_tool_loop(way):
    first = way.ask("tool", [QUESTION], tools=TOOLS)
    choice = first.choices[0]
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    assert (call.type, call.function.name) == ("function", "weather")
    assert json.loads(call.function.arguments) == ARGUMENTS

    second = way.ask("tool", [QUESTION, choice.message, result(call.id, "sunny")], tools=TOOLS)
    assert second.choices[0].message.content == "The tools say: sunny"
    assert second.choices[0].finish_reason == "stop"


def test_parallel_tools(way):
    first = way.ask("tools", [QUESTION], tools=TOOLS)
    calls = first.choices[0].message.tool_calls
    assert [c.function.name for c in calls] == ["weather", "traffic"]
    assert len({c.id for c in calls}) == 2
    answers = [result(calls[0].id, "sunny"), result(calls[1].id, "jammed")]
    second = way.ask("tools", [QUESTION, first.choices[0].message, *answers], tools=TOOLS)
    assert second.choices[0].message.content == "The tools say: sunny; jammed"


def test_one_tool_at_a_time(way):
    reply = way.ask("tools", [QUESTION], tools=TOOLS, parallel_tool_calls=False)
    assert len(reply.choices[0].message.tool_calls) == 1


def test_demanded_tool(way):
    reply = way.ask(
        "tool", [QUESTION], tools=TOOLS, tool_choice={"type": "function", "function": {"name": "traffic"}}
    )
    assert reply.choices[0].message.tool_calls[0].function.name == "traffic"


@kind("streamed tool loop")
def test_streamed_tool_loop(way):
    calls, finish = {}, None
    for chunk in way.ask("tools", [QUESTION], tools=TOOLS, stream=True):
        choice = chunk.choices[0]
        finish = choice.finish_reason or finish
        for delta in choice.delta.tool_calls or []:
            call = calls.setdefault(delta.index, {"id": "", "name": "", "arguments": "", "pieces": 0})
            call["id"] += delta.id or ""
            call["name"] += delta.function.name or ""
            call["arguments"] += delta.function.arguments or ""
            call["pieces"] += 1
    assert finish == "tool_calls"
    assert sorted(calls) == [0, 1]
    assert [c["name"] for c in calls.values()] == ["weather", "traffic"]
    assert all(json.loads(c["arguments"]) == ARGUMENTS for c in calls.values())
    assert all(c["pieces"] > 3 for c in calls.values()), "arguments came in one piece"

    said = {
        "role": "assistant",
        "tool_calls": [
            {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["arguments"]}}
            for c in calls.values()
        ],
    }
    answers = [result(calls[0]["id"], "sunny"), result(calls[1]["id"], "jammed")]
    stream = way.ask("tools", [QUESTION, said, *answers], tools=TOOLS, stream=True)
    text = "".join(c.choices[0].delta.content or "" for c in stream)
    assert text == "The tools say: sunny; jammed"


def result(call_id, text):
    return {"role": "tool", "tool_call_id": call_id, "content": text}


class Step(pydantic.BaseModel):
    explanation: str
    points: int


class Solution(pydantic.BaseModel):
    title: str
    correct: bool
    steps: list[Step]


@kind("structured output")
def test_structured_output(way):
    """The SDK's own helper sends the schema and parses the reply."""
    reply = way.client.chat.completions.parse(
        model=way.model("json"), messages=[QUESTION], response_format=Solution
    )
    parsed = reply.choices[0].message.parsed
    assert isinstance(parsed, Solution)
    assert parsed == Solution(title="alpha", correct=True, steps=[Step(explanation="alpha", points=7)])
    assert reply.choices[0].finish_reason == "stop"
    assert reply.choices[0].message.tool_calls is None


@openai_behind
def test_json_object(way):
    reply = way.ask("json", response_format={"type": "json_object"})
    assert json.loads(reply.choices[0].message.content) == {"answer": "alpha"}


def test_structured_stream(way):
    with way.client.chat.completions.stream(
        model=way.model("json"), messages=[QUESTION], response_format=Solution
    ) as stream:
        for _ in stream:
            pass
        reply = stream.get_final_completion()
    assert reply.choices[0].message.parsed.steps[0].points == 7
