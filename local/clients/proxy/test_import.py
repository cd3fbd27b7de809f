"""tollgate import litellm, from LiteLLM's own routes into a gateway."""

import datetime
import json
import pathlib
import socket
import subprocess
import sys
import time

import processes
import pytest
import record
import requests
import rows
from conftest import MASTER_KEY

HERE = pathlib.Path(__file__).parent


def recorded(name):
    return json.loads((HERE.parents[2] / f"core/boot/litellm/testdata/{name}.json").read_text())


@pytest.mark.parametrize("scene", ["first", "later"])
def test_recorded(scene):
    """What the Go tests play is what LiteLLM answers (python record.py writes it anew)."""
    assert record.replies(record.SCENES[scene]) == recorded(scene)


SINCE = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone.utc)


def now(scene):
    """The rows of a scene, with their noon as the present."""
    text = json.loads(json.dumps(scene))
    for table in text.values():
        for row in table:
            for column in ("budget_reset_at", "expires", "key_rotation_at"):
                if row.get(column):
                    row[column] = (datetime.datetime.fromisoformat(row[column]) + SINCE).isoformat()
    return text


class Source:
    """LiteLLM's proxy in a process of its own."""

    def __init__(self, folder):
        self.rows = folder / "rows.json"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(folder / "litellm.log", "wb")
        self.process = subprocess.Popen([sys.executable, "source.py", str(self.rows), str(port)], cwd=HERE, stdout=self.log, stderr=self.log)

    def ready(self):
        deadline = time.monotonic() + 40
        while True:
            try:
                return requests.get(f"{self.url}/health/liveliness", timeout=5).raise_for_status()
            except requests.ConnectionError:
                assert self.process.poll() is None and time.monotonic() < deadline, (self.log.name, pathlib.Path(self.log.name).read_text())
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


@pytest.fixture(scope="module")
def source(folder):
    source = Source(folder)
    source.rows.write_text(json.dumps(now(rows.FIRST)))
    source.ready()
    yield source
    source.stop()


def table(report):
    """The counts of a report: by kind, those that are not 0."""
    head, *lines = [line.split() for line in report.split("\n\n")[0].splitlines()]
    found = {}
    for line in lines:
        kind, counts = " ".join(line[: -len(head)]), map(int, line[-len(head) :])
        found[kind] = {name: n for name, n in zip(head, counts) if n}
    return found


def test_import(source, program, config, folder, tollgate):
    """Keys work as they were issued, what was spent counts, and a second import
    changes nothing, while the gateway runs."""
    data = folder / "moved.db"
    importing = ["import", "litellm", "--url", source.url, "--master-key", "sk-litellm-master", "--data", data]
    status, report, said = tollgate(*importing)
    assert status == 1 and "not everything could be brought" in said, said
    first = table(report)
    assert first["key"] == {"read": 14, "new": 13, "failed": 1} and first["team"] == {"read": 2, "new": 2}, report
    assert "canary" not in report + said

    gateway = processes.Gateway(program, config, folder / "moved.log", "--data", str(data))
    try:
        def get(path, key=MASTER_KEY):
            return requests.get(gateway.url + path, headers={"Authorization": f"Bearer {key}"}, timeout=10)

        def spent(alias):
            return get("/key/info", rows.value(alias)).json()["info"]["spend"]

        assert {a: spent(a) for a in ("plain", "forever", "month", "hour", "over", "shared", "soft")} == {
            "plain": 0.5, "forever": 0.000000123456, "month": 0.5, "hour": 0.125, "over": 0, "shared": 1, "soft": 1,
        }
        reply = get("/team/info?team_id=research").json()
        assert {m["user_id"]: m["spend"] for m in reply["team_memberships"]} == {"ada": 0.3, "bob": 0.2}
        team = reply["team_info"]
        assert (team["spend"], team["max_budget"], team["organization_id"]) == (12.34, 50, "acme")
        asked = requests.post(
            gateway.url + "/chat/completions", headers={"Authorization": f"Bearer {rows.value('soft')}"},
            json={"model": "demo", "messages": [{"role": "user", "content": "hi"}]}, timeout=10,
        )
        assert asked.status_code == 200, asked.text
        assert [get("/models", rows.value(a)).status_code for a in ("plain", "stopped", "expired", "orphan")] == [200, 401, 400, 401]

        _, report, _ = tollgate(*importing)
        assert {kind: set(counts) - {"read", "failed"} for kind, counts in table(report).items()} == {
            kind: ({"unchanged"} if counts.keys() - {"failed"} else set()) for kind, counts in first.items()
        }, report

        source.rows.write_text(json.dumps(now(rows.LATER)))
        _, report, _ = tollgate(*importing)
        assert table(report)["key"] == {"read": 14, "new": 1, "changed": 4, "unchanged": 8, "gone": 1, "failed": 1}, report
        assert spent("month") == 0.9
        assert get("/models", rows.value("rotated")).status_code == 200
        deadline = time.monotonic() + 8  # a key without a budget is believed for five seconds
        while get("/models", rows.value("plain")).status_code == 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        gateway.stop()
