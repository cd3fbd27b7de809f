"""The cells that cannot be: for each front and case the parameter that the
gateway's 400 names, the reason it gives, and where the API says so. They hold
for every back and mode, as it is the front's format that has no word for the
case.

A reply's reasoning that nobody asked for is no such cell: a completion leaves
it out, and its usage counts it (core/format/completions/testdata/reasoning_stream.txt).
"""

API = "https://platform.openai.com/docs/api-reference/completions/create"

ROWS = {
    ("completions", "tool_call"): ("tools", "a completion has no tools", f"{API}: no tools, nor a call in a choice"),
    ("completions", "tool_result"): ("messages", "a completion has a prompt, and no messages", f"{API}: only prompt"),
    ("completions", "image"): (
        "prompt", "a list of texts, of tokens or of lists of tokens is needed", f"{API}#completions-create-prompt"
    ),
    ("completions", "reasoning"): (
        "reasoning_effort", "a completion does not show what a model thinks", f"{API}: no effort, and a choice is text"
    ),
}
