"""Every body that the gateway answers is one of OpenAI's or Anthropic's, whole."""

import pytest
from cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_reply(name, recorded, checker):
    """What a call is answered is right, and the check would see each fault in it."""
    call, reply = CASES[name], recorded(name)
    assert reply.bodies and (reply.status >= 400) == call.fails
    problems, unseen, looked = [], [], set()
    for kind, body in reply.bodies:
        wrong, found = checker.body(kind, body, call.vendor)
        problems += wrong
        assert wrong or found, f"nothing is required of {body}"
        alike = kind, frozenset(site for site, _ in found)  # a stream has many bodies of few shapes
        if not wrong and alike not in looked:
            looked.add(alike)
            unseen += checker.unseen(found, body)
    checker.tally.count(call, reply, unseen)
    assert not problems, "\n".join(dict.fromkeys(problems))
    assert not unseen, "\n".join(dict.fromkeys(unseen))
