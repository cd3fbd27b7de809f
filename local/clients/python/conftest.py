"""Fixtures: a fake upstream, the gateway in both modes, and the ways to it.

A test that takes `way` runs five times: straight at the fake upstream (which
proves that the fake is faithful to the SDK), and through the gateway as a
process and as Lambda functions, with models of OpenAI and of Anthropic behind
it. Nothing in the SDKs is patched: only base_url and api_key are set.
"""

import base64
import dataclasses
import json

import gateway_config
import openai
import processes
import pytest

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel"
HELLO = [{"role": "user", "content": "hello"}]


@dataclasses.dataclass
class Way:
    """How a test reaches a model: the client, and names for the scenarios."""

    mode: str  # direct, process or lambda
    vendor: str  # openai or anthropic: whose wire format the upstream speaks
    base_url: str
    upstream: processes.Upstream
    client: openai.OpenAI

    def model(self, scenario):
        return scenario if self.mode == "direct" else f"{self.vendor}-{scenario}"

    def ask(self, scenario, messages=HELLO, **params):
        return self.client.chat.completions.create(model=self.model(scenario), messages=messages, **params)

    def seen(self, scenario):
        """The JSON body of the newest upstream request, and its headers in lower case."""
        last = self.upstream.requests(scenario)[-1]
        headers = {name.lower(): values[0] for name, values in last["header"].items()}
        return json.loads(base64.b64decode(last["body"])), headers


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A folder for programs and their logs."""
    return tmp_path_factory.mktemp("built")


@pytest.fixture(scope="session")
def shared_upstream(built):
    program = processes.build("./providers/providertest/upstream/cmd", built / "upstream")
    upstream = processes.Upstream(program, built / "upstream.log")
    yield upstream
    upstream.stop()


@pytest.fixture
def upstream(shared_upstream):
    """The fake upstream, with an empty journal."""
    shared_upstream.reset()
    return shared_upstream


@pytest.fixture(scope="session")
def program(built):
    return processes.build("./local", built / "tollgate")


@pytest.fixture(scope="session")
def config(built, shared_upstream):
    return gateway_config.write(built / "config.yaml", shared_upstream.url)


@pytest.fixture(scope="session")
def process_gateway(program, config, built):
    gateway = processes.Gateway(program, config, built / "process.log")
    yield gateway
    gateway.stop()


@pytest.fixture(scope="session")
def bootstraps(built):
    functions = built / "bootstraps"
    for folder in sorted((processes.ROOT / "functions").iterdir()):
        if (folder / "main.go").exists():
            processes.build(f"./functions/{folder.name}", functions / folder.name / "bootstrap", "lambda.norpc")
    return functions


@pytest.fixture(scope="session")
def lambda_gateway(program, config, built, bootstraps):
    gateway = processes.Gateway(
        program, config, built / "lambda.log", "--mode=lambda", "--bootstraps", str(bootstraps)
    )
    yield gateway
    gateway.stop()


WAYS = ["direct-openai", "process-openai", "process-anthropic", "lambda-openai", "lambda-anthropic"]


@pytest.fixture(params=WAYS)
def way(request, upstream):
    mode, vendor = request.param.split("-")
    url = upstream.url if mode == "direct" else request.getfixturevalue(f"{mode}_gateway").url
    with openai.OpenAI(
        base_url=f"{url}/v1", api_key=gateway_config.MASTER_KEY, max_retries=0, timeout=20
    ) as client:
        yield Way(mode, vendor, url, upstream, client)


def through_gateway(test):
    """Only the ways through the gateway."""
    return pytest.mark.parametrize("way", [w for w in WAYS if not w.startswith("direct")], indirect=True)(test)


def openai_behind(test):
    """Only the ways that end at OpenAI's wire format: the parameter has no like in Anthropic's."""
    return pytest.mark.parametrize("way", [w for w in WAYS if w.endswith("openai")], indirect=True)(test)
