"""Watches where LiteLLM sends a chat, and with which key.

Nothing leaves the process: httpx's transport answers from here, and sockets
cannot connect. A provider's variables are found by experiment, so that the
result does not depend on how LiteLLM's source is written: every variable that
LiteLLM asks the environment for is set alone to a word of its own, and the
request shows whether that word became the key or the address.
"""

import contextlib
import io
import json
import logging
import os
import socket
import warnings

import httpx

SOURCE = "litellm==1.81.15"
MODEL = "org/m"  # of no provider's catalogue
CATALOGUED = {"ai21": "jamba-1.5-mini"}  # a provider that answers only to its own models
WORD = "word-of-"
HOST = "http://host-of-"
ENDINGS = "_KEY", "_TOKEN", "_JWT", "_APIKEY", "_BASE", "_URL", "_ENDPOINT", "_HOST"
ASIDE = "/api/show", "/oauth", "/login/device/code", "/identity/token"  # calls that prepare the chat
KEY_HEADERS = "authorization", "api-key", "x-api-key", "api-subscription-key"

PLAIN = {
    "id": "c1", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
CHUNK = {
    "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "delta": {"role": "assistant", "content": "hi"}}],
}


class Recorder:
    """Stands in for httpx's transport and keeps the requests."""

    def __init__(self):
        self.requests = []

    def __call__(self, _transport, request):
        body = request.read()
        self.requests.append(request)
        if b'"stream":true' in body.replace(b" ", b""):
            text = "data: %s\n\ndata: [DONE]\n\n" % json.dumps(CHUNK)
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=text, request=request)
        return httpx.Response(200, json=PLAIN, request=request)


class Asked:
    """Keeps the names that are asked of the environment."""

    def __init__(self):
        self.names = set()
        read = os._Environ.__getitem__

        def getitem(environ, name):
            self.names.add(name)
            return read(environ, name)

        os._Environ.__getitem__ = getitem


def no_network(*_args, **_kw):
    raise OSError("the oracle has no network")


socket.socket.connect = no_network
socket.getaddrinfo = no_network
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
for taken in [n for n in os.environ if n.endswith(("_KEY", "_TOKEN", "_BASE", "_URL", "_ENDPOINT"))]:
    del os.environ[taken]

import litellm  # noqa: E402  after the environment is clean
from litellm.llms.openai_like.json_loader import JSONProviderRegistry  # noqa: E402

litellm.suppress_debug_info = True
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
recorder = Recorder()
asked = Asked()
httpx.HTTPTransport.handle_request = lambda transport, request: recorder(transport, request)


def call(provider, env=None, stream=False, **params):
    """Makes one call and returns its request, or the reason why there is none."""
    recorder.requests.clear()
    litellm.in_memory_llm_clients_cache.flush_cache()
    os.environ.update(env or {})
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            reply = litellm.completion(
                model=provider + "/" + CATALOGUED.get(provider, MODEL),
                messages=[{"role": "user", "content": "hi"}],
                stream=stream, **params,
            )
            if stream:
                list(reply)
    except Exception as e:
        reason = type(e).__name__
    else:
        reason = "no request"
    finally:
        for name in env or {}:
            os.environ.pop(name, None)
    chats = [r for r in recorder.requests if r.method == "POST" and not r.url.path.endswith(ASIDE)]
    return (chats[-1], "") if chats else (None, reason)


def auth(request):
    """The headers that carry the key, with the key's place marked."""
    found = {}
    for name, value in request.headers.items():
        if "KEY-GIVEN" in value:
            found[name.lower()] = value.replace("KEY-GIVEN", "KEY")
    return found


def url(request):
    return str(request.url)


def candidates(provider, given):
    asked.names.clear()
    for params in {}, given, {"api_key": "KEY-GIVEN"}, {"api_base": "http://base.test/v1"}:
        call(provider, **params)
    return sorted(n for n in asked.names if n.isupper() and n.endswith(ENDINGS))


def winners(provider, names, places, **given):
    """Which variables count, in the order in which they win."""
    found, left = [], [n for n in names if places(n, call(provider, {n: value_of(n)}, **given)[0])]
    while left:
        request, _ = call(provider, {n: value_of(n) for n in left}, **given)
        first = next((n for n in left if places(n, request)), None)
        if first is None:
            raise AssertionError(f"{provider}: none of {left} wins")
        found.append(first)
        left.remove(first)
    return found


def value_of(name):
    address = name.endswith(("_BASE", "_URL", "_ENDPOINT", "_HOST"))
    return f"{HOST}{name.lower().replace('_', '-')}.test" if address else WORD + name


def carries_key(name, request):
    return request is not None and any(request.headers.get(h, "").endswith(WORD + name) for h in KEY_HEADERS)


def carries_base(name, request):
    return request is not None and url(request).startswith(value_of(name) + "/")


def observe(provider):
    """Everything about one provider, as JSON."""
    given = {"api_key": "KEY-GIVEN"}
    plain, reason = call(provider, **given)
    if plain is None:
        plain, reason = call(provider, api_base="http://base.test/v1", **given)
        given["api_base"] = "http://base.test/v1"
    if plain is None:
        return {"no_call": reason}
    streamed, _ = call(provider, stream=True, **given)
    names = candidates(provider, given)
    base = {n: v for n, v in given.items() if n != "api_key"}
    try:
        _, resolved, _, address = litellm.get_llm_provider(provider + "/" + MODEL)
    except litellm.exceptions.BadRequestError:
        return {"no_call": "needs a login"}
    seen = {
        "get_llm_provider": {"provider": resolved, "api_base": address},
        "plain": {"url": url(plain), "auth": auth(plain)},
        "stream": {"url": url(streamed), "auth": auth(streamed)} if streamed else None,
        "key_env": winners(provider, names, carries_key, **base),
        "base_env": winners(provider, names, carries_base, api_key="KEY-GIVEN"),
    }
    if "api_base" in given:
        seen["given_api_base"] = given["api_base"]
    else:
        based, _ = call(provider, api_base="http://base.test/v1", **given)
        seen["with_api_base"] = url(based) if based else None
    return seen


def providers():
    names = {str(getattr(p, "value", p)) for p in litellm.provider_list}
    return sorted(names | set(JSONProviderRegistry.list_providers()))


# Model names as people write them, for get_llm_provider alone.
NAMES = """
gpt-4o gpt-4o-mini gpt-4.1 gpt-3.5-turbo gpt-5 o1 o3-mini o4-mini chatgpt-4o-latest ft:gpt-3.5-turbo ft:gpt-4o-2024-08-06:org::id
claude-3-5-sonnet-20241022 claude-sonnet-4-5 claude-3-haiku-20240307 claude-opus-4-1
openai/gpt-4o openai/org/model anthropic/claude-3-5-sonnet-20241022 azure/my-deployment azure/gpt-4o groq/llama-3.1-8b-instant
huggingface/org/model huggingface/together/org/model together_ai/meta-llama/Llama-3-70b openrouter/openai/gpt-4o openrouter/anthropic/claude-3.5-sonnet
ollama/llama3 ollama_chat/llama3:8b mistral/mistral-large-latest deepseek/deepseek-chat xai/grok-4 custom_openai/m
jamba-1.5-mini sabia-3 org/model no-such-model llama-3 *
""".split()

# The same with an api_base or custom_llm_provider beside them.
PLACED = [
    {"model": "m", "api_base": base} for base in litellm.openai_compatible_endpoints
] + [
    {"model": "gpt-4o", "custom_llm_provider": "azure"},
    {"model": "groq/llama", "custom_llm_provider": "openai"},
    {"model": "groq/llama", "custom_llm_provider": "groq"},
    {"model": "org/model", "custom_llm_provider": "huggingface"},
    {"model": "m", "custom_llm_provider": "openai", "api_base": "http://localhost:1234/v1"},
    {"model": "gpt-4o", "api_base": "http://localhost:1234/v1"},
    {"model": "org/model", "api_base": "http://localhost:1234/v1"},
    {"model": "m", "api_base": "http://localhost:1234/v1"},
    {"model": "openai/org/model", "api_base": "http://localhost:1234/v1"},
    {"model": "gpt-4o", "api_base": "https://api.groq.com/openai/v1"},
]


def infer(**params):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            name, provider, _, _ = litellm.get_llm_provider(**params)
    except litellm.exceptions.BadRequestError:
        return {**params, "error": True}
    return {**params, "provider": provider, "name": name}


def everything():
    return {
        "source": SOURCE,
        "default_azure_api_version": litellm.AZURE_DEFAULT_API_VERSION,
        "providers": {p: observe(p) for p in providers()},
        "infer": [infer(model=m) for m in NAMES] + [infer(**p) for p in PLACED],
    }


def dump(found):
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    with open(os.path.join(os.path.dirname(__file__), "litellm.json"), "w") as f:
        f.write(dump(everything()))
