"""The gateway in an AWS account that moto plays."""

import pathlib
import sys

import boto3
import pytest
from moto.server import ThreadedMotoServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import processes  # noqa: E402

REGION = "eu-west-1"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A folder for programs and their logs."""
    return tmp_path_factory.mktemp("aws")


@pytest.fixture(scope="session")
def upstream(built):
    program = processes.build("./providers/providertest/upstream/cmd", built / "upstream")
    upstream = processes.Upstream(program, built / "upstream.log")
    yield upstream
    upstream.stop()


@pytest.fixture(scope="session")
def account(built):
    """The address of an account, which the programs under test are in, too."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    for name in [name for name in processes.CLEAN if name.startswith("AWS_")]:
        del processes.CLEAN[name]
    processes.CLEAN |= {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "moto",
        "AWS_SECRET_ACCESS_KEY": "moto",
        "AWS_CONFIG_FILE": str(built / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(built / "none"),
    }
    yield url
    moto.stop()


@pytest.fixture(scope="session")
def service(account):
    """AWS's own client of a service of the account."""

    def client(name):
        return boto3.client(
            name, endpoint_url=account, region_name=REGION, aws_access_key_id="moto", aws_secret_access_key="moto"
        )

    return client
