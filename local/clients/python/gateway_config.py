"""The gateway's config.yaml for these tests: one model group per vendor and
scenario of the fake upstream, named "openai-text" or "anthropic-text"."""

import json

MASTER_KEY = "sk-tollgate-master"
VENDORS = ["openai", "anthropic"]
CHATS = "cerebras"  # speaks OpenAI's chat and nothing else
COMPLETES = "text-completion-openai"  # OpenAI's models that complete texts
KEYS = {
    "openai": "sk-upstream-key",
    "anthropic": "sk-ant-upstream-key",
    "cohere": "sk-cohere-upstream-key",
    COMPLETES: "sk-completions-upstream-key",
}

SCENARIOS = """
text text-3 echo tool tools image json reasoning reasoning-content cached filtered
400-context 400-policy 401 403 429-7 429-once 500 503 529
overload overload-late cut cut-first reset-late garbage garbage-late html-502
slow-200ms slow-30s pace-40-20ms never
""".split() + [f"hold-{mode}-{vendor}" for mode in ("process", "lambda") for vendor in VENDORS]

# The gateway's own model, which answers every operation without an upstream.
DEMO = ["demo", "demo-tools", "demo-json", "demo-slow", "demo-cut", "demo-error-429"]


def deployment(vendor, scenario, upstream, group=None, **params):
    base = upstream if vendor in ("anthropic", "cohere") else f"{upstream}/v1"
    return {
        "model_name": group or f"{vendor}-{scenario}",
        "litellm_params": {"model": f"{vendor}/{scenario}", "api_base": base, "api_key": KEYS.get(vendor, "sk-any"), **params},
    }


def write(path, upstream):
    models, fallbacks = [], []
    for vendor in VENDORS:
        models += [deployment(vendor, s, upstream) for s in SCENARIOS]
        models.append(deployment(vendor, "slow-30s", upstream, f"{vendor}-impatient", timeout=0.5))
        for broken in ("500", "cut-first", "overload"):
            group = f"{vendor}-falls-back-{broken}"
            models.append(deployment(vendor, broken, upstream, group))
            fallbacks.append({group: [f"{vendor}-text"]})
    for vendor in (CHATS, COMPLETES, "cohere"):
        models += [deployment(vendor, s, upstream) for s in SCENARIOS]
    models += [{"model_name": name, "litellm_params": {"model": f"demo/{name}"}} for name in DEMO]
    config = {
        "model_list": models,
        "litellm_settings": {"num_retries": 0, "fallbacks": fallbacks},
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        "general_settings": {"master_key": MASTER_KEY},
    }
    path.write_text(json.dumps(config, indent=2))  # JSON is YAML
    return path
