"""Files and sound by OpenAI's SDK through the Lambda functions: API Gateway's
base64 does not show, and its limit is an error that says what the limit is."""

import random

import gateway_config
import openai
import pytest
from openai.types.audio import Transcription

MEBIBYTE = 1 << 20


@pytest.fixture
def client(lambda_gateway):
    with openai.OpenAI(
        base_url=f"{lambda_gateway.url}/v1", api_key=gateway_config.MASTER_KEY, max_retries=0, timeout=20
    ) as client:
        yield client


def transcribe(client, size):
    sound = random.Random(size).randbytes(size)
    return client.audio.transcriptions.create(model="demo", file=("meeting.wav", sound, "audio/wav"))


def test_the_largest_upload(client):
    reply = transcribe(client, 9 * MEBIBYTE // 2 - 9000)
    assert isinstance(reply, Transcription) and reply.text == "This is meeting.wav."


@pytest.mark.parametrize("size", [5 * MEBIBYTE, 20 * MEBIBYTE], ids=["over Lambda's limit", "over API Gateway's"])
def test_too_large_an_upload(client, size):
    with pytest.raises(openai.APIStatusError) as refused:
        transcribe(client, size)
    assert refused.value.status_code == 413
    assert "Lambda's limit of 6 MB, or 4.5 MB for files" in refused.value.message
    assert transcribe(client, 1000).text  # the gateway goes on


def test_speech(client):
    """A letter is 960 bytes of silence."""
    sound = client.audio.speech.create(model="demo", voice="alloy", input="a" * 4096).read()
    assert sound[:4] == b"RIFF" and int.from_bytes(sound[4:8], "little") == len(sound) - 8 == 36 + 960 * 4096
    assert sound[44:] == bytes(960 * 4096)
