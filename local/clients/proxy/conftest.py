"""LiteLLM's proxy, its client and its OpenAPI description, beside the gateway."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no network

import processes  # noqa: E402

MASTER_KEY = "sk-tollgate-master"

CONFIG = {
    "model_list": [
        {"model_name": "demo", "litellm_params": {"model": "demo/demo"}, "model_info": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "max_tokens": 100}},
        {"model_name": "gpt-4o", "litellm_params": {"model": "demo/demo"}},
    ],
    "general_settings": {"master_key": MASTER_KEY},
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="session")
def program(folder):
    return processes.build("./local", folder / "tollgate")


@pytest.fixture(scope="session")
def config(folder):
    path = folder / "config.yaml"
    path.write_text(json.dumps(CONFIG))  # JSON is YAML
    return path


@pytest.fixture(scope="session")
def url(program, config, folder):
    """A gateway that keeps what it is told in memory."""
    gateway = processes.Gateway(program, config, folder / "gateway.log")
    yield gateway.url
    gateway.stop()


@pytest.fixture(scope="session")
def tollgate(program):
    """Runs a command and returns its exit status and what it printed."""

    def run(*arguments):
        done = subprocess.run([str(program), *map(str, arguments)], env=processes.CLEAN, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    return run
