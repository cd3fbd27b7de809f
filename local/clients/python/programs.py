"""Fixtures: the programs under test, each started once for a whole run."""

import gateway_config
import processes
import pytest


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A folder for programs and their logs."""
    return tmp_path_factory.mktemp("built")


@pytest.fixture(scope="session")
def shared_upstream(built):
    program = processes.build("./providers/providertest/upstream/cmd", built / "upstream")
    upstream = processes.Upstream(program, built / "upstream.log")
    yield upstream
    upstream.stop()


@pytest.fixture
def upstream(shared_upstream):
    """The fake upstream, with an empty journal."""
    shared_upstream.reset()
    return shared_upstream


@pytest.fixture(scope="session")
def program(built):
    return processes.build("./local", built / "tollgate")


@pytest.fixture(scope="session")
def config(built, shared_upstream):
    return gateway_config.write(built / "config.yaml", shared_upstream.url)


@pytest.fixture(scope="session")
def process_gateway(program, config, built):
    gateway = processes.Gateway(program, config, built / "process.log")
    yield gateway
    gateway.stop()


@pytest.fixture(scope="session")
def bootstraps(built):
    functions = built / "bootstraps"
    for folder in sorted((processes.ROOT / "functions").iterdir()):
        if (folder / "main.go").exists():
            processes.build(f"./functions/{folder.name}", functions / folder.name / "bootstrap", "lambda.norpc")
    return functions


@pytest.fixture(scope="session")
def lambda_gateway(program, config, built, bootstraps):
    gateway = processes.Gateway(
        program, config, built / "lambda.log", "--mode=lambda", "--bootstraps", str(bootstraps)
    )
    yield gateway
    gateway.stop()
