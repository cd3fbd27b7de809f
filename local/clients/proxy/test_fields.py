"""Every field that LiteLLM's OpenAPI description has for who administers acts
here, or is refused by its name: none is taken and dropped."""

import collections
import json
import re

import fields
import pytest
import world

ROUTES = {route: (query, body) for route, query, body in fields.described()}
OURS = {fields.plain(route): route for route in world.BASES}
PAIRS = [
    (route, where, field)
    for route, (query, body) in sorted(ROUTES.items())
    if fields.plain(route) in OURS
    for where, names in (("query", query), ("body", body))
    for field in dict.fromkeys(names)
]
verdicts = collections.Counter()
replies = {}  # to requests without the field, by what they are

# Lists of everything, to which requests for a base add.
GROWING = ("/audit",)

# What is another at each request.
VOLATILE = re.compile(r'credential-[\w-]{22}|"(key|token|token_id|key_name|key_hash|id|created_at|updated_at|expires|last_rotation_at|last_refreshed_at)": ("[^"]*"|\[[^]]*\])|(user|team|organization|project|budget|customer|tag|group|credential|model|models|new|alias|address|value)-\d+|[0-9a-f]{64}|(?<![\w-])[\w-]{22}(?![\w-])|sk-\.\.\.\S{4}')


@pytest.fixture(scope="module")
def w(url):
    w = world.World(url)
    for n in range(12):  # for lists: some of each, that stand apart
        user = w.user(user_role="internal_user", max_budget=100 - n)
        w.key(team_id=w.team(), user_id=user, key_alias=w.name("alias"), spend=n)
    return w


def steady(reply):
    return VOLATILE.sub("*", json.dumps(reply))


def send(w, route, where, base, extra, key=world.MASTER_KEY):
    method, path = OURS[fields.plain(route)].split(" ", 1)
    path = world.path_of(w, path)
    query, body = (base, None) if method == "GET" else (None, base)
    if where == "query":
        query = {**(query or {}), **extra}
    else:
        body = {**(body or {}), **extra}
    status, reply = w.ask(method, path, query, body, key)
    return status, reply, known(w, path, reply, body or {})


def known(w, path, reply, body):
    """What else there is to see of what a request was about."""
    said = reply if isinstance(reply, dict) else {}
    found = {}
    for field, info in (("key", "/key/info"), ("team_id", "/team/info"), ("user_id", "/user/info"), ("organization_id", "/organization/info"), ("project_id", "/project/info")):
        value = said.get(field) or body.get(field)
        if isinstance(value, str) and value:
            found[field] = w.ask("GET", info, {field: value})
    if path.startswith("/customer/") and "user_id" in body:
        found["customer"] = w.ask("GET", "/customer/info", {"end_user_id": body["user_id"]})
    if path.startswith("/tag/") and "name" in body:
        found["tag"] = w.ask("POST", "/tag/info", body={"names": [body["name"]]})
    if path == "/user/new" and "user_id" in said:
        clubs = w.ask("GET", "/organization/list")[1]
        found["organizations"] = sum(m["user_id"] == said["user_id"] for club in clubs for m in club["members"])
    if path.startswith("/credentials"):
        name = body.get("credential_name") or path.removeprefix("/credentials/")
        found["credential"] = w.ask("GET", f"/credentials/by_name/{name}")
    if path.endswith("/regenerate"):
        old = body.get("key") or path.split("/")[2]
        found["old key"] = w.ask("GET", "/models", key=old)[0]
    return found


def value(w, route, where, field):
    of = [k for k in ((route, where, field), (route, field), field) if k in fields.VALUES]
    assert of, f"no value for {field}"
    v = fields.VALUES[of[0]]
    return v(w) if callable(v) else v


def goes_with(route, where, field):
    return next((fields.WITH[k] for k in ((route, where, field), (route, field), field) if k in fields.WITH), {})


def judge(w, route, where, field):
    """acts, refused or dropped."""
    also = goes_with(route, where, field)
    key = fields.AS[field](w) if field in fields.AS else world.MASTER_KEY

    def base():
        w.base = world.BASES[OURS[fields.plain(route)]](w)
        kept = {name: v for name, v in w.base.items() if name not in also}
        return kept | {name: v for name, v in also.items() if v is not None}

    def plainly():
        """What the request gets without the field; of what changes nothing, as it is now."""
        if route.startswith("GET"):
            return send(w, route, where, base(), {}, key)
        kind = (route, json.dumps(also), where)
        if kind not in replies:
            replies[kind] = send(w, route, where, base(), {}, key)
        return replies[kind]

    one = base()
    if field in one and where == ("query" if route.startswith("GET") else "body"):  # it is needed, or says which
        before, was, _ = plainly()
        assert before < 300, (route, one, was)
        status, reply, _ = send(w, route, where, {name: v for name, v in one.items() if name != field}, {}, key)
        return "acts" if status >= 400 or steady(reply) != steady(was) else "dropped"
    had = plainly()
    one = base()
    v = value(w, route, where, field)
    status, reply, _ = has = send(w, route, where, one, {field: v}, key)
    said = json.dumps(reply)
    if status >= 400:
        return "refused" if re.search(rf"\b{re.escape(field)}\b", said) else f"refused without its name: {status} {said[:200]}"
    if field in ("sort_by", "sort_order"):
        return "acts" if said != json.dumps(had[1]) else "dropped"
    shown = json.dumps(v)[1:-1] if isinstance(v, str) else json.dumps(v)
    if steady(has) != steady(had) or shown in json.dumps(has) and shown not in json.dumps(had):
        return "acts"
    return "dropped"


@pytest.mark.parametrize("route", [route for route in ROUTES if fields.plain(route) in OURS])
def test_steady(w, route):
    """The same request twice gets the same, but for what is another each time: so
    what differs with a field in it is due to the field."""
    base = world.BASES[OURS[fields.plain(route)]]
    if route.split(" ")[1] not in GROWING:
        assert steady(send(w, route, "", base(w), {})) == steady(send(w, route, "", base(w), {}))
    else:
        assert steady(send(w, route, "", {}, {})) == steady(send(w, route, "", {}, {}))


@pytest.mark.parametrize("route, where, field", PAIRS, ids=[" ".join(pair) for pair in PAIRS])
def test_field(w, route, where, field):
    verdict = judge(w, route, where, field)
    inert = fields.INERT.get((route, field), fields.INERT.get(field))
    if inert and verdict == "dropped":
        verdict = "inert"
    verdicts[verdict] += 1
    assert verdict in ("acts", "refused", "inert"), verdict


def test_counts(record_property, capsys):
    """Prints what became of all; test_field holds each."""
    with capsys.disabled():
        print(f"\nadmin fields: {verdicts['acts']} act, {verdicts['refused']} refused by name, {verdicts['inert']} inert for a reason, 0 ignored")
    assert sum(verdicts[v] for v in ("acts", "refused", "inert")) == len(PAIRS) == verdicts.total()
