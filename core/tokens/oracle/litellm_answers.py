"""Fills in what LiteLLM answers: the "want" of each case in ../testdata/litellm.json.

A case names a function of litellm and its arguments. To add one, add a line
without "want" and run this with the packages of requirements.txt. "error" stands
for any exception: the texts are ours.
"""

import json
import os
from pathlib import Path

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402  reads the variable

# Vocabularies that are not in its package would be downloaded.
litellm.disable_hf_tokenizer_download = True


def answer(case):
    function = getattr(litellm.utils, case["call"])
    try:
        return json.loads(json.dumps(function(**case["args"])))
    except Exception:
        return "error"


def main():
    file = Path(__file__).parent.parent / "testdata" / "litellm.json"
    cases = json.loads(file.read_text())
    for case in cases:
        case["want"] = answer(case)
    lines = ",\n".join(json.dumps(case) for case in cases)
    file.write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} cases, {sum(c['want'] == 'error' for c in cases)} errors")


if __name__ == "__main__":
    main()
