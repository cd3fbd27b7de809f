"""LiteLLM's own proxy on tables in memory: python source.py ROWS PORT.

Its app, its routes and its models of replies are those of the package; only
the database is not PostgreSQL. ROWS is read again for each request, so that a
test may change what is there.
"""

import copy
import json
import os
import pathlib
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no network

import litellm
import tables
from litellm.proxy import proxy_server
from litellm.types.utils import CredentialItem

MASTER_KEY = "sk-litellm-master"


class Source:
    """The app, with the database filled anew for each request by rows()."""

    def __init__(self, rows):
        self.rows = rows
        proxy_server.master_key = MASTER_KEY

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":  # LiteLLM's own looks for its database
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            return await send({"type": "lifespan.shutdown.complete"})
        filled = copy.deepcopy(self.rows())
        litellm.credential_list = [CredentialItem(**c) for c in filled.pop("credentials", [])]
        proxy_server.llm_router = litellm.Router(model_list=filled.pop("models", []))
        proxy_server.llm_model_list = proxy_server.llm_router.model_list
        proxy_server.prisma_client = tables.Database()
        proxy_server.prisma_client.fill(filled)
        await proxy_server.app(scope, receive, send)


if __name__ == "__main__":
    import uvicorn

    file = pathlib.Path(sys.argv[1])
    app = Source(lambda: json.loads(file.read_text()))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
