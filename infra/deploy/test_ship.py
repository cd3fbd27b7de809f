"""The two commands that people use: `make deploy` and `make destroy` call ship,
which has the CDK's command line and the gateway's own program do it."""

import json
import os
import subprocess

import pytest
from conftest import INFRA

CONFIG = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-5, api_key: os.environ/OPENAI_API_KEY}
"""


@pytest.fixture(scope="module")
def ship(cdk):
    subprocess.run(["go", "build", "-o", "bin/tollgate", "./local"], cwd=INFRA.parent, check=True)

    def run(*arguments, says="", variables=()):
        app = [*cdk.app, "--output", str(cdk.folder / "ship.out")]
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        return subprocess.run(
            [INFRA / "ship", *arguments, *app, "-c", "name=tollgate-shipped"],
            cwd=cdk.folder,
            env={**environment, **cdk.environment, "CDK_DISABLE_CLI_TELEMETRY": "true", "NODE_NO_WARNINGS": "1", **dict(variables)},
            input=says,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )

    return run


def outputs(aws):
    (stack,) = aws("cloudformation").describe_stacks(StackName="tollgate-shipped")["Stacks"]
    return {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}


def test_wrong(ship, cdk):
    """A configuration that no gateway could read stops everything."""
    (cdk.folder / "wrong.yaml").write_text("model_list: 7\n")
    done = ship("deploy", "dev", "wrong.yaml", "--require-approval", "never")
    assert done.returncode != 0 and "model_list" in done.stdout
    assert "Synthesis" not in done.stdout


def test_deploy(ship, cdk, aws):
    """One command deploys, asks before it puts keys there, gives the stack its
    configuration, and says how to call it."""
    (cdk.folder / "right.yaml").write_text(CONFIG)
    done = ship("deploy", "dev", "right.yaml", "--require-approval", "never", says="y\n", variables={"OPENAI_API_KEY": "sk-of-mine"})
    assert done.returncode == 0, done.stdout
    made = outputs(aws)
    assert made["BaseUrl"] in done.stdout and made["Secret"] in done.stdout
    secret = json.loads(aws("secretsmanager").get_secret_value(SecretId=made["Secret"])["SecretString"])
    assert secret["OPENAI_API_KEY"] == "sk-of-mine" and len(secret["LITELLM_MASTER_KEY"]) == 48
    assert not [value for value in secret.values() if value in done.stdout], "a key was shown"
    assert aws("s3").get_object(Bucket=made["Bucket"], Key="config/config.yaml")["Body"].read().decode() == CONFIG


def test_destroy(ship, aws):
    """Who does not say yes keeps everything; who does loses all, with what is in
    the buckets."""
    made = outputs(aws)
    done = ship("destroy", "dev", says="n\n")
    assert done.returncode != 0 and outputs(aws) == made
    done = ship("destroy", "dev", says="y\n")
    assert done.returncode == 0, done.stdout
    assert "1 object versions deleted" in done.stdout
    assert made["Bucket"] not in [b["Name"] for b in aws("s3").list_buckets()["Buckets"]]
    assert made["Table"] not in aws("dynamodb").list_tables()["TableNames"]
