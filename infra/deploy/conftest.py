"""The CDK's command line, and an account that it deploys to, on this machine."""

import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import boto3
import pytest

INFRA = Path(__file__).resolve().parent.parent
REGION = "us-east-1"


@pytest.fixture(scope="session")
def environment():
    """The variables by which AWS's clients find the account."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "account.py", str(port)], cwd=Path(__file__).parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # By its name: moto takes any other host of a template's address for AWS's.
    variables = {
        "AWS_ENDPOINT_URL": f"http://localhost:{port}",
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        deadline = time.monotonic() + 60
        while True:
            assert server.poll() is None and time.monotonic() < deadline, "the account did not start"
            try:
                urllib.request.urlopen(variables["AWS_ENDPOINT_URL"] + "/moto-api/", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        yield variables
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def aws(environment):
    """AWS's own client of a service."""
    return lambda service: boto3.client(
        service,
        region_name=REGION,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id="id",
        aws_secret_access_key="secret",
    )


class CDK:
    """The command line, and the functions' zips that it deploys."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        subprocess.run(["go", "build", "-o", folder / "app", "."], cwd=INFRA, check=True)
        self.app = ["--app", f"{folder / 'app'} -zips {folder / 'zips'}"]
        for function in (INFRA.parent / "functions").iterdir():
            self.build(function.name, f"{function.name}, first")

    def build(self, function, program):
        """Writes a function's zip: a real one, of a program that does nothing."""
        path = self.folder / "zips" / function
        path.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as z:
            z.writestr(zipfile.ZipInfo("bootstrap"), program)
        (path / "function.zip").write_bytes(content.getvalue())

    def __call__(self, *arguments, fails=False):
        """What a command says, standard output and errors together."""
        done = subprocess.run(
            [
                INFRA / "node_modules" / ".bin" / "cdk",
                *self.app,
                "--output",
                str(self.folder / "cdk.out"),
                *arguments,
            ],
            cwd=INFRA,
            env={**os.environ, **self.environment, "CDK_DISABLE_CLI_TELEMETRY": "true", "NODE_NO_WARNINGS": "1", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    def deploy(self, *arguments):
        """The outputs of the stacks that were deployed."""
        file = self.folder / "outputs.json"
        self("deploy", "--require-approval", "never", "--outputs-file", str(file), *arguments)
        return json.loads(file.read_text())

    def template(self, stack):
        return json.loads((self.folder / "cdk.out" / f"{stack}.template.json").read_text())


@pytest.fixture(scope="session")
def cdk(tmp_path_factory, environment):
    if not (INFRA / "node_modules" / ".bin" / "cdk").exists():
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=INFRA, check=True)
    command = CDK(tmp_path_factory.mktemp("cdk"), environment)
    command("bootstrap")
    return command
