"""What a LiteLLM proxy keeps in the tests, by its names of tables and columns:
FIRST, and LATER, when some of it has changed.

It is noon on 21 November 2026. Keys are the SHA-256 of "sk-moving-" and their
alias.
"""

import copy
import hashlib

MONTH, DAY, WEEK = "2026-12-01T00:00:00+00:00", "2026-11-22T00:00:00+00:00", "2026-11-23T00:00:00+00:00"
HOUR = "2026-11-21T12:20:00+00:00"
BY = {"created_by": "default_user_id", "updated_by": "default_user_id"}


def value(alias):
    return f"sk-moving-{alias}"


def key(alias, **columns):
    token = hashlib.sha256(value(alias).encode()).hexdigest()
    return {"token": token, "key_name": f"sk-...{alias[-4:]}", "key_alias": alias, **columns}


FIRST = {
    "LiteLLM_BudgetTable": [
        {"budget_id": "organizations", "max_budget": 100, "budget_duration": "30d", "budget_reset_at": MONTH, **BY},
        {"budget_id": "members", "max_budget": 3, "budget_duration": "1d", "budget_reset_at": DAY, "tpm_limit": 1000, **BY},
        {"budget_id": "each-member", "max_budget": 2, "budget_duration": "30d", "rpm_limit": 7, **BY},
        {"budget_id": "shared", "max_budget": 20.5, "budget_duration": "7d", "budget_reset_at": WEEK, **BY},
        {"budget_id": "hourly", "max_budget": 1, "budget_duration": "1h", "budget_reset_at": HOUR, **BY},
        {"budget_id": "soft", "soft_budget": 4, **BY},
        {"budget_id": "huge", "max_budget": 1e9, "model_max_budget": {"gpt-4o": {"budget_limit": 1, "time_period": "1d"}}, **BY},
    ],
    "LiteLLM_AccessGroupTable": [
        {"access_group_id": "g-fast", "access_group_name": "fast", "access_model_names": ["gpt-4o-mini"], "assigned_team_ids": ["research"]},
    ],
    "LiteLLM_OrganizationTable": [
        {
            "organization_id": "acme", "organization_alias": "Acme", "budget_id": "organizations", "spend": 7.5,
            "models": ["gpt-4o", "gpt-4o-mini"], "metadata": {"model_rpm_limit": {"gpt-4o": 50}, "floor": 3}, **BY,
        },
    ],
    "LiteLLM_OrganizationMembership": [
        {"user_id": "ada", "organization_id": "acme", "user_role": "org_admin", "spend": 0.1, "budget_id": "members"},
        {"user_id": "bob", "organization_id": "acme", "user_role": "internal_user"},
    ],
    "LiteLLM_UserTable": [
        {"user_id": "default_user_id", "user_role": "proxy_admin", "spend": 3},
        {"user_id": "ada", "user_email": "ada@example.com", "user_role": "internal_user", "spend": 1.5, "teams": ["research"]},
        {"user_id": "bob", "user_email": "bob@example.com", "user_alias": "Bob", "max_budget": 10, "spend": 4.25, "models": ["gpt-4o"]},
        {"user_id": "eve", "user_role": "proxy_admin_viewer", "max_budget": 1, "budget_duration": "1h", "budget_reset_at": HOUR, "spend": 0.5, "tpm_limit": 0},
        {"user_id": "twin", "user_email": "ADA@example.com", "user_role": "internal_user_viewer"},
        {"user_id": "odd", "user_role": "org_admin"},
    ],
    "LiteLLM_ModelTable": [{"id": 1, "model_aliases": {"best": "gpt-4o"}, **BY}],
    "LiteLLM_TeamTable": [
        {
            "team_id": "research", "team_alias": "Research", "organization_id": "acme", "max_budget": 50, "budget_duration": "30d",
            "budget_reset_at": MONTH, "spend": 12.34, "models": ["gpt-4o"], "model_id": 1, "access_group_ids": ["g-fast"],
            "members_with_roles": [
                {"user_id": "ada", "user_email": None, "role": "admin"},
                {"user_id": None, "user_email": "bob@example.com", "role": "user"},
                {"user_id": None, "user_email": "nobody@example.com", "role": "user"},
            ],
            "metadata": {"tags": ["lab"], "guardrails": ["pii"], "team_member_budget_id": "each-member", "room": 12},
            "team_member_permissions": ["/key/generate", "/key/info"], "model_max_budget": {"gpt-4o": {"budget_limit": 5, "time_period": "1d"}},
        },
        {"team_id": "closed", "blocked": True, "admins": ["bob"], "members": ["bob", "eve"], "spend": 0.25},
    ],
    "LiteLLM_TeamMembership": [
        {"user_id": "ada", "team_id": "research", "spend": 0.3, "budget_id": "members"},
        {"user_id": "bob", "team_id": "research", "spend": 0.2, "budget_id": "each-member"},
    ],
    "LiteLLM_ProjectTable": [
        {
            "project_id": "search", "project_alias": "Search", "team_id": "research", "budget_id": "shared", "spend": 0.75,
            "models": ["gpt-4o"], "model_tpm_limit": {"gpt-4o": 900}, "blocked": False, **BY,
        },
    ],
    "LiteLLM_TagTable": [{"tag_name": "lab", "description": "the laboratory", "models": ["gpt-4o"], "budget_id": "shared"}],
    "LiteLLM_EndUserTable": [
        {"user_id": "customer-1", "spend": 0.01, "budget_id": "shared", "alias": "First"},
        {"user_id": "customer-2", "blocked": True, "allowed_model_region": "eu", "default_model": "gpt-4o"},
    ],
    "LiteLLM_ObjectPermissionTable": [{"object_permission_id": "op-1", "mcp_servers": ["wiki"]}],
    "LiteLLM_VerificationToken": [
        key("plain", spend=0.5, user_id="ada", models=["gpt-4o"], aliases={"best": "gpt-4o"}),
        key("forever", spend=0.0000001234567, max_budget=2, max_parallel_requests=3),
        key("month", spend=0.5, max_budget=2, budget_duration="30d", budget_reset_at=MONTH),
        key("hour", spend=0.125, max_budget=1, budget_duration="1h", budget_reset_at=HOUR, rpm_limit=60, tpm_limit=0),
        key("over", spend=0.9, max_budget=1, budget_duration="1h", budget_reset_at="2026-11-21T11:00:00+00:00"),
        key("shared", spend=1, budget_id="shared"),
        key("hourly", spend=0.25, budget_id="hourly"),
        key("soft", spend=1, budget_id="soft"),
        key("huge", max_budget=1e8, budget_id="huge"),
        key("team", spend=2, team_id="research", organization_id="elsewhere", project_id="search", models=["gpt-4o", "o3"], access_group_ids=["g-fast"]),
        key("orphan", team_id="gone", spend=1),
        key("expired", expires="2026-11-01T00:00:00+00:00"),
        key("stopped", blocked=True),
        key(
            "words", metadata={
                "tags": ["a"], "model_rpm_limit": {"gpt-4o": 5}, "rpm_limit_type": "best_effort_throughput", "enforced_params": ["user"],
                "temp_budget_increase": 1.5, "temp_budget_expiry": "2026-12-24T00:00:00+00:00", "cost_center": "42",
            },
            allowed_routes=["/chat/completions"], allowed_cache_controls=["no-cache"], permissions={"get_spend_routes": True},
            model_max_budget={"gpt-4o": {"budget_limit": "0.5", "time_period": "1d"}}, auto_rotate=True, rotation_interval="30d",
            key_rotation_at=MONTH, rotation_count=2, object_permission_id="op-1", model_spend={"gpt-4o": 0.1},
        ),
    ],
    "credentials": [{"credential_name": "azure", "credential_values": {"api_key": "sk-canary-0123456789"}, "credential_info": {}}],
    "models": [{"model_name": "gpt-4o", "litellm_params": {"model": "openai/gpt-4o", "api_key": "sk-canary-9876543210"}, "model_info": {"id": "stored", "db_model": True}}],
}


def later():
    rows = copy.deepcopy(FIRST)
    keys = {k["key_alias"]: k for k in rows["LiteLLM_VerificationToken"]}
    users = {u["user_id"]: u for u in rows["LiteLLM_UserTable"]}
    teams = {t["team_id"]: t for t in rows["LiteLLM_TeamTable"]}
    keys["month"].update(spend=0.9, models=["gpt-4o"], max_budget=3)
    keys["forever"].update(spend=0.75)
    keys["hour"].update(spend=0.1, budget_reset_at="2026-11-21T13:20:00+00:00")  # begun anew
    keys["shared"].update(spend=1, blocked=True)
    rotated = key("rotated", spend=0.6, user_id="ada", models=["gpt-4o"])  # plain's new value
    rotated["key_alias"] = "plain"
    rows["LiteLLM_VerificationToken"].remove(keys["plain"])
    rows["LiteLLM_VerificationToken"].append(rotated)
    users["bob"].update(spend=5, max_budget=None, models=["gpt-4o", "gpt-4o-mini"])
    rows["LiteLLM_UserTable"].remove(users["twin"])
    teams["research"].update(team_alias="Research & Co", spend=13, max_budget=60)
    del teams["research"]["members_with_roles"][1]
    rows["LiteLLM_TeamMembership"][0].update(spend=0.4)
    return rows


LATER = later()
