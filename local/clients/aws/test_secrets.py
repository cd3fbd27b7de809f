"""Secrets that AWS's own client wrote, as the gateway reads them."""

import base64
import json
import time

import openai
import processes
import pytest

KEYS = {"in a JSON secret": "sk-planted-1", "by its ARN": "sk-planted-2", "a parameter": "sk-planted-3", "encrypted": "sk-planted-4", "bytes": "sk-planted-5"}
MASTER_KEY = "sk-planted-master"


def references(service):
    secrets, parameters, kms = service("secretsmanager"), service("ssm"), service("kms")
    one = json.dumps({"OPENAI_API_KEY": KEYS["in a JSON secret"], "master": MASTER_KEY, "other": "sk-planted-other"})
    secrets.create_secret(Name="prod/openai", SecretString=one)
    arn = secrets.create_secret(Name="prod/plain", SecretString=KEYS["by its ARN"])["ARN"]
    secrets.create_secret(Name="prod/bytes", SecretBinary=KEYS["bytes"].encode())
    parameters.put_parameter(Name="/prod/openai", Type="SecureString", Value=KEYS["a parameter"])
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=KEYS["encrypted"].encode())["CiphertextBlob"]
    return {
        "in a JSON secret": "secretsmanager/prod/openai#OPENAI_API_KEY",
        "by its ARN": f"secretsmanager/{arn}",
        "a parameter": "ssm/prod/openai",
        "encrypted": f"kms/{base64.b64encode(blob).decode()}",
        "bytes": "secretsmanager/prod/bytes",
        "no such secret": "secretsmanager/prod/none",
        "no such key": "secretsmanager/prod/openai#NONE",
        "no such parameter": "ssm/prod/none",
    }


@pytest.fixture(scope="module")
def gateway(service, upstream, built):
    models = [
        {"model_name": name, "litellm_params": {"model": "openai/text", "api_base": f"{upstream.url}/v1", "api_key": ref}}
        for name, ref in references(service).items()
    ]
    config = built / "config.yaml"
    config.write_text(
        json.dumps(
            {
                "model_list": models,
                "router_settings": {"num_retries": 0, "disable_cooldowns": True},
                "general_settings": {"master_key": "secretsmanager/prod/openai#master"},
            }
        )
    )
    gateway = processes.Gateway(processes.build("./local", built / "tollgate"), config, built / "gateway.log")
    yield gateway
    gateway.stop()


def ask(gateway, model, key=MASTER_KEY):
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=key, max_retries=0, timeout=30) as client:
        return client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}])


@pytest.mark.parametrize("kept", KEYS)
def test_the_provider_gets_the_key(gateway, upstream, kept):
    upstream.reset()
    assert ask(gateway, kept).choices[0].message.content
    headers = {name.lower(): values[0] for name, values in upstream.requests("text")[-1]["header"].items()}
    assert headers["authorization"] == f"Bearer {KEYS[kept]}"


@pytest.mark.parametrize("kept", ["no such secret", "no such key", "no such parameter"])
def test_what_is_not_there_is_no_key(gateway, upstream, kept):
    upstream.reset()
    with pytest.raises(openai.InternalServerError) as refused:
        ask(gateway, kept)
    assert refused.value.status_code == 503
    assert upstream.requests("text") == []


def test_the_master_key_is_asked_for(gateway):
    with pytest.raises(openai.AuthenticationError):
        ask(gateway, "in a JSON secret", key="sk-wrong")


def test_the_log_names_secrets_and_does_not_tell_them(gateway):
    deadline = time.monotonic() + 5  # lines are written together
    while "ResourceNotFoundException" not in gateway.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    log = gateway.log.read_text()
    assert "secretsmanager/prod/none" in log
    assert "planted" not in log
