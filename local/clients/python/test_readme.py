"""What the README tells people to paste works, as it stands there."""

import contextlib
import io
import re
import shutil
import subprocess

import processes
import pytest


def snippet(language, holds):
    """The README's block of that language with that text in it."""
    text = (processes.ROOT / "README.md").read_text()
    blocks = [b for b in re.findall(rf"```{language}\n(.*?)```", text, re.S) if holds in b]
    assert len(blocks) == 1, f"README.md has {len(blocks)} {language} blocks with {holds!r}"
    return blocks[0]


@pytest.fixture(scope="module")
def gateway(program, built):
    """A gateway without a configuration, a key or a network."""
    gateway = processes.Gateway(program, None, built / "readme.log")
    yield gateway
    gateway.stop()


def test_curl(gateway):
    assert shutil.which("curl"), "curl is missing"
    command = snippet("sh", "curl ").replace("http://localhost:8000", gateway.url)
    out = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True).stdout
    assert out.count("data: [DONE]") == 1 and '"content":" said"' in out


def test_python(gateway):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(snippet("python", "OpenAI(").replace("http://localhost:8000", gateway.url), {})  # noqa: S102
    plain, streamed = said.getvalue().split("\n", 1)
    assert plain == streamed.strip() and plain.startswith('You said: "hello"')
