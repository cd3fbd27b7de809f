"""The stack that CloudFormation would be told to make, made here, and used."""

import functools
import json
import re
import subprocess
import time

import openai
import processes
import pytest
from conftest import SLOW

# What is beside the template's variables: where AWS is, as whom, and what Lambda's runtime itself sets.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RUNTIME = {
    "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_TIMEOUT", "AWS_LAMBDA_INITIALIZATION_TYPE", "LAMBDA_TASK_ROOT", "_HANDLER", "TZ",
}  # fmt: skip


@pytest.fixture(scope="session")
def master_key(stack, service):
    """The key that the stack made, found as its owner would."""
    secret = service("secretsmanager").get_secret_value(SecretId=stack.names["Secret"]["Ref"])
    return json.loads(secret["SecretString"])["LITELLM_MASTER_KEY"]


@pytest.fixture
def client(stack, master_key):
    with openai.OpenAI(base_url=f"{stack.url}/dev/v1", api_key=master_key, max_retries=0) as client:
        yield client


def test_chat(client, upstream):
    answer = client.chat.completions.create(model="text", messages=[{"role": "user", "content": "hello"}])
    assert answer.choices[0].message.content
    streamed = client.chat.completions.create(model="text", messages=[{"role": "user", "content": "hello"}], stream=True)
    assert "".join(c.choices[0].delta.content or "" for c in streamed if c.choices) == answer.choices[0].message.content
    # The provider's key is in the secret alone.
    assert {r["header"]["Authorization"][0] for r in upstream.requests("text")} == {"Bearer sk-upstream-key"}


def test_keys(stack, client, master_key):
    made = client.post(f"{stack.url}/dev/key/generate", cast_to=object, body={"models": ["text"], "max_budget": 1, "rpm_limit": 2})
    with openai.OpenAI(base_url=stack.url, api_key=made["key"], max_retries=0) as own:
        ask = functools.partial(own.chat.completions.create, messages=[{"role": "user", "content": "hello"}], max_tokens=50)
        ask(model="text")
        ask(model="text")
        with pytest.raises(openai.RateLimitError):
            ask(model="text")
        with pytest.raises(openai.APIStatusError) as refused:
            ask(model="demo")
        assert refused.value.status_code in (401, 403)
    info = client.get(f"{stack.url}/dev/key/info", cast_to=object, options={"params": {"key": made["key"]}})
    assert info["info"]["spend"] > 0


def test_other_functions(stack, client):
    assert client.embeddings.create(model="demo", input="hello").data
    assert client.images.generate(model="demo", prompt="hello").data
    assert "text" in {m.id for m in client.models.list()}
    with pytest.raises(openai.APIStatusError):
        client.get(f"{stack.url}/dev/openai/v1/models", cast_to=object)


def test_slow(client):
    """An answer may take longer than the 29 seconds that API Gateway gives a buffered integration."""
    began = time.monotonic()
    answer = client.chat.completions.create(model="slow", messages=[{"role": "user", "content": "hello"}])
    assert answer.choices[0].message.content
    assert time.monotonic() - began >= SLOW


def test_batch(stack, client):
    """A batch goes through the queue to the function that works it off."""
    ask = {"model": "text", "max_tokens": 50, "messages": [{"role": "user", "content": "hello"}]}
    batch = client.post("/batch/completions", cast_to=object, body={"async": True, "requests": [ask] * 3})
    deadline = time.monotonic() + 30
    while batch["status"] != "completed" and time.monotonic() < deadline:
        time.sleep(0.2)
        batch = client.get(f"/batch/completions/{batch['id']}", cast_to=object)
    assert [line["response"]["choices"][0]["message"]["role"] for line in batch["data"]] == ["assistant"] * 3


def test_batch_waits(stack, client):
    """A line that a limit refuses is sent to the queue again, and left for later."""
    made = client.post(f"{stack.url}/dev/key/generate", cast_to=object, body={"rpm_limit": 1})
    ask = {"model": "text", "max_tokens": 50, "messages": [{"role": "user", "content": "hello"}]}
    with openai.OpenAI(base_url=f"{stack.url}/dev/v1", api_key=made["key"], max_retries=0) as own:
        batch = own.post("/batch/completions", cast_to=object, body={"async": True, "requests": [ask] * 4})
        deadline = time.monotonic() + 30
        while not batch["request_counts"]["completed"] and time.monotonic() < deadline:
            time.sleep(0.2)
            batch = own.get(f"/batch/completions/{batch['id']}", cast_to=object)
    assert batch["status"] == "in_progress"
    assert batch["request_counts"]["completed"] <= 2  # a minute may have ended meanwhile
    assert not batch["request_counts"]["failed"]
    time.sleep(1)  # until the others' messages are on their way


def test_another_configuration(stack, service, client, built, account, dynamodb):
    """A configuration that is pushed counts everywhere within five seconds."""
    outputs = {name: {"Value": stack.names[name]["Ref"]} for name in ("Bucket", "Table", "Secret")} | {"BaseUrl": {"Value": stack.url}}
    nothing = {"Nothing": {"Type": "AWS::SNS::Topic"}}
    service("cloudformation").create_stack(StackName="whole", TemplateBody=json.dumps({"Resources": nothing, "Outputs": outputs}))
    another = built / "another.yaml"
    another.write_text((built / "config.yaml").read_text().replace("model_name: demo", "model_name: renamed"))
    tollgate = built / "tollgate"
    subprocess.run(["go", "build", "-o", str(tollgate), "./local"], cwd=processes.ROOT, check=True)
    where = {"AWS_ENDPOINT_URL": account, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "whole", "AWS_SECRET_ACCESS_KEY": "whole"}
    subprocess.run([tollgate, "config", "push", str(another), "--stack", "whole"], env=processes.CLEAN | where, check=True)
    time.sleep(5)
    assert "renamed" in {m.id for m in client.models.list()}
    answer = client.chat.completions.create(model="renamed", messages=[{"role": "user", "content": "hello"}])
    assert answer.choices[0].message.content


def test_health(stack, client):
    health = client.get(f"{stack.url}/dev/health", cast_to=object, options={"params": {"model": "text"}})
    assert health["healthy_count"] == 1


def resolved(value, names):
    """A value of the template, by the rules of CloudFormation's Ref, Fn::GetAtt and Fn::Sub."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Ref":
        return names[argument]["Ref"]
    assert function == "Fn::Sub"
    return re.sub(r"\$\{(\w+)(\.Arn)?\}", lambda m: names[m[1]]["ARN" if m[2] else "Ref"], argument)


def test_environments(stack, environments, template):
    """Each function runs with what the template gives it, and nothing else but what Lambda itself sets."""
    deadline = time.monotonic() + 30
    functions = {id.removesuffix("Function").lower(): r["Properties"] for id, r in template.items() if r["Type"] == "AWS::Lambda::Function"}
    while set(functions) != set(running := environments(stack.process.pid)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert set(running) == set(functions)
    for name, properties in functions.items():
        want = {k: resolved(v, stack.names) for k, v in properties["Environment"]["Variables"].items()}
        got = {k: v for k, v in running[name].items() if k not in RUNTIME}
        assert got == want, name
        assert set(running[name]) == set(want) | RUNTIME, name
        assert running[name]["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == str(properties["MemorySize"])


def test_policies(stack, whole, record):
    """Nothing was asked of AWS that a role does not allow."""
    checked = subprocess.run([whole, "check", record], cwd=processes.ROOT / "infra", capture_output=True, text=True)
    print(checked.stdout)
    assert checked.returncode == 0, checked.stderr
    assert re.match(r"calls: \d\d+  denied: 0 ", checked.stdout)
