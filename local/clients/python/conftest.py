"""The ways to a model: a fake upstream, and the gateway in both modes.

A test that takes `way` runs five times: straight at the fake upstream (which
proves that the fake is faithful to the SDK), and through the gateway as a
process and as Lambda functions, with models of OpenAI and of Anthropic behind
it. Nothing in the SDKs is patched: only base_url and api_key are set.
"""

import base64
import dataclasses
import inspect
import json

import anthropic
import gateway_config
import openai
import processes
import pytest

pytest_plugins = ["programs", "tally"]

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel"
HELLO = [{"role": "user", "content": "hello"}]
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclasses.dataclass
class Way:
    """How a test reaches a model: the client, and names for the scenarios."""

    mode: str  # direct, process or lambda
    vendor: str  # anthropic, or one with OpenAI's wire format
    base_url: str
    upstream: processes.Upstream
    client: openai.OpenAI | anthropic.Anthropic

    def model(self, scenario):
        return scenario if self.mode == "direct" else f"{self.vendor}-{scenario}"

    def ask(self, scenario, messages=HELLO, **params):
        return self.client.chat.completions.create(model=self.model(scenario), messages=messages, **params)

    @property
    def key(self):
        """What the upstream wants to be shown."""
        return gateway_config.KEYS[self.vendor]

    def seen(self, scenario):
        """The JSON body of the newest upstream request, and its headers."""
        return json.loads(base64.b64decode(self.upstream.requests(scenario)[-1]["body"])), self.headers(scenario)

    def headers(self, scenario):
        """Those of the newest upstream request, their names in lower case."""
        return {name.lower(): values[0] for name, values in self.upstream.requests(scenario)[-1]["header"].items()}


WAYS = ["direct-openai", "process-openai", "process-anthropic", "lambda-openai", "lambda-anthropic"]


@pytest.fixture(params=WAYS)
def way(request, upstream):
    mode, vendor = request.param.split("-", 1)
    url = upstream.url if mode == "direct" else request.getfixturevalue(f"{mode}_gateway").url
    with openai.OpenAI(
        base_url=f"{url}/v1", api_key=gateway_config.MASTER_KEY, max_retries=0, timeout=20
    ) as client:
        yield Way(mode, vendor, url, upstream, client)


def through_gateway(test):
    """Only the ways through the gateway."""
    ways = [w for w in WAYS if not w.startswith("direct")]
    fixture = "claude" if "claude" in inspect.signature(test).parameters else "way"
    return pytest.mark.parametrize(fixture, ways, indirect=True)(test)


def native_or_bridged(vendor):
    """The ways to a vendor that has an API, which pass it through, and to those
    that have no more than a chat."""
    vendors = [vendor, gateway_config.CHATS, "anthropic"]
    ways = ["direct-openai", *(f"{mode}-{v}" for mode in ("process", "lambda") for v in vendors)]
    return pytest.mark.parametrize("way", ways, indirect=True)


def openai_behind(test):
    """Only the ways that end at OpenAI's wire format: the parameter has no like in Anthropic's."""
    return pytest.mark.parametrize("way", [w for w in WAYS if w.endswith("openai")], indirect=True)(test)


@pytest.fixture(params=["direct-anthropic", *WAYS[1:]])
def claude(request, upstream):
    """The ways of Anthropic's SDK."""
    mode, vendor = request.param.split("-")
    url = upstream.url if mode == "direct" else request.getfixturevalue(f"{mode}_gateway").url
    key = gateway_config.MASTER_KEY
    with anthropic.Anthropic(base_url=url, api_key=key, max_retries=0, timeout=20) as client:
        yield Way(mode, vendor, url, upstream, client)
