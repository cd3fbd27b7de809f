"""The backs: how the gateway is led to each vendor, and in which of the
vendor's formats a front's call arrives there."""

from formats import bedrock, chat, cohere, completions, gemini, messages, ollama, responses

FORMATS = {
    "chat": chat, "completions": completions, "responses": responses, "messages": messages, "gemini": gemini,
    "bedrock": bedrock, "cohere": cohere, "ollama": ollama,
}
FRONTS = ["chat", "completions", "responses", "messages", "gemini"]

# The model that a format's captures are of: one that thinks, and in the case of
# image one that sees, where that is another.
THINKS = {
    "chat": "gpt-5", "responses": "gpt-5", "messages": "claude-opus-5", "gemini": "gemini-3.5-flash",
    "bedrock": "global.anthropic.claude-opus-4-6-v1", "cohere": "command-a-reasoning-08-2025", "ollama": "gpt-oss:20b",
}
SEES = {"cohere": "command-a-vision-07-2025", "ollama": "gemma3"}

# A vendor's format, and what follows the upstream's address in api_base.
BACKS = {
    "openai": ("chat", "/v1"),
    "anthropic": ("messages", ""),
    "gemini": ("gemini", "/v1"),
    "bedrock": ("bedrock", ""),
    "cohere": ("cohere", ""),
    "ollama": ("ollama", ""),
}


def model_of(format, case):
    return SEES.get(format, THINKS[format]) if case == "image" else THINKS[format]


def format_of(front, back):
    """The format that arrives: of OpenAI's two the one that was asked in."""
    return "responses" if (front, back) == ("responses", "openai") else BACKS[back][0]


def group(back, front, case):
    """The gateway's name for a model whose upstream answers with a case's capture."""
    return f"{back}-{format_of(front, back)}-{case}"


def deployment(back, front, case, upstream):
    format = format_of(front, back)
    params = {"model": f"{back}/{model_of(format, case)}", "api_base": f"{upstream}/{format}/{case}{BACKS[back][1]}"}
    if back == "bedrock":
        params |= {"aws_access_key_id": "KEY", "aws_secret_access_key": "SECRET", "aws_region_name": "us-east-1"}
    else:
        params["api_key"] = "KEY"
    return {"model_name": group(back, front, case), "litellm_params": params}
