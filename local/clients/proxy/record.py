"""What LiteLLM answers an import, for the Go tests: python record.py writes
core/boot/litellm/testdata anew."""

import json
import pathlib

import rows
import source
from starlette.testclient import TestClient

TESTDATA = pathlib.Path(__file__).resolve().parents[3] / "core/boot/litellm/testdata"
LISTS = [
    "/budget/list", "/v1/access_group", "/organization/list", "/team/list", "/project/list", "/tag/list", "/customer/list",
    "/user/list?page=1&page_size=100&sort_by=created_at&sort_order=asc",
    "/key/list?page=1&size=100&sort_by=created_at&sort_order=asc", "/credentials",
]


def replies(filled):
    """Each reply by its path."""
    with TestClient(source.Source(lambda: filled), raise_server_exceptions=False) as client:
        def get(path):
            reply = client.get(path, headers={"Authorization": f"Bearer {source.MASTER_KEY}"})
            assert reply.status_code == 200, (path, reply.text)
            return reply.json()

        told = {path: get(path) for path in LISTS}
        for token in told[LISTS[-2]]["keys"]:
            path = f"/key/info?key={token}"
            told[path] = get(path)
        # Of a model the import reads these; the rest is LiteLLM's price file.
        told["/model/info"] = {
            "data": [{"model_name": m["model_name"], "model_info": {k: m["model_info"][k] for k in ("id", "db_model")}} for m in get("/model/info")["data"]]
        }
    return told


SCENES = {"first": rows.FIRST, "later": rows.LATER}

if __name__ == "__main__":
    TESTDATA.mkdir(exist_ok=True)
    for name, filled in SCENES.items():
        lines = [f"{json.dumps(path)}: {json.dumps(reply)}" for path, reply in replies(filled).items()]
        (TESTDATA / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
