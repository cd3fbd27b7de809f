"""The cells that cannot be: for each front and case the API's reason, where it
says so, and the parameter that the gateway's 400 names. They hold for every
back and mode, as it is the front's format that has no word for the case."""

API = "https://platform.openai.com/docs/api-reference/completions/create"

ROWS = {
    ("completions", "tool_call"): ("tools", "a completion has no tools", API),
    ("completions", "tool_result"): ("messages", "a completion has a prompt and no messages, so no tool's result", API),
    ("completions", "image"): ("prompt", "a prompt is texts or tokens", API),
    ("completions", "reasoning"): ("reasoning_effort", "a completion has no reasoning, nor a member to show it in", API),
}
