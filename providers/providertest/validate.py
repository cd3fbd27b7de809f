"""Reads replies, one JSON text per line, with the types of the package that made their format.

Usage: python validate.py OP FORMAT
"""

import base64
import json
import struct
import sys
import typing

import pydantic


def chat_openai():
    from openai.types.chat import ChatCompletion, ChatCompletionChunk
    return {"chat.completion": ChatCompletion, "chat.completion.chunk": ChatCompletionChunk}


def chat_completions():
    from openai.types import Completion, CompletionChoice

    class Piece(CompletionChoice):
        """A choice in a stream: the type wants its end in each piece, OpenAI's API has null in all but the last."""

        finish_reason: typing.Optional[typing.Literal["stop", "length", "content_filter"]]

    class Chunk(Completion):
        choices: typing.List[Piece]

    return typing.Union[Completion, Chunk]


def chat_responses():
    from openai.types.responses import Response, ResponseStreamEvent
    return {"response": Response, None: ResponseStreamEvent}


def chat_messages():
    from anthropic.types import Message, RawMessageStreamEvent
    return typing.Union[Message, RawMessageStreamEvent, Ping]


class Ping(pydantic.BaseModel):
    """The one event that Anthropic's package skips."""

    type: typing.Literal["ping"]


def chat_gemini():
    from google.genai.types import GenerateContentResponse
    return GenerateContentResponse


def embeddings_openai():
    from openai.types import CreateEmbeddingResponse
    return CreateEmbeddingResponse


def rerank_openai():
    from cohere import V2RerankResponse
    return V2RerankResponse


def moderations_openai():
    from openai.types import ModerationCreateResponse
    return ModerationCreateResponse


def image_generation_openai():
    from openai.types import ImageGenStreamEvent, ImagesResponse
    return typing.Union[ImagesResponse, ImageGenStreamEvent]


def image_edits_openai():
    from openai.types import ImageEditStreamEvent, ImagesResponse
    return typing.Union[ImagesResponse, ImageEditStreamEvent]


def image_variations_openai():
    from openai.types import ImagesResponse
    return ImagesResponse


def transcriptions_openai():
    from openai.types.audio import (
        Transcription, TranscriptionDiarized, TranscriptionStreamEvent, TranscriptionVerbose,
    )
    return typing.Union[TranscriptionStreamEvent, TranscriptionVerbose, TranscriptionDiarized, Transcription]


def translations_openai():
    from openai.types.audio import Translation, TranslationVerbose
    return typing.Union[TranslationVerbose, Translation]


def floats(body):
    """A body whose vectors in base64 are lists of numbers, as OpenAI's package decodes them."""
    for item in body.get("data", []):
        if isinstance(vector := item.get("embedding"), str):
            packed = base64.b64decode(vector)
            item["embedding"] = list(struct.unpack(f"<{len(packed) // 4}f", packed))
    return body


def main():
    op, form = sys.argv[1:]
    types = globals()[f"{op}_{form}".replace(" ", "_")]()
    for line in sys.stdin.read().splitlines():
        body = floats(json.loads(line)) if op == "embeddings" else json.loads(line)
        one = types
        if isinstance(types, dict):
            one = types.get(body.get("object")) or types[None]
        pydantic.TypeAdapter(one).validate_json(json.dumps(body), strict=True)


main()
