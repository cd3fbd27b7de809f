package people_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
)

// TestGenerate: a key is new, long and not kept.
func TestGenerate(t *testing.T) {
	w := newTown(t)
	value, k, err := w.issue(root, `{"key_alias":"one","models":["gpt-4o"],"duration":"30min","metadata":{"a":1},"max_budget":0.1}`)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^sk-[A-Za-z0-9_-]{32}$`).MatchString(value) {
		t.Errorf("got the key %q, want sk- and 192 bits in base64url", value)
	}
	if k.Token != people.Hash(value) || k.Name != "sk-..."+value[len(value)-4:] || k.CreatedBy != "default_user_id" || *k.MaxBudget != 100_000_000_000 {
		t.Errorf("got %+v", k)
	}
	if want := w.clock.Add(30 * time.Minute); !k.Expires.Equal(want) {
		t.Errorf("got expiry %v, want %v", k.Expires, want)
	}
	page, err := w.store.Query(w.ctx, store.Query{PK: "AU#2026-11-21"})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("got %d lines of the audit log, %v", len(page.Items), err)
	}
	item, err := w.store.Get(w.ctx, store.Key{PK: "K#" + k.Token, SK: "#"}, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []store.Item{page.Items[0].Item, item} {
		if strings.Contains(kept.Text("b"), value) || strings.Contains(kept.Text("b"), value[3:20]) {
			t.Errorf("the key itself is kept: %s", kept.Text("b"))
		}
	}
	if other := w.key(root, `{}`); other == value {
		t.Error("two keys are the same")
	}
}

// TestGenerateRefuses: what cannot be a key, whoever asks.
func TestGenerateRefuses(t *testing.T) {
	for _, c := range []struct{ name, request, want string }{
		{"own value", `{"key":"sk-1234"}`, ""},
		{"own value without sk-", `{"key":"1234"}`, "BadRequestError: must start with 'sk-'"},
		{"own value too short", `{"key":"sk-1"}`, "BadRequestError: 7 to 512"},
		{"own value with a space", `{"key":"sk-1234 5"}`, "BadRequestError: no spaces"},
		{"unknown field", `{"modles":["a"]}`, `BadRequestError: there is no field "modles"`},
		{"another case", `{"Models":["a"]}`, `BadRequestError: there is no field "Models"`},
		{"set by the gateway", `{"token":"abc"}`, "BadRequestError: set by the gateway"},
		{"twice", `{"metadata":{"a":1,"a":2}}`, "BadRequestError: Invalid JSON"},
		{"wrong type", `{"models":"gpt-4o"}`, "BadRequestError: models cannot be a string"},
		{"wrong type of a limit", `{"rpm_limit":"many"}`, "BadRequestError: rpm_limit cannot be a string"},
		{"negative budget", `{"max_budget":-1}`, "BadRequestError: cannot be negative"},
		{"negative limit", `{"rpm_limit":-1}`, "BadRequestError: cannot be negative"},
		{"too much", `{"max_budget":9000001}`, "BadRequestError: at most $9,000,000"},
		{"the most", `{"max_budget":9000000}`, ""},
		{"duration", `{"duration":"soon"}`, "BadRequestError: is no duration"},
		{"for ever", `{"duration":"-1"}`, ""},
		{"budget duration", `{"max_budget":1,"budget_duration":"0d"}`, "BadRequestError: longer than nothing"},
		{"key type", `{"key_type":"strong"}`, "BadRequestError: key_type"},
		{"route", `{"allowed_routes":["chat"]}`, "BadRequestError: neither a path"},
		{"route group", `{"allowed_routes":["llm_api_routes","/spend/*"]}`, ""},
		{"no team", `{"team_id":"none"}`, "NotFoundError: team_id"},
		{"no project", `{"project_id":"none"}`, "NotFoundError: project_id"},
		{"no organization", `{"organization_id":"none"}`, "NotFoundError: organization_id"},
		{"no budget", `{"budget_id":"none"}`, "NotFoundError: budget_id"},
		{"no access group", `{"access_group_ids":["none"]}`, "NotFoundError: access_group_id"},
		{"any user", `{"user_id":"somebody"}`, ""},
		{"models of no team", `{"models":["all-team-models"]}`, "BadRequestError: keys of a team"},
		{"address", `{"allowed_ips":["10.0.0.1","2001:db8::/32"]}`, ""},
		{"no address", `{"allowed_ips":["home"]}`, "BadRequestError: neither an address"},
		{"half a raise", `{"temp_budget_increase":1}`, "BadRequestError: must be set together"},
		{"rotation without interval", `{"auto_rotate":true}`, "BadRequestError: rotation_interval is required"},
		{"too long", `{"metadata":{"a":"` + strings.Repeat("x", 100_000) + `"}}`, "BadRequestError: is the most that is kept"},
		{"taken alias", `{"key_alias":"taken"}`, "BadRequestError: Key with alias 'taken' already exists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t)
			w.key(root, `{"key_alias":"taken"}`)
			value, _, err := w.issue(root, c.request)
			says(t, err, c.want)
			if (err == nil) != (value != "") {
				t.Errorf("got the key %q with the error %v", value, err)
			}
		})
	}
}

// TestAlias: one key has an alias, until it gives it up.
func TestAlias(t *testing.T) {
	w := newTown(t)
	first := people.Hash(w.key(root, `{"key_alias":"prod"}`))
	second := people.Hash(w.key(root, `{}`))
	_, err := w.Keys.Update(w.ctx, root, second, object(t, `{"key_alias":"prod"}`))
	says(t, err, "BadRequestError: already exists")
	must[*people.Key](t)(w.Keys.Update(w.ctx, root, first, object(t, `{"key_alias":"old"}`)))
	must[*people.Key](t)(w.Keys.Update(w.ctx, root, second, object(t, `{"key_alias":"prod"}`)))
	if got := must[*people.Key](t)(w.Keys.ByAlias(w.ctx, root, "prod")); got.Token != second {
		t.Errorf("got %s, want the second key", got.Token)
	}
	if err := w.Keys.Delete(w.ctx, root, second); err != nil {
		t.Fatal(err)
	}
	_, err = w.Keys.ByAlias(w.ctx, root, "prod")
	says(t, err, "NotFoundError: key_alias")
	w.key(root, `{"key_alias":"prod"}`)
}

// TestUpdate: what a patch names changes, null takes away, the rest stays.
func TestUpdate(t *testing.T) {
	w := newTown(t)
	hash := people.Hash(w.key(root, `{"models":["a"],"rpm_limit":5,"tpm_limit":7,"metadata":{"n":12345678901234567890}}`))
	k := must[*people.Key](t)(w.Keys.Update(w.ctx, root, hash, object(t, `{"rpm_limit":null,"models":["b"],"duration":"1h"}`)))
	if k.RPM != nil || *k.TPM != 7 || len(k.Models) != 1 || k.Models[0] != "b" || !k.Expires.Equal(w.clock.Add(time.Hour)) || string(k.Metadata["n"]) != "12345678901234567890" {
		t.Errorf("got %+v", k)
	}
	if got := must[*people.Key](t)(w.Keys.Get(w.ctx, root, hash)); got.Version != k.Version || got.RPM != nil {
		t.Errorf("got version %d, want the change kept as %d", got.Version, k.Version)
	}
	if k := must[*people.Key](t)(w.Keys.Update(w.ctx, root, hash, object(t, `{"duration":"-1"}`))); k.Expires != nil {
		t.Errorf("got expiry %v, want none", k.Expires)
	}
	for patch, want := range map[string]string{
		`{"nonsense":1}`: "BadRequestError: there is no field", `{"token":"x"}`: "BadRequestError: cannot be changed",
		`{"id":"x"}`: "BadRequestError: cannot be changed", `{"created_by":"x"}`: "BadRequestError: cannot be changed",
		`{"spend":1}`: "BadRequestError: cannot be changed", `{"duration":5}`: "BadRequestError: a duration is a text",
		`{"models":{"a":1}}`: "BadRequestError: models cannot be",
	} {
		_, err := w.Keys.Update(w.ctx, root, hash, object(t, patch))
		says(t, err, want)
	}
}

// TestRegenerate: the new key is the old one's heir, which works as long as it
// is let.
func TestRegenerate(t *testing.T) {
	w := newTown(t)
	old := w.key(root, `{"key_alias":"prod","max_budget":5}`)
	before := must[*people.Grant](t)(w.authority.Grant(w.ctx, old))
	next, k, err := w.Keys.Regenerate(w.ctx, root, people.Hash(old), people.Regeneration{Grace: "1h", Patch: object(t, `{"rpm_limit":3}`)})
	if err != nil {
		t.Fatal(err)
	}
	if k.Alias != "prod" || k.RotationCount != 1 || *k.RPM != 3 || k.Token != people.Hash(next) {
		t.Errorf("got %+v", k)
	}
	for _, token := range []string{old, next} {
		g := must[*people.Grant](t)(w.authority.Grant(w.ctx, token))
		if g.KeyID != before.KeyID || g.KeyHash != k.Token || g.Accounts[0].Name() != before.Accounts[0].Name() || g.Accounts[0].Version <= before.Accounts[0].Version {
			t.Errorf("got %+v, want the same accounts as before, of a later version", g)
		}
	}
	if got := must[*people.Key](t)(w.Keys.ByAlias(w.ctx, root, "prod")); got.Token != k.Token {
		t.Errorf("the alias leads to %s, want the new key", got.Token)
	}
	_, err = w.Keys.Get(w.ctx, root, people.Hash(old))
	says(t, err, "NotFoundError: ") // it works on, but is no key to look at
	third, _, err := w.Keys.Regenerate(w.ctx, root, k.Token, people.Regeneration{Grace: "1d"})
	if err != nil {
		t.Fatal(err)
	}
	must[*people.Grant](t)(w.authority.Grant(w.ctx, old)) // through the second
	w.pass(time.Hour)
	_, err = w.authority.Grant(w.ctx, old)
	says(t, err, "AuthenticationError: token_not_found_in_db")
	must[*people.Grant](t)(w.authority.Grant(w.ctx, next))
	fourth, _, err := w.Keys.Regenerate(w.ctx, root, people.Hash(third), people.Regeneration{})
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{next: "AuthenticationError: token_not_found_in_db", third: "AuthenticationError: token_not_found_in_db", fourth: ""} {
		_, err = w.authority.Grant(w.ctx, token)
		says(t, err, want)
	}
	_, _, err = w.Keys.Regenerate(w.ctx, root, people.Hash(fourth), people.Regeneration{Value: fourth})
	says(t, err, "BadRequestError: the new key is the old one")
	_, _, err = w.Keys.Regenerate(w.ctx, root, people.Hash(fourth), people.Regeneration{Grace: "never"})
	says(t, err, "BadRequestError: is no duration")
}

// TestList: keys are found by everyone they belong to, newest first among all.
func TestList(t *testing.T) {
	w := newTown(t)
	create(w, w.Teams.Create, `{"team_id":"red"}`)
	var all []string
	for i := range 5 {
		w.pass(time.Second)
		request := `{"user_id":"ann"}`
		if i%2 == 0 {
			request = `{"user_id":"ann","team_id":"red"}`
		}
		all = append(all, people.Hash(w.key(root, request)))
	}
	for _, c := range []struct {
		name string
		ask  people.Listing
		want int
	}{
		{"all", people.Listing{}, 5},
		{"team", people.Listing{Team: "red"}, 3},
		{"user", people.Listing{User: "ann"}, 5},
		{"nobody", people.Listing{User: "bob"}, 0},
		{"in pages", people.Listing{User: "ann", Limit: 2}, 5},
		{"all in pages", people.Listing{Limit: 2}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for {
				page, err := w.Keys.List(w.ctx, root, c.ask)
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range page.Items {
					got = append(got, k.Token)
				}
				if c.ask.After = page.Next; page.Next == "" {
					break
				}
			}
			if len(got) != c.want {
				t.Errorf("got %d keys, want %d", len(got), c.want)
			}
			if strings.HasPrefix(c.name, "all") && (got[0] != all[4] || got[4] != all[0]) {
				t.Errorf("got %q, want the newest first", got)
			}
		})
	}
	_, err := w.Keys.List(w.ctx, root, people.Listing{Team: "red", User: "ann"})
	says(t, err, "BadRequestError: a list is of one")
	if err := w.Teams.Delete(w.ctx, root, "red"); err != nil {
		t.Fatal(err)
	}
	if page := must[people.Page[people.Key]](t)(w.Keys.List(w.ctx, root, people.Listing{User: "ann"})); len(page.Items) != 2 {
		t.Errorf("got %d keys after their team is gone, want 2", len(page.Items))
	}
}
