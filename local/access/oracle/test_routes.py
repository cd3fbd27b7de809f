"""access.tsv beside LiteLLM's own gate: which role may call which route there, by LiteLLMRoutes.

The gate decides by role and path, before a handler looks at whom a request is about. So a role may
call a route here if one of the route's rows in access.tsv is answered; of a route that not even the
master key is answered by, if it is told what the master key is. Every difference is a line of differences.txt, below its reason; every route of
LiteLLM's groups that is not offered here is a line of absent.txt, below its reason.
"""

import collections
import json
import pathlib
import re
import sys
import types

from fastapi import HTTPException, Request
from litellm.proxy._types import LiteLLM_OrganizationMembershipTable, LiteLLM_UserTable, LiteLLMRoutes, LitellmUserRoles, UserAPIKeyAuth
from litellm.proxy.auth.route_checks import RouteChecks

# The gate asks the running proxy for its settings, of which there are none.
sys.modules["litellm.proxy.proxy_server"] = types.SimpleNamespace(general_settings={}, premium_user=False)

HERE = pathlib.Path(__file__).parent

# The roles of access.tsv whose keys work, as LiteLLM's users. admin and master are let through by it.
ROLES = {
    "plain": None,
    "user": LitellmUserRoles.INTERNAL_USER,
    "viewer": LitellmUserRoles.INTERNAL_USER_VIEW_ONLY,
    "lead": LitellmUserRoles.INTERNAL_USER,
    "stranger": LitellmUserRoles.INTERNAL_USER,
    "chief": LitellmUserRoles.INTERNAL_USER,
    "auditor": LitellmUserRoles.PROXY_ADMIN_VIEW_ONLY,
}


def rows():
    header = None
    for line in (HERE.parent / "testdata" / "access.tsv").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if header is None:
            header = fields
            continue
        yield dict(zip(header, fields))


def user_of(who):
    if ROLES[who] is None:
        return None
    memberships = []
    if who == "chief":
        memberships = [LiteLLM_OrganizationMembershipTable(user_id=who, organization_id="acme", user_role="org_admin", created_at="2026-01-01", updated_at="2026-01-01")]
    return LiteLLM_UserTable(user_id=who, user_role=ROLES[who].value, organization_memberships=memberships, spend=0, user_email=None, models=[])


def theirs(who, row):
    """Whether LiteLLM's gate lets a role through with this request."""
    path, _, query = row["call"].partition("?")
    path = row["path"] if path == "=" else path
    if path in LiteLLMRoutes.public_routes.value:
        return True
    if who == "none":
        return False
    try:
        data = json.loads(row["body"])
    except ValueError:
        data = {}
    request = Request({"type": "http", "method": row["method"], "path": path, "query_string": query.encode(), "headers": []})
    token = UserAPIKeyAuth(user_id=who, user_role=ROLES[who], metadata={}, team_metadata={})
    token.allowed_routes = None
    try:
        RouteChecks.non_proxy_admin_allowed_routes_check(
            user_obj=user_of(who), _user_role=ROLES[who] and ROLES[who].value, route=path, request=request, valid_token=token, request_data=data
        )
    except HTTPException as refusal:
        assert refusal.status_code == 403
        return False
    except Exception as refusal:  # it raises bare ones, too
        assert "Only proxy admin can" in str(refusal)
        return False
    return True


def ours(who, asked):
    """Whether a role may do something by a route, of which these are the rows."""
    if any(int(r["master"]) < 400 for r in asked):
        return any(int(r[who]) < 400 for r in asked)
    return any(r[who] == r["master"] for r in asked)


def found():
    """The differences: (more or less, role, route)."""
    by_route = collections.defaultdict(list)
    for row in rows():
        if row["path"] != "/{path...}":  # what is nowhere
            by_route[row["method"] + " " + row["path"]].append(row)
    for route, asked in by_route.items():
        for who in ["none", *ROLES]:
            here, there = ours(who, asked), any(theirs(who, r) for r in asked)
            if here != there:
                yield ("more" if here else "less", who, route)


def said(name):
    """The lines of a file with the reason that they stand below."""
    reason = None
    for line in (HERE / name).read_text().splitlines():
        if line.startswith("= "):
            reason = line[2:]
        elif line and not line.startswith("#"):
            assert reason, f"{name}: {line} has no reason"
            yield line, reason


def test_differences():
    known = {}
    for line, reason in said("differences.txt"):
        way, roles, route = line.split(" ", 2)
        for who in roles.split(","):
            assert (way, who, route) not in known, f"{line} is said twice"
            known[way, who, route] = reason
    real = set(found())
    lines = collections.defaultdict(list)
    for way, who, route in sorted(real - set(known)):
        lines[way, route].append(who)
    unexplained = [f"{way} {','.join(who)} {route}" for (way, route), who in lines.items()]
    stale = [" ".join(d) for d in sorted(set(known) - real)]
    print(f"differences: {len(real)}, of {len(set(r['path'] for r in rows()))} paths, with {len(set(known.values()))} reasons")
    assert not unexplained, "differences.txt gives no reason for\n" + "\n".join(unexplained)
    assert not stale, "differences.txt explains what is no difference (any more):\n" + "\n".join(stale)


def normal(path):
    return re.sub(r"\{[^}]*\}", "{}", path.split("?")[0]).replace("/{}:", "/{}").rstrip("/") or "/"


def groups():
    for group in LiteLLMRoutes:
        if group.name == "openai_route_names":
            continue
        for path in group.value:
            yield group.name, path


def test_absent():
    here = {normal(r["path"]) for r in rows()}
    # /v1beta/models/{id...} is all of Google's methods, and a vendor's /{path...} its prefix and all below.
    here |= {normal(p) for _, p in groups() if re.match(r"/(v1beta/)?models/\{[^}]*\}:", p)}
    here |= {p.removesuffix("/{}") + end for p in list(here) if p.endswith("/{}") for end in ("", "/*")}
    real = {p for _, p in groups() if normal(p) not in here}
    known = {}
    for line, reason in said("absent.txt"):
        assert line not in known, f"{line} is said twice"
        known[line] = reason
    counts = collections.Counter(known.values())
    print(f"routes of LiteLLM's groups: {len({p for _, p in groups()})}, absent here: {len(real)}")
    for reason, n in counts.most_common():
        print(f"  {n}: {reason}")
    assert not real - set(known), "absent.txt gives no reason for\n" + "\n".join(sorted(real - set(known)))
    assert not set(known) - real, "absent.txt names what is offered, or is not LiteLLM's:\n" + "\n".join(sorted(set(known) - real))
