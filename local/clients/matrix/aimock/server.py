"""Installs aimock, of the version in package-lock.json, and runs it."""

import hashlib
import json
import pathlib
import subprocess

import processes

HERE = pathlib.Path(__file__).parent


def install():
    """What .ci/nodetest does: once for each content of package-lock.json."""
    key = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    done = HERE / "node_modules" / f".complete-{key}"
    if not done.exists():
        command = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=HERE, check=True)
        done.touch()


class Aimock(processes.Process):
    def __init__(self, fixtures, folder):
        install()
        written = folder / "fixtures.json"
        written.write_text(json.dumps({"fixtures": fixtures}))
        super().__init__(["sh", "-c", 'exec node "$0" < "$1"', str(HERE / "serve.mjs"), str(written)], folder / "aimock.log")
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith("http://"):
            raise self.failure("aimock did not start")
