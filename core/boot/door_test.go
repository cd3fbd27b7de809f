package boot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tollgate-llm/tollgate/core/jwt/jwttest"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// entrance is a gateway that takes the tokens of a provider.
type entrance struct {
	*house
	*jwttest.Provider
	in *memory.Store
}

// openEntrance starts one; rules are members of litellm_jwtauth.
func openEntrance(t *testing.T, rules string, env ...string) *entrance {
	t.Helper()
	g := &entrance{Provider: jwttest.Start(t), in: memory.New(time.Now)}
	env = append(env, "JWT_PUBLIC_KEY_URL="+g.Provider.URL+"/jwks", "JWT_AUDIENCE=gateway", "JWT_ISSUER="+g.Provider.URL)
	yaml := strings.Replace(peopled, "general_settings: {", "general_settings: {enable_jwt_auth: true, litellm_jwtauth: {"+rules+"}, ", 1)
	g.house = openOn(t, g.in, yaml, env...)
	return g
}

// token is one of the provider's for the gateway; more are further claims.
func (g *entrance) token(more string) string {
	now := time.Now().Unix()
	return "Authorization: Bearer " + g.Sign("ec", jose.ES256, fmt.Sprintf(`{"iss":%q,"aud":"gateway","exp":%d,"iat":%d,%s}`, g.Provider.URL, now+600, now, more))
}

const asksGPT = `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"max_tokens":20}`

// members are who is known in these tests.
func (g *entrance) members(t *testing.T) {
	t.Helper()
	d := g.app.People()
	mustCreate(t, d.Users.Create, people.User{ID: "ann"})
	mustCreate(t, d.Users.Create, people.User{ID: "boss", Role: people.ProxyAdmin})
	mustCreate(t, d.Users.Create, people.User{ID: "sso", SSOUserID: "ext-7", Email: "Sso@corp.example"})
	mustCreate(t, d.Organizations.Create, people.Organization{ID: "acme", Alias: "Acme"})
	mustCreate(t, d.Teams.Create, people.Team{ID: "red", Alias: "Red", Models: []string{"gpt"}})
	mustCreate(t, d.Teams.Create, people.Team{ID: "blue", Models: []string{"other"}})
	mustCreate(t, d.Teams.Create, people.Team{ID: "acmes", OrganizationID: "acme"})
	mustCreate(t, d.Teams.Create, people.Team{ID: "shut", Blocked: true})
	mustCreate(t, d.Teams.Create, people.Team{ID: "twin1", Alias: "Twin"})
	mustCreate(t, d.Teams.Create, people.Team{ID: "twin2", Alias: "Twin"})
}

// TestTokens asks with tokens of an identity provider, beside keys.
func TestTokens(t *testing.T) {
	for _, c := range []struct {
		name, rules, claims string
		method, path, body  string
		headers             []string
		status              int
		says                string
	}{
		{name: "user", rules: "user_id_jwt_field: sub", claims: `"sub":"ann"`, status: 200},
		{name: "unknown user", rules: "user_id_jwt_field: sub", claims: `"sub":"eve"`, status: 401, says: "doesn't exist"},
		{name: "unknown user is made", rules: "user_id_jwt_field: sub, user_id_upsert: true", claims: `"sub":"eve"`, status: 200},
		{name: "by the provider's id", rules: "user_id_jwt_field: sub", claims: `"sub":"ext-7"`, status: 200},
		{name: "by address", rules: "user_id_jwt_field: sub, user_email_jwt_field: email", claims: `"sub":"x","email":"sso@Corp.example","email_verified":true`, status: 200},
		{name: "by an address that is anybody's", rules: "user_id_jwt_field: sub, user_email_jwt_field: email", claims: `"sub":"x","email":"sso@corp.example"`, status: 401},
		{name: "the master's user", rules: "user_id_jwt_field: sub, user_id_upsert: true", claims: `"sub":"default_user_id"`, status: 401},
		{name: "nobody", claims: `"sub":"ann"`, status: 403, says: "allowed to call routes"},
		{name: "nobody, where all may", rules: "public_allowed_routes: [openai_routes]", claims: `"sub":"ann"`, status: 200},
		{name: "team", rules: "team_id_jwt_field: client_id", claims: `"client_id":"red"`, status: 200},
		{name: "team without the model", rules: "team_id_jwt_field: client_id", claims: `"client_id":"blue"`, status: 401, says: "team_model_access_denied"},
		{name: "no such team", rules: "team_id_jwt_field: client_id", claims: `"client_id":"green"`, status: 401, says: "does not exist"},
		{name: "no such team is made", rules: "team_id_jwt_field: client_id, team_id_upsert: true", claims: `"client_id":"green"`, status: 200},
		{name: "blocked team", rules: "team_id_jwt_field: client_id", claims: `"client_id":"shut"`, status: 401, says: "blocked"},
		{name: "team's routes", rules: "team_id_jwt_field: client_id", claims: `"client_id":"red"`, method: "POST", path: "/key/generate", body: `{}`, status: 403},
		{name: "team by name", rules: "team_alias_jwt_field: team", claims: `"team":"Red"`, status: 200},
		{name: "two teams of a name", rules: "team_alias_jwt_field: team", claims: `"team":"Twin"`, status: 401, says: "more than one"},
		{name: "no team of a name", rules: "team_alias_jwt_field: team", claims: `"team":"red"`, status: 401, says: "exist"},
		{name: "organization", rules: "user_id_jwt_field: sub, org_id_jwt_field: org", claims: `"sub":"ann","org":"acme"`, status: 200},
		{name: "organization by name", rules: "user_id_jwt_field: sub, org_alias_jwt_field: org", claims: `"sub":"ann","org":"Acme"`, status: 200},
		{name: "no such organization", rules: "user_id_jwt_field: sub, org_id_jwt_field: org", claims: `"sub":"ann","org":"nix"`, status: 401},
		{name: "another's team", rules: "team_id_jwt_field: t, org_id_jwt_field: org", claims: `"t":"acmes","org":"nix"`, status: 401},

		{name: "first team with the model", rules: "user_id_jwt_field: sub, team_ids_jwt_field: groups", claims: `"sub":"ann","groups":["nix","shut","blue","red"]`, status: 200},
		{name: "no team with the model", rules: "user_id_jwt_field: sub, team_ids_jwt_field: groups", claims: `"sub":"ann","groups":["blue"]`, status: 403, says: "No team"},
		{name: "no team that is here", rules: "user_id_jwt_field: sub, team_ids_jwt_field: groups", claims: `"sub":"ann","groups":["nix"]`, status: 403, says: "No team"},
		{name: "the team that is asked for", rules: "team_ids_jwt_field: groups", claims: `"groups":["blue","red"]`, headers: []string{"X-LiteLLM-Team-Id: red"}, status: 200},
		{name: "asked for one without", rules: "team_ids_jwt_field: groups", claims: `"groups":["red","blue"]`, headers: []string{"X-LiteLLM-Team-Id: blue"}, status: 401},
		{name: "asked for another's", rules: "team_ids_jwt_field: groups", claims: `"groups":["red"]`, headers: []string{"X-LiteLLM-Team-Id: acmes"}, status: 403},

		{name: "admin", claims: `"sub":"root","scope":"litellm_proxy_admin"`, method: "POST", path: "/key/generate", body: `{"models":["gpt"]}`, status: 200, says: `"sk-`},
		{name: "CVE-2026-12771: admins by scope call what is theirs only", claims: `"sub":"root","scope":"litellm_proxy_admin"`, status: 403},
		{name: "admin who may also call", rules: "admin_allowed_routes: [management_routes, openai_routes]", claims: `"scope":"litellm_proxy_admin"`, status: 200},
		{name: "admin's pass-through", claims: `"scope":"litellm_proxy_admin"`, method: "POST", path: "/openai/v1/chat/completions", body: `{}`, status: 403},
		{name: "admin by role", rules: "user_id_jwt_field: sub", claims: `"sub":"boss"`, method: "POST", path: "/team/new", body: `{"team_id":"new"}`, status: 200},
		{name: "user is none", rules: "user_id_jwt_field: sub", claims: `"sub":"ann"`, method: "POST", path: "/team/new", body: `{"team_id":"new"}`, status: 403},
		{name: "user's own key", rules: "user_id_jwt_field: sub", claims: `"sub":"ann"`, method: "POST", path: "/key/generate", body: `{}`, status: 200, says: `"user_id":"ann"`},

		{name: "scope's models", rules: "user_id_jwt_field: sub, enforce_scope_based_access: true, scope_mappings: [{scope: a, models: [other]}]", claims: `"sub":"ann","scope":"a"`, status: 401, says: "scope_model_access_denied"},
		{name: "no scope", rules: "user_id_jwt_field: sub, enforce_scope_based_access: true, scope_mappings: [{scope: a, models: [gpt]}]", claims: `"sub":"ann"`, status: 401},
		{
			name: "a key has no more than its maker's scope", rules: "user_id_jwt_field: sub, enforce_scope_based_access: true, scope_mappings: [{scope: a, models: [other], routes: [key_management_routes]}]",
			claims: `"sub":"ann","scope":"a"`, method: "POST", path: "/key/generate", body: `{"models":["gpt"]}`, status: 403,
		},
		{
			name: "nor its routes", rules: "user_id_jwt_field: sub, enforce_scope_based_access: true, scope_mappings: [{scope: a, models: [gpt], routes: [key_management_routes]}]",
			claims: `"sub":"ann","scope":"a"`, method: "POST", path: "/key/generate", body: `{"allowed_routes":["/chat/completions"]}`, status: 403,
		},
		{name: "synced role", rules: `user_id_jwt_field: sub, roles_jwt_field: roles, sync_user_role_and_teams: true, jwt_litellm_role_map: [{jwt_role: "ops*", litellm_role: proxy_admin}]`, claims: `"sub":"ann","roles":["ops-1"]`, method: "POST", path: "/team/new", body: `{"team_id":"new"}`, status: 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := openEntrance(t, c.rules)
			g.members(t)
			if c.path == "" {
				c.method, c.path, c.body = "POST", "/v1/chat/completions", asksGPT
			}
			for range 2 { // as it is read, and as it is remembered
				a := g.do(t, c.method, c.path, strings.ReplaceAll(c.body, "new", fmt.Sprint("new", time.Now().UnixNano())), append(c.headers, g.token(c.claims))...)
				if a.status != c.status || !strings.Contains(a.body, c.says) {
					t.Errorf("got %d %s, want %d %s", a.status, a.body, c.status, c.says)
				}
			}
		})
	}
}

// TestTokensBesideKeys: keys work as before, and a gateway without a master key
// that takes tokens is open to nobody.
func TestTokensBesideKeys(t *testing.T) {
	g := openEntrance(t, "user_id_jwt_field: sub")
	g.members(t)
	key := issue(t, g.house, people.Key{UserID: "ann"})
	for _, auth := range []string{"Authorization: Bearer sk-master", key, g.token(`"sub":"ann"`)} {
		if a := g.do(t, "POST", "/v1/chat/completions", asksGPT, auth); a.status != 200 {
			t.Errorf("got %d %s, want 200", a.status, a.body)
		}
	}
	open := openOn(t, nil, strings.Replace(peopled, "general_settings: {master_key: sk-master}", "general_settings: {enable_jwt_auth: true}", 1),
		"JWT_PUBLIC_KEY_URL="+g.Provider.URL+"/jwks")
	for _, auth := range []string{"X-None: none", "Authorization: Bearer sk-any", "Authorization: Bearer a.b.c"} {
		if a := open.do(t, "POST", "/key/generate", `{}`, auth); a.status != 401 {
			t.Errorf("%s: got %d %s without a master key, want 401", auth, a.status, a.body)
		}
	}
	if !open.app.Guarded(context.Background()) {
		t.Error("a gateway that asks for tokens says that it is open")
	}
}

// TestCVE_2026_12771: who administers must come from an issuer that the operator
// named: others may share its keys, as tenants of a directory do.
func TestCVE_2026_12771(t *testing.T) {
	g := openEntrance(t, "user_id_jwt_field: sub", "JWT_ISSUER=")
	g.members(t)
	stranger := strings.NewReplacer(g.Provider.URL, "https://evil.example")
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"iss":%q,"aud":"gateway","exp":%d,"sub":"boss","scope":"litellm_proxy_admin"}`, g.Provider.URL, now+600)
	for name, c := range map[string]string{"any issuer": claims, "another's": stranger.Replace(claims)} {
		auth := "Authorization: Bearer " + g.Sign("ec", jose.ES256, c)
		for route, body := range map[string]string{"/key/generate": `{"user_id":"ann"}`, "/user/new": `{"user_id":"x"}`, "/team/new": `{"team_id":"x"}`} {
			if a := g.do(t, "POST", route, body, auth); a.status != 403 {
				t.Errorf("%s: POST %s: got %d %s, want 403", name, route, a.status, a.body)
			}
		}
	}
	strict := openEntrance(t, "user_id_jwt_field: sub")
	strict.members(t)
	c := stranger.Replace(strings.Replace(claims, g.Provider.URL, "https://evil.example", 1))
	if a := strict.do(t, "POST", "/user/new", `{"user_id":"x"}`, "Authorization: Bearer "+strict.Sign("ec", jose.ES256, c)); a.status != 401 {
		t.Errorf("got %d %s for a stranger's token, want 401", a.status, a.body)
	}
}

// TestTokensSpend: what a token's calls cost is its team's, its member's and its
// user's, by the budgets that a key would be held to, and stands in the log.
func TestTokensSpend(t *testing.T) {
	for _, c := range []struct {
		name, claims string
		limit        func(t *testing.T, d *people.Directory)
	}{
		{"team's", `"sub":"ann","groups":["blue","red"]`, func(t *testing.T, d *people.Directory) {
			t.Helper()
			patch(t, d.Teams.Update, "red", `{"max_budget":0.0001}`)
		}},
		{"member's", `"sub":"ann","groups":["red"]`, func(t *testing.T, d *people.Directory) {
			t.Helper()
			patch(t, d.Teams.Update, "red", `{"team_member_budget":0.0001}`)
		}},
		{"user's", `"sub":"ann"`, func(t *testing.T, d *people.Directory) {
			t.Helper()
			patch(t, d.Users.Update, "ann", `{"max_budget":0.0001}`)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := openEntrance(t, "user_id_jwt_field: sub, team_ids_jwt_field: groups, end_user_id_jwt_field: for")
			g.members(t)
			c.limit(t, g.app.People())
			auth := g.token(c.claims + `,"for":"customer-1"`)
			b := &spending{statuses: map[int]int{}}
			for range 20 {
				b.add(t, g.do(t, "POST", "/v1/chat/completions", strings.Replace(asksGPT, `"model"`, `"user":"another","model"`, 1), auth))
			}
			if b.statuses[200] == 0 || b.statuses[400] == 0 || b.statuses[200]+b.statuses[400] != 20 {
				t.Errorf("got %v, want some answered and the others refused", b.statuses)
			}
			if spent := b.tokens * 1_000_000; spent > 100_000_000 || spent < 50_000_000 {
				t.Errorf("got %d pico-dollars spent of 100,000,000", spent)
			}
			for _, row := range rowsOf(t, g.in) {
				if f := row.Facts; f.User != "ann" || f.EndUser != "customer-1" || f.KeyHash == "" || (f.Team == "red") != strings.Contains(c.claims, "red") {
					t.Errorf("got a row of %+v", f)
				}
			}
		})
	}
}

// TestTokensAreInNoLog: neither tokens nor what they say.
func TestTokensAreInNoLog(t *testing.T) {
	g := openEntrance(t, "user_id_jwt_field: sub")
	g.members(t)
	for _, claims := range []string{`"sub":"ann","ssn":"078-05-1120"`, `"sub":["078-05-1120"]`, `"sub":"ann","scope":{"x":"078-05-1120"}`} {
		token := g.token(claims)
		a := g.do(t, "POST", "/v1/chat/completions", asksGPT, token)
		for _, secret := range []string{"078-05-1120", token[len(token)-40:], token[40:80]} {
			if strings.Contains(g.log.String(), secret) || a.status != 200 && strings.Contains(a.body, secret) {
				t.Errorf("%s: %q is in the log or the reply", claims, secret)
			}
		}
	}
}

// patch changes a record.
func patch[T any](t *testing.T, update func(context.Context, people.Actor, string, raw.Object) (*T, error), id, body string) {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := update(t.Context(), people.Root("master"), id, o); err != nil {
		t.Fatal(err)
	}
}

// rowsOf is the spend log of today.
func rowsOf(t *testing.T, in *memory.Store) []ledger.Row {
	t.Helper()
	var rows []ledger.Row
	for shard := range ledger.Shards {
		page, err := in.Query(t.Context(), store.Query{PK: ledger.RowPartition(time.Now(), shard), Limit: store.MaxLimit})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			rows = append(rows, ledger.ReadRow(item))
		}
	}
	return rows
}
