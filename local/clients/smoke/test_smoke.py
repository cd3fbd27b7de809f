"""What every gateway must do, with whatever models it has."""

import os
import time

import httpx
import openai
import pytest

QUESTION = [{"role": "user", "content": "Say hello in one word."}]
MOST = int(os.environ.get("SMOKE_MODELS", "3"))  # of one kind that are asked: calls cost money


@pytest.fixture(scope="module")
def models(client):
    """Names of models by what they are for; those that nobody says anything about are for chat."""
    if named := os.environ.get("SMOKE_MODEL"):
        return {"chat": named.split(",")}
    modes = {}
    for m in client.get("/model/info", cast_to=httpx.Response).json()["data"]:
        modes[m["model_name"]] = m["model_info"].get("mode") or "chat"
    found = {}
    for m in client.models.list():
        if "*" not in m.id:
            found.setdefault(modes.get(m.id, "chat"), []).append(m.id)
    return found


def chat_models(models):
    found = models.get("chat", [])[:MOST]
    assert found, "the gateway has no chat model; name some: make smoke-aws MODEL=openai/gpt-4o-mini"
    return found


def test_it_is_there(root, passed):
    for path in ("/health/liveliness", "/health/readiness"):
        reply = httpx.get(root + path, timeout=60)
        assert reply.status_code == 200, reply.text
    assert reply.json()["status"] == "healthy"
    assert not reply.json().get("warnings"), reply.json()
    passed("health")


def test_models(client, passed):
    listed = [m.id for m in client.models.list()]
    assert listed
    passed(f"models: {', '.join(listed[:10])}{'...' if len(listed) > 10 else ''}")


def test_chat(client, models, passed):
    for model in chat_models(models):
        reply = client.chat.completions.create(model=model, messages=QUESTION)
        assert reply.choices[0].message.content and reply.usage.completion_tokens > 0, reply
        passed(f"chat: {model}")


def test_streamed_chat(client, models, passed):
    for model in chat_models(models):
        chunks = list(client.chat.completions.create(model=model, messages=QUESTION, stream=True, stream_options={"include_usage": True}))
        said = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        assert said and chunks[-1].usage.completion_tokens > 0, chunks[-1]
        assert any(c.choices and c.choices[0].finish_reason for c in chunks)
        passed(f"chat, streamed: {model}, {len(chunks)} chunks")


def test_embeddings(client, models, passed):
    names = models.get("embedding", [])[:MOST]
    for model in names:
        reply = client.embeddings.create(model=model, input=["one", "two"])
        assert [e.index for e in reply.data] == [0, 1] and all(e.embedding for e in reply.data)
        passed(f"embeddings: {model}")
    if not names:
        passed("embeddings: there is no model for them, so none was asked")


def test_keys(client, root, models, passed):
    """A key of five minutes may use its model, and no other, until it is deleted."""
    model = chat_models(models)[0]
    other = next((name for names in models.values() for name in names if name != model), "no-such-model")
    made = client.post(f"{root}/key/generate", body={"models": [model], "duration": "5m", "key_alias": f"smoke-{time.time_ns()}"}, cast_to=httpx.Response).json()
    with openai.OpenAI(base_url=f"{root}/v1", api_key=made["key"], max_retries=2, timeout=120) as own:
        assert own.chat.completions.create(model=model, messages=QUESTION).choices[0].message.content
        with pytest.raises(openai.APIStatusError) as refused:
            own.chat.completions.create(model=other, messages=QUESTION)
        assert refused.value.status_code in (400, 401, 403)  # 400: there is no other model
        with pytest.raises(openai.APIStatusError) as refused:
            own.post(f"{root}/key/generate", body={}, cast_to=httpx.Response)
        assert refused.value.status_code in (401, 403)
        client.post(f"{root}/key/delete", body={"keys": [made["key"]]}, cast_to=httpx.Response)
        deadline = time.monotonic() + 10  # other environments remember it for five seconds
        while True:
            try:
                own.chat.completions.create(model=model, messages=QUESTION)
            except openai.AuthenticationError:
                break
            assert time.monotonic() < deadline, "the key works after it was deleted"
            time.sleep(0.5)
    passed("keys: made, used, held to its model, deleted")


def test_errors(client, root, models, passed):
    model = chat_models(models)[0]
    with openai.OpenAI(base_url=f"{root}/v1", api_key="sk-wrong", max_retries=0, timeout=60) as nobody:
        with pytest.raises(openai.AuthenticationError):
            nobody.chat.completions.create(model=model, messages=QUESTION)
    with pytest.raises(openai.BadRequestError):
        client.post("/chat/completions", body={"model": model, "messages": "not a list"}, cast_to=httpx.Response)
    reply = httpx.get(f"{root}/v1/no-such-route", headers={"Authorization": f"Bearer {client.api_key}"}, timeout=60)
    assert reply.status_code == 404 and reply.json()["error"]["message"], reply.text
    passed("errors: 400, 401 and 404 in OpenAI's shape")
