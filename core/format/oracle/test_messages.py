"""Reads the golden files of messages with the types of Anthropic's package.

Requests must be of the types that the package's methods take. Every message and
event must validate, strictly; and no member that its types require may go missing,
nor a word of theirs change, without being noticed.
"""

import json

import pydantic
from anthropic.types import Message, RawMessageStreamEvent, message_create_params

import golden

MESSAGE, EVENT = pydantic.TypeAdapter(Message), pydantic.TypeAdapter(RawMessageStreamEvent)


@golden.of_each_file("messages")
def test_requests(path):
    file = golden.parts(path)
    if not golden.refused(file):  # what is refused is wrong in one way or another
        golden.taken(message_create_params, "MessageCreateParams", json.loads(file["call"]))


def test_replies():
    bodies = faults = 0
    for path in golden.files("messages"):
        for body in golden.replies(golden.parts(path)):
            bodies += 1
            faults += golden.check(MESSAGE if body["type"] == "message" else EVENT, body)
    print(f"{bodies} messages and events, {faults} faults")
    assert bodies >= 150 and faults >= 1000
