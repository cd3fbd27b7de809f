"""What operators do to a deployed gateway, in an account with a stack."""

import json
import subprocess
import time

import openai
import processes
import pytest

MASTER_KEY = "sk-planted-master"
KEYS = [{"AttributeName": "_pk", "KeyType": "HASH"}, {"AttributeName": "_sk", "KeyType": "RANGE"}]
INDEX = [{"AttributeName": "_1pk", "KeyType": "HASH"}, {"AttributeName": "_1sk", "KeyType": "RANGE"}]
TEMPLATE = {
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": k["AttributeName"], "AttributeType": "S"} for k in KEYS + INDEX],
                "KeySchema": KEYS,
                "GlobalSecondaryIndexes": [{"IndexName": "Index1", "KeySchema": INDEX, "Projection": {"ProjectionType": "ALL"}}],
            },
        },
    },
    "Outputs": {"Bucket": {"Value": {"Ref": "Bucket"}}, "Table": {"Value": {"Ref": "Table"}}, "BaseUrl": {"Value": "https://dev/v1"}},
}


@pytest.fixture(scope="module")
def stack(service):
    """The outputs of a stack without a configuration. Its bucket keeps versions, which moto's stacks cannot say."""
    secret = service("secretsmanager").create_secret(Name="dev", SecretString=json.dumps({"LITELLM_MASTER_KEY": MASTER_KEY}))
    outputs = TEMPLATE["Outputs"] | {"Secret": {"Value": secret["ARN"]}}  # moto's stacks have no secrets
    service("cloudformation").create_stack(StackName="dev", TemplateBody=json.dumps(TEMPLATE | {"Outputs": outputs}))
    (made,) = service("cloudformation").describe_stacks(StackName="dev")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}
    service("s3").put_bucket_versioning(Bucket=outputs["Bucket"], VersioningConfiguration={"Status": "Enabled"})
    return outputs


@pytest.fixture(scope="module")
def program(built):
    return processes.build("./local", built / "tollgate-stack")


@pytest.fixture(scope="module")
def gateway(stack, program, built, upstream):
    """A gateway with the environment that the stack's functions have."""
    variables = {
        "LITELLM_CONFIG_BUCKET_NAME": stack["Bucket"],
        "LITELLM_CONFIG_BUCKET_OBJECT_KEY": "config/config.yaml",
        "PRIMARY_SECRET_NAME": stack["Secret"],
        "LITELLM_MASTER_KEY": f"secretsmanager/{stack['Secret']}#LITELLM_MASTER_KEY",
    }
    processes.CLEAN |= variables
    gateway = processes.Gateway(program, None, built / "stack.log", "--data", f"dynamodb:{stack['Table']}", "--log-format=json")
    for name in variables:
        del processes.CLEAN[name]
    yield gateway
    gateway.stop()


def run(program, *arguments, answer="", **variables):
    return subprocess.run(
        [str(program), *arguments], env=processes.CLEAN | variables, input=answer, capture_output=True, text=True, timeout=60
    )


def client(gateway):
    return openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=MASTER_KEY, max_retries=0, timeout=30)


def models(gateway):
    with client(gateway) as c:
        return [m.id for m in c.models.list()]


def within_five_seconds(holds):
    """Waits for what has to be so after five seconds; the sixth is for this machine."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 6
        time.sleep(0.1)


def write(built, upstream, name, more=""):
    file = built / "stack" / "config.yaml"
    file.parent.mkdir(exist_ok=True)
    (file.parent / "models.yaml").write_text(
        f"model_list: [{{model_name: {name}, litellm_params: {{model: openai/text, api_base: '{upstream.url}/v1', api_key: os.environ/UP_KEY}}}}]"
    )
    file.write_text(f"include: [models.yaml]\nrouter_settings: {{num_retries: 0, disable_cooldowns: true}}\n{more}")
    return file


def test_a_fresh_stack_has_the_demo(gateway):
    assert models(gateway) == ["demo"]
    assert "there is no configuration yet" in gateway.log.read_text()


def test_a_configuration_is_live_in_five_seconds(gateway, program, stack, built, upstream, service):
    file = write(built, upstream, "pushed")
    done = run(program, "config", "push", str(file), "--stack", "dev")
    assert done.returncode == 0, done.stderr
    assert stack["Bucket"] in done.stdout and "live in 5 seconds" in done.stdout
    assert "UP_KEY is not set" in done.stderr
    within_five_seconds(lambda: models(gateway) == ["pushed"])
    (latest,) = [v for v in service("s3").list_object_versions(Bucket=stack["Bucket"], Prefix="config/config.yaml")["Versions"] if v["IsLatest"]]
    assert latest["Size"] == len(file.read_bytes())


def test_what_is_wrong_does_not_get_there(program, built, upstream, service, stack):
    done = run(program, "config", "push", str(write(built, upstream, "wrong", "model_list: 7\n")), "--stack", "dev")
    assert done.returncode == 1 and "invalid configuration" in done.stderr
    assert len(service("s3").list_object_versions(Bucket=stack["Bucket"], Prefix="config/config.yaml")["Versions"]) == 1


def test_what_is_wrong_all_the_same_leaves_the_one_before(gateway, stack, service):
    before = models(gateway)
    put = service("s3").put_object(Bucket=stack["Bucket"], Key="config/config.yaml", Body=b"model_list: 7")
    table, key = service("dynamodb"), {"_pk": {"S": "V#models"}, "_sk": {"S": "-"}}
    (mark,) = [i for i in table.scan(TableName=stack["Table"])["Items"] if i["_pk"]["S"] == "V#models"]
    key["_sk"] = mark["_sk"]

    def named(name, source):
        table.update_item(
            TableName=stack["Table"], Key=key, UpdateExpression="SET c = :c, s = :s", ExpressionAttributeValues={":c": name, ":s": source}
        )

    named({"S": "by-hand"}, {"S": json.dumps([{"key": "config/config.yaml", "version": put["VersionId"], "sha256": ""}])})
    ready = lambda: json.loads(processes._http(f"{gateway.url}/health/readiness"))  # noqa: E731
    within_five_seconds(lambda: "warnings" in ready())
    assert "by-hand" in ready()["warnings"][0] and ready()["status"] == "healthy"
    assert models(gateway) == before
    within_five_seconds(lambda: "the new configuration cannot be used" in gateway.log.read_text())
    named(mark["c"], mark["s"])
    within_five_seconds(lambda: "warnings" not in ready())
    assert models(gateway) == before


def test_keys_are_named_and_not_shown(gateway, program, built, upstream, service, stack):
    variables = {"UP_KEY": "sk-planted-up", "NOBODYS_KEY": "sk-planted-nobodys"}
    no = run(program, "secrets", "push", "--stack", "dev", answer="\n", **variables)
    assert no.returncode == 1 and "nothing was changed" in no.stderr
    yes = run(program, "secrets", "push", "--stack", "dev", answer="y\n", **variables)
    assert yes.returncode == 0, yes.stderr
    for done in (no, yes):
        assert "UP_KEY" in done.stdout and "NOBODYS_KEY" not in done.stdout and "planted" not in done.stdout + done.stderr
    kept = json.loads(service("secretsmanager").get_secret_value(SecretId=stack["Secret"])["SecretString"])
    assert kept == {"LITELLM_MASTER_KEY": MASTER_KEY, "UP_KEY": "sk-planted-up"}

    def reaches():
        upstream.reset()
        with client(gateway) as c:
            try:
                c.chat.completions.create(model="pushed", messages=[{"role": "user", "content": "hi"}])
            except openai.InternalServerError:  # there is no key yet
                return False
        sent = {name.lower(): values[0] for name, values in upstream.requests("text")[-1]["header"].items()}
        return sent.get("authorization") == "Bearer sk-planted-up"

    within_five_seconds(reaches)
    again = run(program, "secrets", "push", "--stack", "dev", "--yes", **variables)
    assert again.returncode == 0 and "has all that is set here" in again.stdout


def test_a_stack_that_is_none(program, built, upstream):
    done = run(program, "config", "push", str(write(built, upstream, "x")), "--stack", "none")
    assert done.returncode == 1 and "find the stack none" in done.stderr
    assert run(program, "config", "push", "--stack", "dev").returncode == 2


def test_the_account_is_looked_at(program, service):
    lacks = run(program, "doctor", "--aws", "--port", "0")
    assert lacks.returncode == 1 and "npx cdk bootstrap aws://123456789012/eu-west-1" in lacks.stdout, lacks.stdout
    service("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Type="String", Value="28")
    fit = run(program, "doctor", "--aws", "--port", "0")
    assert fit.returncode == 0, fit.stdout + fit.stderr
    assert "OK    CDK            bootstrapped in version 28" in fit.stdout
    assert "OK    credentials    arn:aws:" in fit.stdout


def test_the_log_has_no_secret(gateway):
    assert "planted" not in gateway.log.read_text()
