"""Every event of core/callback's webhook is LiteLLM's own WebhookEvent, member by member, in LiteLLM's order."""

import json
import pathlib

import pytest
from litellm.integrations.SlackAlerting.slack_alerting import SlackAlerting
from litellm.proxy._types import CallInfo, WebhookEvent

EVENTS = pathlib.Path(__file__).parents[3] / "callback" / "testdata" / "webhook.jsonl"

# The gateway's own event, which LiteLLM has no word for, and what it says besides.
OWN = {"key_expiring": {"expires"}}


def events():
    for line in EVENTS.read_text().splitlines():
        event = json.loads(line)
        yield pytest.param(event, id=event["event"])


@pytest.mark.parametrize("event", list(events()))
def test_event(event):
    extra = OWN.get(event["event"], set())
    fields = list(WebhookEvent.model_fields)
    assert [name for name in event if name not in extra] == fields
    if extra:
        event = {**event, "event": "threshold_crossed", "spend": 0.0}
    known = {name: event[name] for name in fields}
    said = json.loads(WebhookEvent(**known).model_dump_json())
    assert said == known


@pytest.mark.parametrize("event", [e for e in events() if e.values[0]["event"] not in OWN])
def test_message(event):
    """Slack's lines have the names and the order that LiteLLM gives them."""
    info = CallInfo(**{name: event[name] for name in CallInfo.model_fields})
    theirs = [line.split(":*")[0].strip("*") for line in SlackAlerting()._get_user_info_str(info.model_copy(update={"token": "-"})).splitlines()]
    texts = (EVENTS.parent / "slack.txt").read_text().split("\n----\n")
    ours = next(t for t in texts if event["event_message"] in t)
    assert [line.split(":*")[0].strip("*") for line in ours.splitlines() if line.startswith("*")] == theirs
