"""The kinds of reply: for each, OpenAI's table for it and the type of the SDK.

Anthropic's kinds have no table: they publish no description as current as their
SDK, whose types are made from theirs. The types here are for what OpenAI and
Anthropic document and their SDKs have no type for.
"""

import typing

import anthropic.types as claude
import openai.types as types
import openai.types.audio as audio
import openai.types.chat as chat
import openai.types.responses as responses
import pydantic
from openai.pagination import SyncPage


class Failure(pydantic.BaseModel):
    """The SDK takes the error out of what comes, and has a type for that only."""

    model_config = pydantic.ConfigDict(extra="allow")

    error: types.ErrorObject


class CompletionPiece(types.CompletionChoice):
    """The pieces before the last: OpenAI's own example of a stream has null here."""

    finish_reason: typing.Literal["stop", "length", "content_filter"] | None


class CompletionChunk(types.Completion):
    choices: list[CompletionPiece]


class EncodedEmbedding(types.Embedding):
    """The SDK has a type for what it makes of base64 only."""

    embedding: str


class EncodedEmbeddings(types.CreateEmbeddingResponse):
    data: list[EncodedEmbedding]


class Ping(pydantic.BaseModel):
    """An event that Anthropic documents, and that the SDK drops before it looks for a type."""

    model_config = pydantic.ConfigDict(extra="allow")

    type: typing.Literal["ping"]


class DeletedResponse(pydantic.BaseModel):
    """Neither the description nor the SDK has a type for it: this is the description's example."""

    model_config = pydantic.ConfigDict(extra="allow")

    id: str
    object: typing.Literal["response"]
    deleted: bool


class Kind:
    def __init__(self, table, type):
        self.table, self.adapter = table, pydantic.TypeAdapter(type)

    def accepts(self, body):
        try:
            self.adapter.validate_python(body, strict=True)
        except pydantic.ValidationError:
            return False
        return True


KINDS = {
    "chat": Kind("CreateChatCompletionResponse", chat.ChatCompletion),
    "chat chunk": Kind("CreateChatCompletionStreamResponse", chat.ChatCompletionChunk),
    "completion": Kind("CreateCompletionResponse", types.Completion),
    "completion chunk": Kind("CreateCompletionResponse", CompletionChunk),
    "response": Kind("Response", responses.Response),
    "response event": Kind("ResponseStreamEvent", responses.ResponseStreamEvent),
    "deleted response": Kind(None, DeletedResponse),
    "response items": Kind("ResponseItemList", responses.ResponseItemList),
    "embeddings": Kind("CreateEmbeddingResponse", types.CreateEmbeddingResponse),
    "encoded embeddings": Kind("CreateEmbeddingResponse", EncodedEmbeddings),
    "moderation": Kind("CreateModerationResponse", types.ModerationCreateResponse),
    "images": Kind("ImagesResponse", types.ImagesResponse),
    "image event": Kind("ImageGenStreamEvent", types.ImageGenStreamEvent),
    "image edit event": Kind("ImageEditStreamEvent", types.ImageEditStreamEvent),
    "transcription": Kind("CreateTranscriptionResponseJson", audio.Transcription),
    "verbose transcription": Kind("CreateTranscriptionResponseVerboseJson", audio.TranscriptionVerbose),
    "diarized transcription": Kind("CreateTranscriptionResponseDiarizedJson", audio.TranscriptionDiarized),
    "transcription event": Kind("CreateTranscriptionResponseStreamEvent", audio.TranscriptionStreamEvent),
    "translation": Kind("CreateTranslationResponseJson", audio.Translation),
    "verbose translation": Kind("CreateTranslationResponseVerboseJson", audio.TranslationVerbose),
    "models": Kind("ListModelsResponse", SyncPage[types.Model]),
    "model": Kind("Model", types.Model),
    "error": Kind("ErrorResponse", Failure),
    "message": Kind(None, claude.Message),
    "message event": Kind(None, claude.RawMessageStreamEvent | Ping),
    "message tokens": Kind(None, claude.MessageTokensCount),
    "message error": Kind(None, claude.ErrorResponse),
}
