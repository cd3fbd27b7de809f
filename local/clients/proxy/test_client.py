"""LiteLLM's own client for its proxy (litellm.proxy.client), unchanged: each
method of it is called, and does here what it says."""

import inspect

import pytest
import requests
from conftest import MASTER_KEY
from litellm.proxy import client as litellm_client
from litellm.proxy.client.exceptions import NotFoundError, UnauthorizedError

ASK = [{"role": "user", "content": "Say hello"}]


@pytest.fixture
def client(url):
    return litellm_client.Client(base_url=url, api_key=MASTER_KEY)


@pytest.fixture
def users(url):
    return litellm_client.UsersManagementClient(base_url=url, api_key=MASTER_KEY)


@pytest.fixture
def health(url):
    return litellm_client.HealthManagementClient(base_url=url, api_key=MASTER_KEY)


class TestKeys:
    def test_generate(self, client):
        made = client.keys.generate(
            models=["demo"], aliases={"mine": "demo"}, spend=0.25, duration="30min", key_alias="generated", user_id="owner-1", config={"a": 1},
        )
        info = client.keys.info(made["key"])["info"]
        want = {"models": ["demo"], "aliases": {"mine": "demo"}, "spend": 0.25, "key_alias": "generated", "user_id": "owner-1", "config": {"a": 1}}
        assert {name: info[name] for name in want} == want and info["expires"]
        answer = litellm_client.ChatClient(client.chat._base_url, made["key"]).completions("mine", ASK)
        assert answer["choices"][0]["message"]["content"]
        with pytest.raises(UnauthorizedError):
            litellm_client.ChatClient(client.chat._base_url, made["key"]).completions("gpt-4o", ASK)

    def test_generate_of_team_and_budget(self, client):
        team = client.http.request("POST", "/team/new", json={"team_alias": "keys"})["team_id"]
        budget = client.http.request("POST", "/budget/new", json={"max_budget": 3})["budget_id"]
        made = client.keys.generate(team_id=team, budget_id=budget)
        info = client.keys.info(made["key"])["info"]
        assert (info["team_id"], info["budget_id"], info["litellm_budget_table"]["max_budget"]) == (team, budget, 3)

    def test_list(self, client):
        made = [client.keys.generate(user_id="lister", key_alias=f"listed-{n}") for n in range(3)]
        hashes = {key["token_id"] for key in made}
        page = client.keys.list(page=1, size=2, user_id="lister")
        assert (page["total_count"], page["total_pages"], len(page["keys"])) == (3, 2, 2)
        assert hashes == set(client.keys.list(user_id="lister")["keys"])
        (one,) = client.keys.list(key_alias="listed-1", return_full_object=True, include_team_keys=True)["keys"]
        assert one["token"] == made[1]["token_id"] and one["user_id"] == "lister"
        assert client.keys.list(key_hash=one["token"])["keys"] == [one["token"]]
        assert client.keys.list(team_id="none")["keys"] == client.keys.list(organization_id="none")["keys"] == []

    def test_update(self, client):
        team = client.http.request("POST", "/team/new", json={"team_alias": "updates"})["team_id"]
        key = client.keys.generate(key_alias="before")["key"]
        client.keys.update(key, models=["demo"], aliases={"a": "demo"}, spend=1.5, duration="1h", key_alias="after", team_id=team, user_id="owner-2")
        info = client.keys.info(key)["info"]
        want = {"models": ["demo"], "aliases": {"a": "demo"}, "spend": 1.5, "key_alias": "after", "team_id": team, "user_id": "owner-2"}
        assert {name: info[name] for name in want} == want and info["expires"]
        with pytest.raises(Exception, match="Error updating key"):
            client.keys.update("sk-there-is-none-such", models=[])

    def test_info(self, client):
        made = client.keys.generate(key_alias="asked for")
        assert client.keys.info(made["token_id"])["info"]["key_alias"] == "asked for"

    def test_delete(self, client):
        first, second = client.keys.generate(), client.keys.generate(key_alias="by alias")
        assert client.keys.delete(keys=[first["key"]])["deleted_keys"] == [first["token_id"]]  # LiteLLM repeats the key itself
        assert client.keys.delete(key_aliases=["by alias"])["deleted_keys"] == ["by alias"]
        for gone in (first, second):
            with pytest.raises(requests.HTTPError) as no:
                client.keys.info(gone["key"])
            assert no.value.response.status_code == 404


class TestModels:
    PARAMS = {"model": "demo/demo", "api_key": "sk-canary-of-a-model"}

    def stored(self, client, name):
        made = client.models.new(name, self.PARAMS, model_info={"mode": "chat"})
        return made["model_id"]

    def test_list(self, client):
        assert {"demo", "gpt-4o"} <= {model["id"] for model in client.models.list()}

    def test_new(self, client):
        self.stored(client, "brand-new")
        assert "brand-new" in {model["id"] for model in client.models.list()}
        assert client.chat.completions("brand-new", ASK)["choices"][0]["message"]["content"]

    def test_get(self, client):
        made = self.stored(client, "found")
        assert client.models.get(model_id=made)["model_name"] == "found"
        assert client.models.get(model_name="found")["model_info"]["id"] == made
        with pytest.raises(NotFoundError):
            client.models.get(model_name="nowhere")

    def test_info(self, client):
        made = self.stored(client, "shown")
        (shown,) = [model for model in client.models.info() if model["model_info"]["id"] == made]
        assert shown["model_name"] == "shown" and shown["model_info"]["db_model"] is True
        assert "canary" not in str(shown)

    def test_update(self, client):
        made = self.stored(client, "old")
        client.models.update(made, {"model": "demo/demo-json"}, model_info={"mode": "chat", "max_tokens": 77})
        shown = client.models.get(model_id=made)
        assert (shown["litellm_params"]["model"], shown["model_info"]["max_tokens"]) == ("demo/demo-json", 77)
        with pytest.raises(NotFoundError):
            client.models.update("none", {"model": "demo/demo"})

    def test_delete(self, client):
        made = self.stored(client, "short-lived")
        client.models.delete(made)
        assert "short-lived" not in {model["id"] for model in client.models.list()}
        with pytest.raises(NotFoundError):
            client.models.delete(made)


class TestModelGroups:
    def test_info(self, client):
        (demo,) = [group for group in client.model_groups.info() if group["model_group"] == "demo"]
        assert demo["providers"] == ["demo"]


class TestTeams:
    def test_list(self, client):
        team = client.http.request("POST", "/team/new", json={"team_alias": "listed", "members_with_roles": [{"user_id": "member-1", "role": "user"}]})["team_id"]
        assert team in {t["team_id"] for t in client.teams.list()}
        assert [t["team_id"] for t in client.teams.list(user_id="member-1")] == [team]
        assert client.teams.list(organization_id="none") == []

    def test_list_v2(self, client):
        ids = [client.http.request("POST", "/team/new", json={"team_alias": f"paged-{n}"})["team_id"] for n in range(3)]
        page = client.teams.list_v2(team_alias="paged", page=2, page_size=2, sort_by="team_alias", sort_order="desc")
        assert ([t["team_alias"] for t in page["teams"]], page["total"], page["total_pages"]) == (["paged-0"], 3, 2)
        assert [t["team_id"] for t in client.teams.list_v2(team_id=ids[1])["teams"]] == [ids[1]]
        assert client.teams.list_v2(user_id="none")["teams"] == client.teams.list_v2(organization_id="none")["teams"] == []

    def test_get_available(self, client):
        assert client.teams.get_available() == []


class TestUsers:
    def test_create_user(self, users):
        made = users.create_user({"user_id": "made", "user_email": "made@example.com", "max_budget": 3})
        assert (made["user_id"], made["max_budget"]) == ("made", 3) and made["key"].startswith("sk-")

    def test_get_user(self, users):
        users.create_user({"user_id": "known", "auto_create_key": False})
        assert users.get_user("known")["user_info"]["user_id"] == "known"
        with pytest.raises(NotFoundError):
            users.get_user("unknown")

    def test_list_users(self, users):
        users.create_user({"user_id": "in-list", "auto_create_key": False})
        assert [user["user_id"] for user in users.list_users({"user_ids": "in-list"})] == ["in-list"]

    def test_delete_user(self, users):
        users.create_user({"user_id": "leaving"})
        users.delete_user(["leaving"])
        with pytest.raises(NotFoundError):
            users.get_user("leaving")


class TestCredentials:
    VALUES = {"api_key": "sk-canary-of-a-credential"}

    def test_create(self, client):
        assert client.credentials.create("azure-eu", {"provider": "azure"}, self.VALUES)["success"] is True

    def test_get(self, client):
        client.credentials.create("folder/name", {"provider": "azure"}, self.VALUES)
        shown = client.credentials.get("folder/name")
        assert (shown["credential_name"], shown["credential_info"]) == ("folder/name", {"provider": "azure"})
        assert "canary" not in str(shown)

    def test_list(self, client):
        client.credentials.create("listed", {}, self.VALUES)
        listed = client.credentials.list()["credentials"]
        assert "listed" in {credential["credential_name"] for credential in listed} and "canary" not in str(listed)

    def test_delete(self, client):
        client.credentials.create("gone", {}, self.VALUES)
        client.credentials.delete("gone")
        with pytest.raises(requests.HTTPError):
            client.credentials.get("gone")


class TestChat:
    def test_completions(self, client):
        asked = client.chat.completions("demo", ASK, temperature=0, top_p=1, n=1, max_tokens=50, presence_penalty=0, frequency_penalty=0, user="end-user")
        assert asked["choices"][0]["message"]["content"] and asked["usage"]["total_tokens"]

    def test_completions_stream(self, client):
        chunks = list(client.chat.completions_stream("demo", ASK, max_tokens=50))
        assert "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])


class TestHttp:
    def test_request(self, client):
        assert client.http.request("GET", "/health/readiness")["status"]


class TestHealth:
    def test_get_readiness(self, health):
        assert health.get_readiness()["status"] == "healthy"

    def test_get_server_version(self, health):
        assert health.get_server_version() is None  # of LiteLLM, which this is not


def test_unauthorized(url):
    stranger = litellm_client.Client(base_url=url, api_key="sk-stranger")
    for call in (stranger.keys.list, stranger.models.list, stranger.model_groups.info, stranger.teams.list, stranger.credentials.list):
        with pytest.raises(UnauthorizedError):
            call()


CLASSES = {
    "keys": TestKeys, "models": TestModels, "model_groups": TestModelGroups, "teams": TestTeams, "credentials": TestCredentials,
    "chat": TestChat, "http": TestHttp, "users": TestUsers, "health": TestHealth,
}


def test_every_method(client, users, health):
    """What the client offers is what is tested above, by name."""
    parts = {name: part for name, part in vars(client).items() if not name.startswith("_")} | {"users": users, "health": health}
    assert set(parts) == set(CLASSES)
    for name, part in parts.items():
        offers = {method for method, _ in inspect.getmembers(part, inspect.ismethod) if not method.startswith("_")}
        untested = {method for method in offers if not hasattr(CLASSES[name], f"test_{method}")}
        assert not untested, f"{name} has {untested}, which no test calls"
