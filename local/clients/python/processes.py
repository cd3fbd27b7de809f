"""Builds and runs the programs under test: the fake upstream and the gateway.

Nothing here knows the SDKs; conftest.py turns these into fixtures.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]

# Keys in a developer's shell would add providers to the gateway; it must not keep anything among a developer's data.
CLEAN = {k: v for k, v in os.environ.items() if not k.endswith(("_API_KEY", "_API_BASE", "_TOKEN", "_proxy", "_PROXY"))}
CLEAN["TOLLGATE_DATA"] = "memory"


def build(package, into, tags=None):
    """Compiles a program; TOLLGATE_PROGRAM is one that stands in for the gateway, such as infra/whole."""
    if package == "./local" and "TOLLGATE_PROGRAM" in os.environ:
        return pathlib.Path(os.environ["TOLLGATE_PROGRAM"])
    command = ["go", "build", "-o", str(into)] + (["-tags", tags] if tags else []) + [package]
    subprocess.run(command, cwd=ROOT, check=True)
    return into


class Process:
    """A program that is stopped with SIGTERM, and killed after five seconds."""

    def __init__(self, command, log):
        self.log = log
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                command, env=CLEAN, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def failure(self, what):
        return RuntimeError(f"{what}\n{self.log.read_text(errors='replace')}")


class Upstream(Process):
    """The fake upstream and its control paths (see providers/providertest/upstream)."""

    def __init__(self, program, log):
        super().__init__([str(program)], log)
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://"):
            raise self.failure("the fake upstream did not start")

    def requests(self, model):
        """What came for a model since the last reset, oldest first."""
        return json.loads(_http(f"{self.url}/control/requests?model={model}"))

    def log_until(self, until, model):
        """Waits until the newest request for model has "left" or "ended"."""
        return json.loads(_http(f"{self.url}/control/log?model={model}&until={until}"))[-1]

    def release(self, token):
        _http(f"{self.url}/control/release/{token}", method="POST")

    def reset(self):
        _http(f"{self.url}/control/reset", method="POST")


class Gateway(Process):
    modes = {}  # of all that were started, by their port: process or lambda

    def __init__(self, program, config, log, *arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.modes[port] = "lambda" if "--mode=lambda" in arguments else "process"
        super().__init__(
            [str(program), "serve", "--host", "127.0.0.1", "--port", str(port)]
            + (["--config", str(config)] if config else [])
            + list(arguments),
            log,
        )
        self.url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while not self._alive():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise self.failure("the gateway did not start")
            time.sleep(0.05)

    def _alive(self):
        try:
            _http(f"{self.url}/health/liveliness")
        except (urllib.error.URLError, OSError):
            return False
        return True


def _http(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=15) as reply:
        return reply.read()
