"""What LiteLLM's own OpenAPI description lets administrators say, and a valid
value of each field."""

import re

from litellm.proxy.proxy_server import app

# The parts of LiteLLM's API that are for who administers keys, people and models.
PARTS = ("key", "team", "user", "organization", "project", "budget", "customer", "tag", "credentials", "access_group", "unified_access_group", "audit", "model", "model_group")


def part(path):
    return re.sub(r"^/v\d+", "", path).split("/")[1]


def described():
    """Each route: its fields of the query, and those of the body."""
    spec = app.openapi()
    for path, methods in spec["paths"].items():
        if part(path) in PARTS:
            for method, about in methods.items():
                query = [p["name"] for p in about.get("parameters", []) if p["in"] == "query"]
                body = [f for content in about.get("requestBody", {}).get("content", {}).values() for f in members(spec, content["schema"])]
                yield f"{method.upper()} {path}", query, body


def members(spec, schema):
    while "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].split("/")[-1]]
    inner = [m for kind in ("allOf", "anyOf", "oneOf") for s in schema.get(kind, []) for m in members(spec, s)]
    return inner + list(schema.get("properties", {}))


def plain(route):
    """A route with its path's names left out."""
    return re.sub(r"\{[^}]*\}", "{}", route)


# A value that LiteLLM takes, made anew where it must be somebody's or nobody's.
# A route's own comes first: (route, field).
VALUES = {
    "key_alias": lambda w: w.name("alias"),
    "duration": "1h",
    "models": ["demo"],
    "spend": 1.25,
    "max_budget": 7.5,
    "user_id": lambda w: w.user(),
    "team_id": lambda w: w.team(),
    "max_parallel_requests": 3,
    "metadata": {"color": "blue"},
    "tpm_limit": 1000,
    "rpm_limit": 50,
    "budget_duration": "30d",
    "budget_reset_at": "2030-01-01T00:00:00Z",
    "allowed_cache_controls": ["no-cache"],
    "config": {"a": 1},
    "permissions": {"get_spend_routes": True},
    "model_max_budget": {"demo": {"budget_limit": 1, "time_period": "1d"}},
    "model_rpm_limit": {"demo": 5},
    "model_tpm_limit": {"demo": 500},
    "guardrails": ["pii"],
    "policies": ["strict"],
    "prompts": ["greeting"],
    "blocked": True,
    "aliases": {"mine": "demo"},
    "object_permission": {"mcp_servers": ["wiki"]},
    "key": lambda w: f"sk-chosen-{w.name('value')}",
    ("POST /key/regenerate", "query", "key"): lambda w: w.key(),
    "budget_id": lambda w: w.budget(),
    "tags": ["lab"],
    "enforced_params": ["user"],
    "allowed_routes": ["/chat/completions"],
    "allowed_passthrough_routes": ["/through"],
    "allowed_vector_store_indexes": [{"index_name": "i", "index_permissions": ["read"]}],
    "rpm_limit_type": "best_effort_throughput",
    "tpm_limit_type": "best_effort_throughput",
    "router_settings": {"num_retries": 3},
    "access_group_ids": lambda w: [w.group()],
    "soft_budget": 3,
    "send_invite_email": True,
    "key_type": "llm_api",
    "auto_rotate": True,
    "rotation_interval": "30d",
    "organization_id": lambda w: w.organization(),
    "project_id": lambda w: w.project(),
    "temp_budget_increase": 2,
    "temp_budget_expiry": "2030-01-01T00:00:00Z",
    "new_key": lambda w: f"sk-new-{w.name('value')}",
    "new_master_key": "sk-another-master",
    "grace_period": "1h",
    "user_email": lambda w: f"{w.name('address')}@example.com",
    "user_alias": "Somebody",
    "user_role": "proxy_admin_viewer",
    "teams": lambda w: [w.team()],
    "auto_create_key": False,
    "sso_user_id": lambda w: w.name("sso"),
    "organizations": lambda w: [w.organization()],
    "password": "hunter-2",
    "team_alias": lambda w: w.name("renamed"),
    "admins": ["ada"],
    "members": ["ada"],
    "members_with_roles": lambda w: [{"user_id": w.user(), "role": "user"}],
    "team_member_permissions": ["/key/generate"],
    "model_aliases": {"mine": "demo"},
    "secret_manager_settings": {"a": "b"},
    "team_member_budget": 4,
    "team_member_budget_duration": "7d",
    "team_member_rpm_limit": 6,
    "team_member_tpm_limit": 600,
    "team_member_key_duration": "1d",
    "all_users": True,
    "max_budget_in_team": 6.5,
    "max_budget_in_organization": 6.5,
    "role": "admin",
    "organization_alias": lambda w: w.name("renamed"),
    "project_alias": "Renamed",
    "description": "what it is for",
    "alias": "Renamed",
    "allowed_model_region": "eu",
    "default_model": "demo",
    "name": lambda w: w.name("named"),
    "model_info": {"demo": "a model"},
    "access_group_name": lambda w: w.name("renamed"),
    "access_model_names": ["gpt-4o"],
    "access_mcp_server_ids": ["wiki"],
    "access_agent_ids": ["agent"],
    "assigned_team_ids": lambda w: [w.team()],
    "assigned_key_ids": ["some-key"],
    "model_id": lambda w: w.model(),
    "credential_name": lambda w: w.name("renamed"),
    "credential_info": {"where": "here"},
    "credential_values": {"api_key": "sk-others"},
    "model_name": lambda w: w.name("renamed"),
    "litellm_params": {"model": "demo/demo-json"},
    "litellm_model_id": lambda w: w.model(),
    "model_group": "demo",
    "model_names": lambda w: [w.ask("GET", "/model/info", {"litellm_model_id": w.model()})[1]["data"][0]["model_name"]],
    "model_ids": lambda w: [w.model()],
    "keys": lambda w: [w.key()],
    "key_aliases": lambda w: [w.ask("GET", "/key/info", {"key": w.key(key_alias=w.name("alias"))})[1]["info"]["key_alias"]],
    "user_updates": {"max_budget": 3},
    # of queries
    "page": 2,
    "size": 1,
    "page_size": 1,
    "key_hash": "0" * 64,
    "return_full_object": "true",
    "include_team_keys": "true",
    "include_created_by_keys": "true",
    "sort_by": "spend",
    "sort_order": "asc",
    "expand": "user",
    "status": "deleted",
    "user_ids": lambda w: w.user(),
    "sso_user_ids": lambda w: w.name("nobody"),
    "team": lambda w: w.team(),
    "org_id": lambda w: w.organization(),
    "org_alias": "nobody's",
    "response_model": "x",
    "changed_by": "nobody",
    "changed_by_api_key": "nobody",
    "action": "blocked",
    "table_name": "LiteLLM_UserTable",
    "object_id": "nothing",
    "start_date": "2100-01-01T00:00:00Z",
    "end_date": "2026-01-02T00:00:00Z",
    ("PATCH /organization/member_update", "role"): "org_admin",
    ("GET /user/list", "role"): "proxy_admin_viewer",
    ("GET /user/list", "sort_by"): "user_email",
    ("GET /v2/team/list", "sort_by"): "team_alias",
    ("GET /audit", "sort_by"): "action",
    ("GET /user/list", "sort_order"): "desc",
    ("GET /v2/team/list", "sort_order"): "desc",
    ("PATCH /credentials/{credential_name}", "credential_values"): {"another": "sk-others"},
    ("POST /model/new", "model_info"): {"id": "chosen", "max_tokens": 7},
    ("POST /tag/info", "names"): ["nothing"],
}

MEMBERS = ("POST /team/member_update", "POST /team/member_delete", "PATCH /organization/member_update", "DELETE /organization/member_delete")
VALUES |= {(route, "user_email"): lambda w: f"{w.base['user_id']}@example.com" for route in MEMBERS}

# What goes with a field in a request, so that it means something; None takes
# another field out of it.
WITH = {route: {"user_id": None} for route in [(r, "user_email") for r in MEMBERS]} | {
    "auto_rotate": {"rotation_interval": "30d"},
    "rotation_interval": {"auto_rotate": True},
    "temp_budget_increase": {"temp_budget_expiry": "2030-01-01T00:00:00Z"},
    "temp_budget_expiry": {"temp_budget_increase": 2},
    "team_member_budget_duration": {"team_member_budget": 4},
    "include_created_by_keys": {"user_id": "default_user_id"},
    "key_aliases": {"keys": None},
    ("GET /user/list", "sort_order"): {"sort_by": "user_email"},
    ("GET /v2/team/list", "sort_order"): {"sort_by": "team_alias"},
    ("POST /key/regenerate", "query", "key"): {"key": None},
    ("POST /access_group/new", "model_names"): {"model_ids": None},
    ("PUT /access_group/{access_group}/update", "model_names"): {"model_ids": None},
    ("POST /user/bulk_update", "all_users"): {"users": None, "user_updates": {"metadata": {"color": "red"}}},
    ("POST /user/bulk_update", "user_updates"): {"users": None, "all_users": True},
}

# Who asks, where it is not the holder of the master key: with the keys of teams.
AS = {"include_team_keys": lambda w: w.leader()}

# Fields that are taken and change nothing, and why nobody misses anything.
INERT = {
    "send_invite_email": "no mail is sent",
    ("GET /team/available", "response_model"): "a slip in LiteLLM's own description: a Python argument",
    ("POST /tag/new", "model_info"): "says again what models are called",
    ("POST /tag/update", "model_info"): "says again what models are called",
    ("GET /credentials/by_name/{credential_name}", "model_id"): "an argument of LiteLLM's other route, by_model",
    ("GET /credentials/by_model/{model_id}", "credential_name"): "an argument of LiteLLM's other route, by_name",
}
