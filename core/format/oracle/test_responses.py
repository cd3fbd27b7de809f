"""Reads the golden files of responses with the types of OpenAI's package.

Requests must be of the types that the package's methods take. Every response and
event must validate, strictly; and no member that the types require may go missing,
nor a word of theirs change, without being noticed.
"""

import json

import pydantic
from openai.types.responses import Response, ResponseStreamEvent, response_create_params

import golden

RESPONSE, EVENT = pydantic.TypeAdapter(Response), pydantic.TypeAdapter(ResponseStreamEvent)


@golden.of_each_file("responses")
def test_requests(path):
    golden.taken(response_create_params, "ResponseCreateParams", json.loads(golden.parts(path)["call"]))


@golden.of_each_file("responses")
def test_replies(path, record_property):
    faults = sum(golden.check(RESPONSE if "object" in body else EVENT, body) for body in golden.replies(golden.parts(path)))
    record_property("faults", faults)
    assert faults >= 20
