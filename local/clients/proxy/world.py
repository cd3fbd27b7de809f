"""Requests to every route that LiteLLM and the gateway both have for who
administers, and something of each kind to send them about."""

import itertools

import requests
from conftest import MASTER_KEY

numbers = itertools.count(1)


class World:
    def __init__(self, url):
        self.url, self.session = url, requests.Session()

    def ask(self, method, path, query=None, body=None, key=MASTER_KEY):
        headers = {"Authorization": f"Bearer {key}"}
        reply = self.session.request(method, self.url + path, params=query or None, json=body if method != "GET" else None, headers=headers, timeout=20)
        return reply.status_code, reply.json() if reply.content else None

    def leader(self):
        """The key of a team's admin, whose team has a key of somebody else."""
        user = self.user()
        team = self.team(members_with_roles=[{"user_id": user, "role": "admin"}])
        self.key(team_id=team)
        return self.key(user_id=user, team_id=team)

    def make(self, path, body, shows, method="POST"):
        status, reply = self.ask(method, path, body=body)
        assert status < 300, (path, body, reply)
        return reply[shows]

    def name(self, kind):
        return f"{kind}-{next(numbers)}"

    def key(self, **body):
        return self.make("/key/generate", {"models": ["demo", "gpt-4o"], "max_budget": 90, **body}, "key")

    def user(self, **body):
        name = self.name("user")
        return self.make("/user/new", {"user_id": name, "user_email": f"{name}@example.com", "auto_create_key": False, **body}, "user_id")

    def team(self, **body):
        return self.make("/team/new", {"team_alias": self.name("team"), "models": ["demo", "gpt-4o"], **body}, "team_id")

    def organization(self, **body):
        return self.make("/organization/new", {"organization_alias": self.name("organization"), **body}, "organization_id")

    def project(self, **body):
        return self.make("/project/new", {"team_id": self.team(), **body}, "project_id")

    def budget(self, **body):
        return self.make("/budget/new", {"budget_id": self.name("budget"), "max_budget": 5, **body}, "budget_id")

    def customer(self, **body):
        return self.make("/customer/new", {"user_id": self.name("customer"), **body}, "user_id")

    def tag(self, **body):
        name = self.name("tag")
        self.make("/tag/new", {"name": name, **body}, "message")
        return name

    def group(self, **body):
        return self.make("/v1/access_group", {"access_group_name": self.name("group"), "access_model_names": ["demo"], **body}, "access_group_id")

    def credential(self):
        name = self.name("credential")
        self.make("/credentials", {"credential_name": name, "credential_values": {"api_key": "sk-values"}, "credential_info": {}}, "message")
        return name

    def model(self, **info):
        params = {"model": "demo/demo", "api_key": "sk-upstream-key"}
        return self.make("/model/new", {"model_name": self.name("model"), "litellm_params": params, "model_info": {"mode": "chat", **info}}, "model_id")

    def model_group(self):
        return self.make("/access_group/new", {"access_group": self.name("models"), "model_ids": [self.model()]}, "access_group")

    def member(self, kind="team"):
        """A team or an organization, and a user who is a member of it."""
        user = self.user()
        if kind == "team":
            return self.team(members_with_roles=[{"user_id": user, "role": "user"}]), user
        club = self.organization()
        self.make("/organization/member_add", {"organization_id": club, "member": {"user_id": user, "role": "internal_user"}}, "organization_id")
        return club, user


def member(w, kind):
    club, user = w.member(kind)
    return {f"{kind}_id": club, "user_id": user}


def change(w):
    """An entry of the audit log."""
    w.team()
    return w.ask("GET", "/audit", {"page_size": 1})[1]["audit_logs"][0]["id"]


# A request that each route takes: what its body or, of GET and what has a "?",
# its query must have. {name} in a path is made by the function of that name.
BASES = {
    "POST /key/generate": lambda w: {},
    "POST /key/service-account/generate": lambda w: {"team_id": w.team()},
    "POST /key/regenerate": lambda w: {"key": w.key()},
    "POST /key/{key}/regenerate": lambda w: {},
    "POST /key/{key}/reset_spend": lambda w: {"reset_to": 0},
    "POST /key/update": lambda w: {"key": w.key()},
    "POST /key/bulk_update": lambda w: {"keys": [{"key": w.key(), "max_budget": 3}]},
    "POST /key/delete": lambda w: {"keys": [w.key()]},
    "POST /key/block": lambda w: {"key": w.key()},
    "POST /key/unblock": lambda w: {"key": w.key(blocked=True)},
    "POST /key/health": lambda w: {},
    "GET /key/info": lambda w: {"key": w.key()},
    "GET /key/list": lambda w: {"return_full_object": "true", "size": 5},
    "GET /key/aliases": lambda w: {},
    "POST /model/new": lambda w: {"model_name": w.name("model"), "litellm_params": {"model": "demo/demo"}},
    "POST /model/update": lambda w: {"model_info": {"id": w.model()}},
    "PATCH /model/{model_id}/update": lambda w: {},
    "POST /model/delete": lambda w: {"id": w.model()},
    "GET /model/info": lambda w: {},
    "GET /v1/model/info": lambda w: {},
    "GET /model_group/info": lambda w: {},
    "POST /team/new": lambda w: {},
    "GET /team/info": lambda w: {"team_id": w.team()},
    "POST /team/update": lambda w: {"team_id": w.team()},
    "POST /team/delete": lambda w: {"team_ids": [w.team()]},
    "GET /team/list": lambda w: {},
    "GET /v2/team/list": lambda w: {"page_size": 5},
    "GET /team/available": lambda w: {},
    "POST /team/block": lambda w: {"team_id": w.team()},
    "POST /team/unblock": lambda w: {"team_id": w.team(blocked=True)},
    "POST /team/member_add": lambda w: {"team_id": w.team(), "member": {"user_id": w.user(), "role": "user"}},
    "POST /team/bulk_member_add": lambda w: {"team_id": w.team(), "members": [{"user_id": w.user(), "role": "user"}]},
    "POST /team/member_update": lambda w: member(w, "team"),
    "POST /team/member_delete": lambda w: member(w, "team"),
    "POST /team/model/add": lambda w: {"team_id": w.team(), "models": ["other"]},
    "POST /team/model/delete": lambda w: {"team_id": w.team(), "models": ["demo"]},
    "GET /team/permissions_list": lambda w: {"team_id": w.team()},
    "POST /team/permissions_update": lambda w: {"team_id": w.team(), "team_member_permissions": ["/key/info"]},
    "POST /user/new": lambda w: {"user_email": f"{w.name('new')}@example.com"},
    "GET /user/info": lambda w: {"user_id": w.user()},
    "POST /user/update": lambda w: {"user_id": w.user()},
    "POST /user/bulk_update": lambda w: {"users": [{"user_id": w.user(), "max_budget": 3}]},
    "POST /user/delete": lambda w: {"user_ids": [w.user()]},
    "GET /user/list": lambda w: {"page_size": 5},
    "GET /user/available_roles": lambda w: {},
    "POST /budget/new": lambda w: {},
    "POST /budget/update": lambda w: {"budget_id": w.budget()},
    "POST /budget/info": lambda w: {"budgets": [w.budget()]},
    "GET /budget/list": lambda w: {},
    "GET /budget/settings": lambda w: {"budget_id": w.budget()},
    "POST /budget/delete": lambda w: {"id": w.budget()},
    "POST /organization/new": lambda w: {"organization_alias": w.name("organization")},
    "PATCH /organization/update": lambda w: {"organization_id": w.organization()},
    "GET /organization/info": lambda w: {"organization_id": w.organization()},
    "POST /organization/info": lambda w: {"organizations": [w.organization()]},
    "GET /organization/list": lambda w: {},
    "DELETE /organization/delete": lambda w: {"organization_ids": [w.organization()]},
    "POST /organization/member_add": lambda w: {"organization_id": w.organization(), "member": {"user_id": w.user(), "role": "internal_user"}},
    "PATCH /organization/member_update": lambda w: member(w, "organization"),
    "DELETE /organization/member_delete": lambda w: member(w, "organization"),
    "POST /project/new": lambda w: {"team_id": w.team()},
    "POST /project/update": lambda w: {"project_id": w.project()},
    "GET /project/info": lambda w: {"project_id": w.project()},
    "GET /project/list": lambda w: {},
    "DELETE /project/delete": lambda w: {"project_ids": [w.project()]},
    "POST /tag/new": lambda w: {"name": w.name("tag")},
    "POST /tag/update": lambda w: {"name": w.tag()},
    "POST /tag/info": lambda w: {"names": [w.tag()]},
    "GET /tag/list": lambda w: {},
    "POST /tag/delete": lambda w: {"name": w.tag()},
    "POST /v1/access_group": lambda w: {"access_group_name": w.name("group")},
    "GET /v1/access_group": lambda w: {},
    "GET /v1/access_group/{group}": lambda w: {},
    "PUT /v1/access_group/{group}": lambda w: {},
    "DELETE /v1/access_group/{group}": lambda w: {},
    "POST /access_group/new": lambda w: {"access_group": w.name("models"), "model_ids": [w.model()]},
    "GET /access_group/list": lambda w: {},
    "GET /access_group/{model_group}/info": lambda w: {},
    "PUT /access_group/{model_group}/update": lambda w: {"model_ids": [w.model()]},
    "DELETE /access_group/{model_group}/delete": lambda w: {},
    "POST /credentials": lambda w: {"credential_name": w.name("credential"), "credential_values": {"api_key": "sk-values"}},
    "GET /credentials": lambda w: {},
    "GET /credentials/by_name/{credential}": lambda w: {},
    "GET /credentials/by_model/{model}": lambda w: {},
    "PATCH /credentials/{credential}": lambda w: {},
    "DELETE /credentials/{credential}": lambda w: {},
    "POST /customer/new": lambda w: {"user_id": w.name("customer")},
    "POST /customer/update": lambda w: {"user_id": w.customer()},
    "GET /customer/info": lambda w: {"end_user_id": w.customer()},
    "GET /customer/list": lambda w: {},
    "POST /customer/delete": lambda w: {"user_ids": [w.customer()]},
    "POST /customer/block": lambda w: {"user_ids": [w.customer()]},
    "POST /customer/unblock": lambda w: {"user_ids": [w.customer()]},
    "GET /audit": lambda w: {"page_size": 5},
    "GET /audit/{change}": lambda w: {},
}
BASES |= {name.replace("/v1/access_group", "/v1/unified_access_group"): base for name, base in list(BASES.items()) if "/v1/access_group" in name}


def path_of(w, path):
    """A path with its {names} filled in."""
    for kind, make in (("{key}", w.key), ("{model_id}", w.model), ("{model}", w.model), ("{model_group}", w.model_group), ("{group}", w.group), ("{credential}", w.credential), ("{change}", lambda: change(w))):
        if kind in path:
            path = path.replace(kind, make())
    return path
