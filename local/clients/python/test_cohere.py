"""Cohere's own SDK: what it asks for that this gateway answers too, by the
gateway's own model."""

import asyncio

import cohere
import gateway_config
import httpx
import pytest
from cohere.errors import BadRequestError, TooManyRequestsError, UnauthorizedError

CLIENT = "cohere"

PAPERS = ["a quarterly report", "a red bicycle", "a red car"]
ONCE = {"max_retries": 0}


@pytest.fixture
def url(process_gateway):
    return process_gateway.url


@pytest.fixture
def client(url):
    return cohere.ClientV2(gateway_config.MASTER_KEY, base_url=url)


def test_rerank(client):
    reply = client.rerank(model="demo", query="a red car", documents=PAPERS)
    assert isinstance(reply, cohere.V2RerankResponse) and reply.id
    assert [r.index for r in reply.results] == [2, 1, 0]
    scores = [r.relevance_score for r in reply.results]
    assert scores == sorted(scores, reverse=True) and all(0 <= s <= 1 for s in scores)
    assert reply.meta.billed_units.search_units == 1


def test_the_best_ones(client):
    reply = client.rerank(model="demo", query="a red car", documents=PAPERS, top_n=1, max_tokens_per_doc=100)
    assert [r.index for r in reply.results] == [2]


def test_raw_reply(client):
    reply = client.with_raw_response.rerank(model="demo", query="a red car", documents=PAPERS)
    assert reply.headers["content-type"] == "application/json"
    assert reply.data.results[0].index == 2


def test_version_one(url):
    """It gives documents back, in an object each."""
    client = cohere.Client(gateway_config.MASTER_KEY, base_url=url)
    reply = client.rerank(model="demo", query="a red car", documents=PAPERS, return_documents=True, top_n=2)
    assert isinstance(reply, cohere.RerankResponse)
    assert [(r.index, r.document.text) for r in reply.results] == [(2, PAPERS[2]), (1, PAPERS[1])]


def test_at_the_same_time(url):
    async def ask():
        async with cohere.AsyncClientV2(gateway_config.MASTER_KEY, base_url=url) as client:
            asked = [client.rerank(model="demo", query=paper, documents=PAPERS, top_n=1) for paper in PAPERS]
            return [reply.results[0].index for reply in await asyncio.gather(*asked)]

    assert asyncio.run(ask()) == [0, 1, 2]


def test_wrong_key(url):
    for kind in (cohere.ClientV2, cohere.Client):
        with pytest.raises(UnauthorizedError) as raised:
            kind("sk-wrong", base_url=url).rerank(model="demo", query="x", documents=PAPERS, request_options=ONCE)
        assert raised.value.status_code == 401
        assert "sk-wrong" not in str(raised.value.body)


def test_rate_limit(client):
    with pytest.raises(TooManyRequestsError) as raised:
        client.rerank(model="demo-error-429", query="x", documents=PAPERS, request_options=ONCE)
    assert raised.value.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("model", "query", "documents", "says"),
    [("no-such-model", "x", PAPERS, "no-such-model"), ("demo", "x", [], "documents")],
    ids=["unknown model", "no documents"],
)
def test_refused(client, model, query, documents, says):
    with pytest.raises(BadRequestError) as raised:
        client.rerank(model=model, query=query, documents=documents, request_options=ONCE)
    assert says in str(raised.value.body)


def test_giving_up(client):
    with pytest.raises(httpx.ReadTimeout):
        client.rerank(
            model="demo-slow", query="x", documents=PAPERS, request_options={**ONCE, "timeout_in_seconds": 0.3}
        )
