"""The synthesized stack on one machine: real functions, DynamoDB Local, an account that moto plays."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import processes  # noqa: E402
from programs import built, shared_upstream, upstream  # noqa: E402, F401

REGION = "us-east-1"
SLOW = int(os.environ.get("WHOLE_SLOW", "2"))  # seconds that the slow model takes


@pytest.fixture(scope="session")
def account():
    """The address of everything at AWS but DynamoDB."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    yield "http://{}:{}".format(*moto.get_host_and_port())
    moto.stop()


@pytest.fixture(scope="session")
def dynamodb(built):
    """The address of DynamoDB Local."""
    jars = subprocess.check_output([processes.ROOT / ".ci/dynamo-programs"], text=True).strip() + "/jars"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["java", "-Xmx512m", "-cp", f"{jars}/*", "com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    server = processes.Process(command, built / "dynamodb.log")
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while not _answers(url):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise server.failure("DynamoDB Local did not start")
        time.sleep(0.1)
    yield url
    server.stop()


def _answers(url):
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def bootstraps(built):
    """The functions as they are deployed, compiled for this machine."""
    folder = built / "bootstraps"
    for path in sorted((processes.ROOT / "functions").iterdir()):
        processes.build(f"./functions/{path.name}", folder / path.name / "bootstrap", "lambda.norpc")
    return folder


@pytest.fixture(scope="session")
def whole(built):
    program = built / "whole"
    subprocess.run(["go", "-C", "infra", "build", "-o", str(program), "./whole"], cwd=processes.ROOT, check=True)
    return program


@pytest.fixture(scope="session")
def record(built):
    return pathlib.Path(os.environ.get("WHOLE_RECORD", built / "calls.jsonl"))


class Stack(processes.Gateway):
    """The stack; names are what its resources are called, by their logical ids."""

    def __init__(self, whole, config, log, account, dynamodb, bootstraps, record):
        names = log.with_suffix(".names.json")
        super().__init__(
            whole, config, log, "--aws", account, "--dynamodb", dynamodb, "--bootstraps", str(bootstraps),
            "--record", str(record), "--names", str(names),
        )  # fmt: skip
        self.names = json.loads(names.read_text())


@pytest.fixture(scope="session")
def stack(built, whole, shared_upstream, account, dynamodb, bootstraps, record):
    base = f"{shared_upstream.url}/v1"
    config = built / "config.yaml"
    config.write_text(f"""
model_list:
  - model_name: text
    litellm_params: {{model: openai/text, api_base: {base}, api_key: os.environ/UPSTREAM_KEY, input_cost_per_token: 0.00001, output_cost_per_token: 0.00001}}
    model_info: {{max_input_tokens: 10000, max_output_tokens: 1000}}
  - {{model_name: slow, litellm_params: {{model: openai/slow-{SLOW}s, api_base: {base}, api_key: os.environ/UPSTREAM_KEY}}}}
  - {{model_name: demo, litellm_params: {{model: demo/demo}}}}
""")
    processes.CLEAN["UPSTREAM_KEY"] = "sk-upstream-key"
    stack = Stack(whole, config, built / "stack.log", account, dynamodb, bootstraps, record)
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def service(account):
    """AWS's own client of a service of the account."""

    def client(name):
        return boto3.client(name, endpoint_url=account, region_name=REGION, aws_access_key_id="moto", aws_secret_access_key="moto")

    return client


@pytest.fixture(scope="session")
def template(whole):
    """The resources of the template that the stack is made of."""
    return json.loads(subprocess.check_output([whole, "template"], cwd=processes.ROOT / "infra"))["Resources"]


@pytest.fixture(scope="session")
def environments():
    """The environments of the processes below another, as the kernel has them, by function."""

    def read(parent):
        found = {}
        for path in pathlib.Path("/proc").iterdir():
            try:
                if int((path / "stat").read_text().rpartition(")")[2].split()[1]) != parent:
                    continue
                text = (path / "environ").read_text()
            except (ValueError, OSError):  # no process, or one that has ended
                continue
            variables = dict(v.split("=", 1) for v in text.split("\0") if v)
            if "AWS_LAMBDA_FUNCTION_NAME" in variables:
                found[variables["AWS_LAMBDA_FUNCTION_NAME"]] = variables
        return found

    return read
