"""The gateway, in front of an upstream that answers with the captures."""

import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))

import processes
from backs import BACKS, FRONTS, deployment
from cases import CASES
from upstream import Upstream

collect_ignore = ["aimock"]  # another run, with an environment of its own
pytest_plugins = ["programs", "totals"]

MASTER_KEY = "sk-tollgate-master"


def config(upstream):
    """The gateway's: a model for each format of each back, and case."""
    models = [deployment(back, front, case, upstream) for back in BACKS for front in FRONTS for case in CASES]
    return {
        "model_list": list({model["model_name"]: model for model in models}.values()),
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        "general_settings": {"master_key": MASTER_KEY},
    }


@pytest.fixture(scope="session")
def upstream():
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def gateway(program, built, upstream):
    written = built / "matrix.yaml"
    written.write_text(json.dumps(config(upstream.url), indent=2))  # JSON is YAML
    gateway = processes.Gateway(program, written, built / "matrix.log")
    yield gateway
    gateway.stop()
