"""Holds OpenAI's side of the golden files of every format to the types of OpenAI's package."""

import json

import pydantic
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk, completion_create_params

import golden

# What OpenAI has no word for is passed on: only other providers may know it.
FOREIGN = {"tools_native", "files_own", "own_dropped", "own_picture", "own_tools", "result_picture"}
# Answers that lack what every answer should have.
POOR = {"without_end"}


@golden.of_each_file("completions", "generate", "messages", "responses")
def test_asked(path):
    file = golden.parts(path)
    if golden.refused(file) or "claude" in file.get("model", "") or path.stem in FOREIGN:
        return
    golden.taken(completion_create_params, "CompletionCreateParams", json.loads(file["chat"]))


@golden.of_each_file("completions", "generate", "messages", "responses")
def test_answered(path):
    lines = [line.removeprefix("data: ") for line in golden.parts(path)["chat reply"].splitlines()]
    for line in lines:
        if line in ("", "none", "[DONE]"):
            continue
        kind = ChatCompletionChunk if json.loads(line)["object"] == "chat.completion.chunk" else ChatCompletion
        if path.stem in POOR:
            with pytest.raises(pydantic.ValidationError):
                kind.model_validate_json(line, strict=True)
        else:
            kind.model_validate_json(line, strict=True)
