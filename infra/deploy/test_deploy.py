"""The stack's life by the CDK's own command line, in an account that moto plays:
bootstrap, deploy, deploy again, change, destroy.

moto's CloudFormation makes what the tests look at here. What it does not know,
it passes over: policies of queues and buckets, firewall, domain and the like
are checked in the template alone. It asks no role for leave, and it enforces no
policy."""

import base64
import hashlib
import json

import pytest


@pytest.fixture(scope="module")
def deployed(cdk):
    return cdk.deploy("tollgate-dev")["tollgate-dev"]


def functions(aws):
    """The hash of each function's code, by the logical id of the function."""
    found = {}
    for page in aws("lambda").get_paginator("list_functions").paginate():
        for f in page["Functions"]:
            stack, logical, _ = f["FunctionName"].rsplit("-", 2)
            found[stack, logical] = f["CodeSha256"]
    return found


def test_list(cdk):
    assert cdk("list").split() == ["tollgate-dev", "tollgate-prod"]
    assert cdk("list", "-c", "stage=prod", "-c", "name=gateway").split() == ["gateway"]
    assert cdk("list", "-c", "stage=dev").split() == ["tollgate-dev"]
    assert "stgae" in cdk("list", "-c", "stgae=prod", fails=True)


def test_outputs(aws, deployed):
    """The outputs are there, and lead to what a client and an operator need."""
    host = deployed["BaseUrl"].split("/")[2]
    (api,) = [a for a in aws("apigateway").get_rest_apis()["items"] if host.startswith(a["id"])]
    assert deployed["BaseUrl"] == f"https://{api['id']}.execute-api.us-east-1.amazonaws.com/dev/v1"
    secret = json.loads(aws("secretsmanager").get_secret_value(SecretId=deployed["Secret"])["SecretString"])
    assert len(secret["LITELLM_MASTER_KEY"]) == 48
    aws("s3").head_bucket(Bucket=deployed["Bucket"])
    assert aws("dynamodb").describe_table(TableName=deployed["Table"])["Table"]["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_code(cdk, aws, deployed):
    """Each function has the zip that was built for it."""
    found = functions(aws)
    for zipped in (cdk.folder / "zips").glob("*/function.zip"):
        name = f"{zipped.parent.name.capitalize()}Function"
        assert found.pop(("tollgate-dev", name)) == base64.b64encode(hashlib.sha256(zipped.read_bytes()).digest()).decode()
    assert found == {}


def test_variables(aws, deployed):
    """CloudFormation's references became the names of what it made."""
    for f in aws("lambda").list_functions()["Functions"]:
        variables = f["Environment"]["Variables"]
        assert variables["TABLE_NAME"] == deployed["Table"]
        assert variables["LITELLM_CONFIG_BUCKET_NAME"] == deployed["Bucket"]
        assert variables["LITELLM_MASTER_KEY"] == f"secretsmanager/{deployed['Secret']}#LITELLM_MASTER_KEY"


def test_again(cdk, aws, deployed):
    """What did not change is not deployed; what did is all that changes."""
    before = functions(aws)
    assert "(no changes)" in cdk("deploy", "tollgate-dev", "--require-approval", "never")
    cdk.build("chat", "chat, second")
    cdk.deploy("tollgate-dev")
    changed = {logical for (_, logical), code in functions(aws).items() if code not in before.values()}
    assert changed == {"ChatFunction"}


def test_protected(cdk, aws):
    """A stack to keep is not destroyed by a word; one to try things in is, and
    leaves nothing."""
    cdk.deploy("tollgate-prod")
    assert "TerminationProtection" in cdk("destroy", "tollgate-prod", "--force", fails=True)
    cdk("destroy", "tollgate-dev", "--force")
    assert {stack for stack, _ in functions(aws)} == {"tollgate-prod"}
    left = [
        *aws("dynamodb").list_tables()["TableNames"],
        *(b["Name"] for b in aws("s3").list_buckets()["Buckets"]),
        *(url.rsplit("/", 1)[1] for url in aws("sqs").list_queues()["QueueUrls"]),
        *(s["Name"] for s in aws("secretsmanager").list_secrets()["SecretList"]),
        *(r["RoleName"] for r in aws("iam").list_roles()["Roles"]),
        *(g["logGroupName"] for g in aws("logs").describe_log_groups()["logGroups"]),
        *(a["name"] for a in aws("apigateway").get_rest_apis()["items"]),
        *(r["Name"] for r in aws("events").list_rules()["Rules"]),
    ]
    # The role that API Gateway writes logs with is the account's setting, and stays.
    assert [name for name in left if name.startswith("tollgate-dev-") and "-ApiRole-" not in name] == []
    assert len([name for name in left if name.startswith("tollgate-prod")]) > 20
