"""Both modes give the same replies: the Lambda functions are the same code."""

import http.client
import json
import urllib.parse

import gateway_config
import pytest
from conftest import HELLO

# What may differ: the reply's identity, the time, and how the bytes are framed
# between two hops.
IDENTITY = {"id", "created"}
HEADERS = {"date", "llm_provider-date", "content-length", "transfer-encoding", "connection", "keep-alive"}
TIMING = ("duration-ms", "processing-ms", "request-id", "requestid", "call-id")

TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}
CASES = {
    "text": {},
    "text-3": {"max_tokens": 2},
    "tools": {"tools": [TOOL]},
    "cached": {"stream_options": {"include_usage": True}},
    "reasoning": {},
    "400-context": {},
    "429-7": {},
    "529": {},
    "cut": {},
    "overload-late": {},
    "garbage": {},
    "no-such-model": {},
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
@pytest.mark.parametrize("scenario", CASES)
def test_replies_are_identical(upstream, process_gateway, lambda_gateway, scenario, vendor, stream):
    body = {"model": f"{vendor}-{scenario}", "messages": HELLO, **CASES[scenario]}
    if stream:
        body["stream"] = True
    else:
        body.pop("stream_options", None)
    one, other = (reply(g.url, body) for g in (process_gateway, lambda_gateway))
    assert one == other


def reply(base, body):
    """Status, headers and body, without what may differ."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=20)
    try:
        connection.request(
            "POST",
            "/v1/chat/completions",
            json.dumps(body),
            {"Authorization": f"Bearer {gateway_config.MASTER_KEY}", "Content-Type": "application/json"},
        )
        got = connection.getresponse()
        headers = {
            name.lower(): value
            for name, value in got.getheaders()
            if name.lower() not in HEADERS and not name.lower().endswith(TIMING)
        }
        return got.status, headers, [unnamed(line) for line in got.read().decode().split("\n")]
    finally:
        connection.close()


def unnamed(line):
    prefix, data = ("data: ", line[6:]) if line.startswith("data: ") else ("", line)
    try:
        value = json.loads(data)
    except ValueError:
        return line
    if isinstance(value, dict):
        value = {k: v for k, v in value.items() if k not in IDENTITY}
    return prefix, value
