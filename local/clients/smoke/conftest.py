"""A gateway at any address: SMOKE_URL, with SMOKE_KEY, its master key. Without an address, one on this machine."""

import os
import pathlib
import sys

import openai
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import processes  # noqa: E402

KEY = os.environ.get("SMOKE_KEY", "sk-smoke")
CONFIG = f"""
general_settings: {{master_key: {KEY}}}
model_list:
  - {{model_name: chat, litellm_params: {{model: openai/text, api_base: URL/v1, api_key: sk-up}}, model_info: {{mode: chat}}}}
  - {{model_name: vectors, litellm_params: {{model: openai/text, api_base: URL/v1, api_key: sk-up}}, model_info: {{mode: embedding}}}}
  - {{model_name: anything/*, litellm_params: {{model: openai/*, api_base: URL/v1, api_key: sk-up}}}}
"""


def pytest_configure(config):
    config.smoke = []


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """The address without /v1."""
    if url := os.environ.get("SMOKE_URL"):
        yield url.rstrip("/").removesuffix("/v1")
        return
    built = tmp_path_factory.mktemp("smoke")
    upstream = processes.Upstream(processes.build("./providers/providertest/upstream/cmd", built / "upstream"), built / "upstream.log")
    (built / "config.yaml").write_text(CONFIG.replace("URL", upstream.url))
    gateway = processes.Gateway(processes.build("./local", built / "tollgate"), built / "config.yaml", built / "gateway.log", "--data", str(built / "data.db"))
    yield gateway.url
    gateway.stop()
    upstream.stop()


@pytest.fixture(scope="session")
def client(root):
    """OpenAI's client with the master key."""
    with openai.OpenAI(base_url=f"{root}/v1", api_key=KEY, max_retries=2, timeout=120) as client:
        yield client


@pytest.fixture
def passed(request):
    """Says what was tried and is well."""
    return request.config.smoke.append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.smoke:
        terminalreporter.write_line(f"ok  {line}")
