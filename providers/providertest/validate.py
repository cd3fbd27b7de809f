"""Reads replies, one JSON text per line, with the types of OpenAI's package."""

import json
import sys

from openai.types.chat import ChatCompletion, ChatCompletionChunk

TYPES = {"chat.completion": ChatCompletion, "chat.completion.chunk": ChatCompletionChunk}

for line in sys.stdin.read().splitlines():
    body = json.loads(line)
    TYPES[body.get("object")].model_validate(body, strict=True)
