"""Every route of LiteLLM's OpenAPI description is here, or lacking.txt says why
it is not."""

import pathlib
import re

import pytest
import requests
from conftest import MASTER_KEY
from litellm.proxy.proxy_server import app

THEIRS = sorted((method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods)


def lacking():
    lines = (pathlib.Path(__file__).parent / "lacking.txt").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


def reason(path):
    """The longest beginning of a path that lacking.txt has."""
    plain = re.sub(r"\{[^}]*\}", "{}", re.sub(r"^/v\d+(beta)?(?=/)", "", path))
    found = [begin for begin in lacking() if begin == plain or plain.startswith(begin + "/") and begin != "/"]
    return max(found, key=len, default=None)


@pytest.fixture(scope="module")
def here(url):
    """The routes that the gateway answers, by asking it for each of LiteLLM's."""
    found = set()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {MASTER_KEY}"
        for method, path in THEIRS:
            filled = re.sub(r"\{[^}]*\}", "x", path)
            reply = session.request(method, url + filled, data=b"{" if method in ("POST", "PUT", "PATCH") else None, timeout=30)
            if not (reply.status_code in (404, 405) and "there is no " + method in reply.text or reply.status_code == 405):
                found.add((method, path))
    return found


def test_routes(here, capsys):
    absent = [route for route in THEIRS if route not in here]
    unsaid = [f"{method} {path}" for method, path in absent if not reason(path)]
    assert not unsaid, f"lacking.txt does not say why there is no {unsaid}"
    needless = set(lacking()) - {reason(path) for _, path in absent}
    assert not needless, f"lacking.txt says why there is no {needless}, and nobody asks"
    with capsys.disabled():
        print(f"\nroutes of LiteLLM's description: {len(THEIRS)}, {len(here)} here, {len(absent)} not, for {len(set(lacking().values()))} reasons")
