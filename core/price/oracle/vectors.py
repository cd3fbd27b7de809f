"""What LiteLLM says that every model of its price file costs.

    python vectors.py ../testdata/litellm.json.gz

The file has the usage of each case in our words (the fields of llm.Usage
and price.Call) and, for each model, what LiteLLM makes of the cases that the
model has a price for: [prompt, completion] in dollars, or why it fails.
"""

import gzip
import json
import os
import pathlib
import re
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # the wheel's file, not today's

import litellm  # noqa: E402
from litellm.cost_calculator import default_image_cost_calculator, default_video_cost_calculator  # noqa: E402
from litellm.litellm_core_utils.llm_cost_calc.utils import generic_cost_per_token  # noqa: E402
from litellm.litellm_core_utils.llm_cost_calc.tool_call_cost_tracking import StandardBuiltInToolCostTracking  # noqa: E402
from litellm.llms.base_llm.ocr.transformation import OCRResponse  # noqa: E402
from litellm.types.utils import (  # noqa: E402
    CacheCreationTokenDetails,
    CompletionTokensDetailsWrapper,
    ImageObject,
    ImageResponse,
    PromptTokensDetailsWrapper,
    Usage,
)

litellm.suppress_debug_info = True

SOURCE = "litellm==1.81.15"
PRICES = pathlib.Path(litellm.__file__).parent / "model_prices_and_context_window_backup.json"

# Prompt tokens are In + CacheRead + CacheWrite5m + CacheWrite1h.
TOKENS = {
    "plain": ({"In": 1003, "Out": 507}, ["input_cost_per_token", "output_cost_per_token"]),
    "cache read": ({"In": 1003, "CacheRead": 401, "Out": 507}, ["cache_read_input_token_cost"]),
    "cache write 5m": ({"In": 1003, "CacheWrite5m": 401, "Out": 507}, ["cache_creation_input_token_cost"]),
    "cache write 1h": ({"In": 1003, "CacheWrite1h": 401, "Out": 507}, ["cache_creation_input_token_cost_above_1hr"]),
    "audio in": ({"In": 1003, "AudioIn": 401, "Out": 507}, ["input_cost_per_audio_token"]),
    "audio out": ({"In": 1003, "AudioOut": 401, "Out": 507}, ["output_cost_per_audio_token"]),
    "image in": ({"In": 1003, "ImageIn": 401, "Out": 507}, ["input_cost_per_image_token"]),
    "image out": ({"In": 1003, "ImageOut": 401, "Out": 507}, ["output_cost_per_image_token"]),
    "reasoning": ({"In": 1003, "Reasoning": 401, "Out": 507}, ["output_cost_per_reasoning_token"]),
    "batch": ({"In": 1003, "Out": 507, "Tier": "batch"}, ["input_cost_per_token_batches", "input_cost_per_token_batch_requests"]),
    "priority": ({"In": 1003, "Out": 507, "Tier": "priority"}, ["input_cost_per_token_priority", "output_cost_per_token_priority"]),
    "priority, cache read": ({"In": 1003, "CacheRead": 401, "Out": 507, "Tier": "priority"}, ["cache_read_input_token_cost_priority"]),
    "priority, audio in": ({"In": 1003, "AudioIn": 401, "Out": 507, "Tier": "priority"}, ["input_cost_per_audio_token_priority"]),
    "flex": ({"In": 1003, "Out": 507, "Tier": "flex"}, ["input_cost_per_token_flex"]),
    "flex, cache read": ({"In": 1003, "CacheRead": 401, "Out": 507, "Tier": "flex"}, ["cache_read_input_token_cost_flex"]),
    "bands": ({"In": 300011, "Out": 507}, ["tiered_pricing"]),
    "bands, reasoning": ({"In": 300011, "Reasoning": 401, "Out": 507}, ["tiered_pricing"]),
    "bands, cache read": ({"In": 140011, "CacheRead": 150000, "Out": 507}, ["tiered_pricing"]),
}
for k in (128, 200):
    n = k * 1000
    TOKENS |= {
        f"at {k}k": ({"In": n, "Out": 507}, [f"input_cost_per_token_above_{k}k_tokens"]),
        f"above {k}k": ({"In": n + 1, "Out": 507}, [f"input_cost_per_token_above_{k}k_tokens"]),
        f"above {k}k, cache read": ({"In": 1003, "CacheRead": n, "Out": 507}, [f"cache_read_input_token_cost_above_{k}k_tokens"]),
        f"above {k}k, cache write 5m": ({"In": 1003, "CacheWrite5m": n, "Out": 507}, [f"cache_creation_input_token_cost_above_{k}k_tokens"]),
        f"above {k}k, cache write 1h": ({"In": 1003, "CacheWrite1h": n, "Out": 507}, [f"cache_creation_input_token_cost_above_1hr_above_{k}k_tokens"]),
        f"above {k}k, priority": ({"In": n + 1, "Out": 507, "Tier": "priority"}, [f"input_cost_per_token_above_{k}k_tokens_priority"]),
    }

PIECES = {
    "pictures": {"Images": 3},
    "characters": {"Characters": 1009},
    "sound": {"Millis": 61500},
    "film": {"Millis": 8000},
    "machine time": {"In": 1003, "Out": 507},
    "queries": {"Searches": 3},
    "pages": {"Pages": 7},
    "search low": {"Searches": 1},
    "search medium": {"Searches": 1},
    "search high": {"Searches": 1},
}
CALLS = {  # other members of price.Call
    "machine time": {"Elapsed": 1_500_000_000},
    "search low": {"SearchContext": "low"},
    "search high": {"SearchContext": "high"},
}


def usage(u):
    """LiteLLM's words for a usage."""
    prompt = u.get("In", 0) + u.get("CacheRead", 0) + u.get("CacheWrite5m", 0) + u.get("CacheWrite1h", 0)
    details = PromptTokensDetailsWrapper(
        cached_tokens=u.get("CacheRead", 0), audio_tokens=u.get("AudioIn", 0), image_tokens=u.get("ImageIn", 0)
    )
    if "CacheWrite5m" in u or "CacheWrite1h" in u:
        details.cache_creation_tokens = u.get("CacheWrite5m", 0) + u.get("CacheWrite1h", 0)
        details.cache_creation_token_details = CacheCreationTokenDetails(
            ephemeral_5m_input_tokens=u.get("CacheWrite5m", 0), ephemeral_1h_input_tokens=u.get("CacheWrite1h", 0)
        )
    made = None
    if {"Reasoning", "AudioOut", "ImageOut"} & u.keys():
        made = CompletionTokensDetailsWrapper(
            reasoning_tokens=u.get("Reasoning", 0), audio_tokens=u.get("AudioOut", 0), image_tokens=u.get("ImageOut", 0)
        )
    return Usage(
        prompt_tokens=prompt, completion_tokens=u.get("Out", 0), total_tokens=prompt + u.get("Out", 0),
        prompt_tokens_details=details, completion_tokens_details=made,
    )


def provider(name, row):
    if name.split("/")[0] == row["litellm_provider"]:
        return row["litellm_provider"]  # asking would log in to some
    try:
        return litellm.get_llm_provider(model=name)[1]
    except Exception:
        p = row["litellm_provider"]
        for family in ("vertex_ai", "bedrock", "fireworks_ai"):
            if p.startswith(family):
                return family
        return p


# Providers for which LiteLLM's cost_per_token leaves out what its
# generic_cost_per_token takes into account, and what: there the latter is asked.
LEAVES_OUT = {
    "azure": ("Tier", "AudioOut", "plain"),  # plain: gpt-4o-mini-tts by response time, even if there is none
    "fireworks_ai": ("CacheRead",),
    "vertex_ai": ("Tier", "CacheRead", "CacheWrite5m", "CacheWrite1h", "above"),
}
# Providers whose completion tokens are without those of reasoning.
REASONING_APART = ("perplexity", "xai")


def tokens(name, p, u, case="", **more):
    tier = u.get("Tier")
    if p in REASONING_APART and "Reasoning" in u:
        u = u | {"Out": u["Out"] - u["Reasoning"]}
        return litellm.cost_per_token(model=name, custom_llm_provider=p, usage_object=usage(u))
    if tier == "batch":
        more["call_type"] = "retrieve_batch"
    elif any(what in u or what in case for what in LEAVES_OUT.get(p, ())):
        return generic_cost_per_token(model=name, custom_llm_provider=p, usage=usage(u), service_tier=tier)
    elif tier:
        more["service_tier"] = tier
    return litellm.cost_per_token(
        model=name, custom_llm_provider=p, usage_object=usage(u),
        prompt_tokens=usage(u).prompt_tokens, completion_tokens=u.get("Out", 0), **more,
    )


def sound(name, row, p, seconds):
    """What a transcription costs. LiteLLM makes it free when the file has a
    price of 0 for the seconds of the answer: there its price for the seconds
    that a response takes is asked."""
    if row.get("output_cost_per_second") == 0 and row.get("input_cost_per_second"):
        return litellm.cost_per_token(model=name, custom_llm_provider=p, response_time_ms=1000 * seconds)
    return litellm.cost_per_token(model=name, custom_llm_provider=p, call_type="transcription", audio_transcription_file_duration=seconds)


SIZED = re.compile(r"^(?:(?P<provider>azure)/)?(?:(?P<quality>hd|standard|low|medium|high)/)?(?P<size>\d+-x-\d+)/(?:(?P<steps>50-steps|max-steps)/)?(?P<model>[^/]+)$")


def pictures(name, p, n):
    """What n pictures cost, and the members of price.Call for it."""
    parts = SIZED.match(name)
    made = ImageResponse(data=[ImageObject(url="u")] * n)
    if parts is None:
        return litellm.completion_cost(made, model=name, custom_llm_provider=p, call_type="image_generation"), {}
    call = {"Model": parts["model"], "Size": parts["size"].replace("-", "")}
    if parts["steps"]:
        call["Quality"] = parts["steps"]
        steps = {"50-steps": 50, "max-steps": 51}[parts["steps"]]
        cost = litellm.completion_cost(
            made, model=parts["model"], custom_llm_provider=p, call_type="image_generation",
            size=parts["size"], optional_params={"steps": steps},
        )
        return cost, call
    if parts["quality"]:
        call["Quality"] = parts["quality"]
    if parts["provider"]:  # its calculator never looks these up: the entry itself
        width, height = parts["size"].split("-x-")
        return litellm.model_cost[name]["input_cost_per_pixel"] * int(width) * int(height) * n, call
    return default_image_cost_calculator(model=parts["model"], quality=parts["quality"], custom_llm_provider=p, n=n, size=parts["size"]), call


def pieces(name, row, p):
    """Yields case, function giving (prompt, completion), members of price.Call."""
    has = lambda *keys: any(row.get(k) is not None for k in keys)  # noqa: E731
    mode = row.get("mode")
    if mode in ("image_generation", "image_edit") and has("input_cost_per_image", "output_cost_per_image", "input_cost_per_pixel"):
        yield "pictures", lambda: pictures(name, p, 3)
    if mode == "audio_speech" and has("input_cost_per_character"):
        yield "characters", lambda: litellm.cost_per_token(model=name, custom_llm_provider=p, call_type="speech", prompt_characters=1009)
    if mode == "audio_transcription" and has("input_cost_per_second", "output_cost_per_second"):
        yield "sound", lambda: sound(name, row, p, 61.5)
    if mode == "video_generation" and has("output_cost_per_video_per_second", "output_cost_per_second"):
        yield "film", lambda: default_video_cost_calculator(model=name, duration_seconds=8.0, custom_llm_provider=p)
    if mode in ("chat", "completion") and has("input_cost_per_second", "output_cost_per_second") and not has("input_cost_per_token", "output_cost_per_token"):
        yield "machine time", lambda: tokens(name, p, PIECES["machine time"], response_time_ms=1500.0)
    if mode == "rerank" and has("input_cost_per_query"):
        yield "queries", lambda: litellm.cost_per_token(model=name, custom_llm_provider=p, call_type="rerank", rerank_billed_units={"search_units": 3})
    if mode == "search" and has("input_cost_per_query", "tiered_pricing"):
        yield "queries", lambda: litellm.cost_per_token(model=name, custom_llm_provider=p, call_type="search", number_of_queries=3)
    if mode == "ocr" and has("ocr_cost_per_page"):
        document = OCRResponse(pages=[], model=name, usage_info={"pages_processed": 7})
        yield "pages", lambda: litellm.cost_per_token(model=name, custom_llm_provider=p, call_type="ocr", response=document)
    for size in ("low", "medium", "high"):
        if has("search_context_cost_per_query"):
            yield f"search {size}", lambda size=size: StandardBuiltInToolCostTracking.get_cost_for_web_search(
                web_search_options={"search_context_size": size}, model_info=litellm.get_model_info(name, p)
            )


# Names that a model is known by besides the one it is listed under.
NAMES = [
    ("gpt-4o", None), ("openai/gpt-4o", None), ("gpt-4o", "openai"), ("openai/gpt-4o", "openai"), ("GPT-4o", "openai"),
    ("ft:gpt-4o-2024-08-06:org:suffix:id", "openai"), ("ft:gpt-3.5-turbo:org:suffix:id", None),
    ("claude-sonnet-4-5", "anthropic"), ("anthropic/claude-sonnet-4-5", None),
    ("us.anthropic.claude-3-haiku-20240307-v1:0", "bedrock"), ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock"),
    ("apac.anthropic.claude-3-haiku-20240307-v1:0", "bedrock"), ("us.anthropic.claude-opus-4-5-20251101-v1:0", "bedrock"),
    ("jp.meta.llama3-8b-instruct-v1:0", "bedrock"), ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", "bedrock"),
    ("bedrock/us-east-1/anthropic.claude-v2:1", None), ("us-east-1/mistral.mistral-7b-instruct-v0:2", "bedrock"),
    ("converse/anthropic.claude-3-haiku-20240307-v1:0", "bedrock"), ("bedrock/converse/us.anthropic.claude-3-haiku-20240307-v1:0", None),
    ("anthropic.claude-3-5-sonnet-20241022-v2:0:51k", "bedrock"), ("anthropic.claude-3-haiku-20240307-v1:0", "bedrock_converse"),
    ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", "bedrock"),
    ("gemini-2.5-pro", "gemini"), ("gemini/gemini-2.0-flash-001", None), ("gemini-2.0-flash-lite-001", "gemini"),
    ("gemini-1.5-pro-002", "vertex_ai"), ("vertex_ai/gemini-2.5-flash", None), ("gemini-2.0-flash-099", "vertex_ai"),
    ("claude-3-5-sonnet@20240620", "vertex_ai"), ("llama3-405b-instruct-maas", "vertex_ai"), ("mistral-large", "vertex_ai"),
    ("azure/gpt-4o", None), ("gpt-4o", "azure"), ("gpt-4o-mini", "azure_ai"), ("gpt-35-turbo", "azure"),
    ("groq/llama-3.1-8b-instant", None), ("llama-3.1-8b-instant", "groq"),
    ("accounts/fireworks/models/kimi-k2-instruct", "fireworks_ai"), ("kimi-k2p5", "fireworks_ai"),
    ("mistral-large-latest", "mistral"), ("command-r-plus", "cohere_chat"), ("deepseek-chat", "deepseek"), ("grok-4", "xai"),
    ("openrouter/anthropic/claude-3.5-sonnet", None), ("gpt-4o", "github"), ("gpt-4o", "litellm_proxy"), ("nope", "openai"), ("gpt-4o", "anthropic"),
]


def known(name, p):
    try:
        return litellm.get_model_info(name, p)["key"]
    except Exception:
        return ""


CAPABILITIES = sorted({k for row in litellm.model_cost.values() for k in row if k.startswith("supports_")})


KEPT = litellm.utils._get_model_info_helper("gpt-4o", "openai").keys()


def supports(name, p):
    """What the supports_ functions say, without "supports_". Members that
    get_model_info leaves out are always false: there the file is asked first."""
    found, row = [], litellm.model_cost[known(name, p) or name]
    if not known(name, p):
        p = row["litellm_provider"]  # as for costs
    for key in CAPABILITIES:
        if key not in KEPT and row.get(key) is not None:
            yes = row[key]
        elif key == "supports_response_schema":
            yes = litellm.supports_response_schema(name, p)
        else:
            yes = litellm.utils._supports_factory(name, p, key)
        if yes:
            found.append(key.removeprefix("supports_"))
    return found


def everything():
    """All cases of all models that have a price for them, and what the models can do."""
    rows = json.loads(PRICES.read_text())
    del rows["sample_spec"]
    models = []
    for name in sorted(rows):
        row, p = rows[name], provider(name, rows[name])
        costs, calls = {}, {}
        for case, (u, keys) in TOKENS.items():
            if any(row.get(k) is not None for k in keys) and not (case.startswith("bands") and "max_results_range" in str(row)):
                costs[case] = result(lambda: tokens(name, p, u, case))
                if isinstance(costs[case], str):  # the entry is another provider's: LiteLLM cannot find it as this one's
                    costs[case] = result(lambda: tokens(name, row["litellm_provider"], u, case))
        for case, f in pieces(name, row, p):
            cost = result(f)
            if isinstance(cost, list) and len(cost) == 2 and isinstance(cost[1], dict):
                cost, calls[case] = cost
            costs[case] = cost
        model = {"model": name, "provider": p, "costs": costs}
        if any(calls.values()):
            model["calls"] = calls
        if p not in ("github_copilot", "chatgpt"):  # asking would log in
            model["supports"] = supports(name, p)
        if "max_output_tokens" in row or "max_tokens" in row:
            model["most"] = litellm.get_max_tokens(name)
        models.append(model)
    cases = {case: {"Usage": u} for case, (u, _) in TOKENS.items()} | {case: {"Usage": u} | CALLS.get(case, {}) for case, u in PIECES.items()}
    names = [[name, p or "", known(name, p)] for name, p in NAMES]
    return {"source": SOURCE, "cases": cases, "names": names, "models": models}


def result(f):
    try:
        cost = f()
    except Exception as e:
        return "fails: " + type(e).__name__
    return list(cost) if isinstance(cost, tuple) else cost


def text(found):
    """One line per model, so that a change is a line's."""
    lines = ",\n".join(json.dumps(m, separators=(",", ":")) for m in found["models"])
    head = ",\n".join(f'"{key}":{json.dumps(found[key])}' for key in ("source", "cases", "names"))
    return '{%s,\n"models":[\n%s\n]}\n' % (head, lines)


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_bytes(gzip.compress(text(everything()).encode(), mtime=0))
