"""The matrix once more, with npm's aimock for the vendors: what all the fronts'
packages hear of one set of fixtures, in six dialects that somebody else wrote.
"""

import json
import pathlib
import sys
import urllib.error
import urllib.request

import pytest

MATRIX = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(MATRIX), str(MATRIX.parent / "python")]

import captures
import cells
import departures
import openai
import processes
from backs import BACKS, FORMATS, deployment, group
from cases import expected
from fixtures import SAYS, fixtures
from server import Aimock

pytest_plugins = ["programs", "report"]

MASTER_KEY = "sk-tollgate-master"
SERVED = [cell for cell in cells.ALL if not cells.why_not(*cell)]
UNREADABLE = [cell for cell in cells.ALL if cell[:3] in cells.UNREADABLE]
INSTEAD = [c for c in cells.ALL if c not in SERVED + UNREADABLE and cells.why_not(*c) != "impossible"]


@pytest.fixture(scope="session")
def aimock(built):
    aimock = Aimock(fixtures(captures.WIRES), built)
    yield aimock
    aimock.stop()


@pytest.fixture(scope="session")
def gateway(program, built, aimock):
    models = {}
    for front, back, case, _ in cells.ALL:
        model = deployment(back, front, case, aimock.url)
        if back == "gemini":  # aimock has only this version
            model["litellm_params"]["api_base"] = f"{aimock.url}/gemini/{case}/v1beta"
        models[model["model_name"]] = model
    config = {
        "model_list": list(models.values()),
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        "general_settings": {"master_key": MASTER_KEY},
    }
    written = built / "aimock.yaml"
    written.write_text(json.dumps(config, indent=2))  # JSON is YAML
    gateway = processes.Gateway(program, written, built / "gateway.log")
    yield gateway
    gateway.stop()


def ask(gateway, front, back, case, mode):
    return FORMATS[front].ask(gateway.url, MASTER_KEY, group(back, front, case), case, mode == "stream")


def test_count(tally):
    """All cells of the matrix, each in one of the tests or impossible."""
    _, others = tally
    others.update(reason for reason in (cells.why_not(*cell) for cell in cells.ALL) if reason)
    assert len(cells.ALL) == 420 and {back for _, back, _, _ in SERVED} == set(BACKS)
    assert (len(SERVED), len(INSTEAD), len(UNREADABLE), others["impossible"]) == (330, 26, 16, 48)


@pytest.mark.parametrize("cell", SERVED, ids="-".join)
def test_served(gateway, tally, cell):
    heard = FORMATS[cell[0]].hear(ask(gateway, *cell))
    assert heard == expected(cells.heard_says(*cell), FORMATS[cell[0]])
    served, _ = tally
    served.add(cell)


@pytest.mark.parametrize("cell", INSTEAD, ids="-".join)
def test_vendor_wins(gateway, cell):
    """Nothing is read into a reply that is not in the vendor's words."""
    heard = FORMATS[cell[0]].hear(ask(gateway, *cell))
    assert heard == expected(cells.heard_says(*cell), FORMATS[cell[0]])


# What becomes of responses in a client, where that is more than missing details.
BROKEN = {
    ("length", "stream"): (AssertionError, None),  # the last event's name and the status differ
    ("refusal", "plain"): (openai.InternalServerError, "an error that says nothing"),  # failed, without an error
    ("refusal", "stream"): (AttributeError, "ResponseErrorEvent"),
}


@pytest.mark.parametrize("cell", UNREADABLE, ids="-".join)
def test_passed_on(gateway, cell):
    """A vendor's own client gets what the vendor wrote, be it wrong."""
    front, _, case, mode = cell
    if front == "gemini":
        with pytest.warns(UserWarning, match="FUNCTION_CALL is not a valid FinishReason"):
            ask(gateway, *cell)
    elif (case, mode) in BROKEN:
        kind, words = BROKEN[case, mode]
        with pytest.raises(kind, match=words):
            ask(gateway, *cell)
    else:
        assert ask(gateway, *cell).usage.output_tokens_details is None


DEPARTURES = [(row, mode) for row in departures.ROWS for mode in row.modes]


@pytest.mark.parametrize(("row", "mode"), DEPARTURES, ids=str)
def test_departure(aimock, row, mode):
    """aimock still departs; the row of one that does not is to be deleted."""
    format, _, version = row.format.partition("/")
    request = captures.load(format, "text" if row.case == "error" else row.case)[mode]["request"]
    path = request["path"] if version else request["path"].replace("/v1/models/", "/v1beta/models/")
    url = f"{aimock.url}/{format}/{row.case}{path}"
    try:
        reply = urllib.request.urlopen(urllib.request.Request(url, json.dumps(request["body"]).encode()), timeout=15)
    except urllib.error.HTTPError as error:
        reply = error
    with reply:
        text = reply.read().decode(errors="replace")
    assert reply.status == row.status
    assert row.has in text
    if row.lacks:
        assert SAYS[row.case]["text"][:6] in text and row.lacks not in text
