package people_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/people"
)

// The world of the random actions.
var (
	someModels = []string{"a", "b", "ab", "c/x"}
	someLists  = [][]string{nil, {"a"}, {"b", "c/*"}, {"a*"}, {"*"}, {"grp"}, {"all-team-models"}, {"no-default-models"}, {"all-proxy-models"}}
	somePaths  = []string{"/chat/completions", "/key/generate", "/key/info", "/models", "/models/a:generateContent", "/anthropic/v1/messages", "/health/services", "/x"}
	someRoutes = [][]string{nil, {"llm_api_routes"}, {"info_routes"}, {"/key/*"}, {"/models"}, {"/health"}, {"*"}, {"management_routes", "/anthropic"}}
	someUsers  = []string{"u1", "u2", "boss"}
	someTeams  = []string{"t1", "t2"}
)

func someGroups(model string) []string {
	if model == "ab" {
		return []string{"grp"}
	}
	return nil
}

// issued is a key that somebody made, and what its maker could do then.
type issued struct {
	token string
	by    *people.Grant // nil: an administrator
}

// TestRightsNeverExceed: after any actions of administrators and users, a key
// may do no more than everyone above it, as the directory has them, and a new
// key no more than the key that made it.
func TestRightsNeverExceed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newTown(t, func(c *people.Config) { c.Groups = someGroups })
		create(w, w.Organizations.Create, `{"organization_id":"o1"}`)
		for i, id := range someTeams {
			create(w, w.Teams.Create, []string{`{"team_id":"t1","organization_id":"o1","team_member_permissions":["/key/generate","/key/update"]}`, `{"team_id":"t2"}`}[i])
			must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, id, people.Member{UserID: "u1", Role: "user"}))
			must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, id, people.Member{UserID: "boss", Role: "admin"}))
		}
		for _, id := range someUsers {
			create(w, w.Users.Create, `{"user_id":"`+id+`"}`)
		}
		var keys []issued
		for _, user := range someUsers {
			keys = append(keys, issued{token: w.key(root, `{"user_id":"`+user+`"}`)})
		}
		pick := func(name string) issued { return rapid.SampledFrom(keys).Draw(rt, name) }
		limit := func(name string) *people.Dollars {
			d := people.Dollars(rapid.Int64Range(0, 4).Draw(rt, name)) * 1e12
			if d == 0 {
				return nil
			}
			return &d
		}
		rate := func(name string) *int64 {
			n := rapid.Int64Range(0, 3).Draw(rt, name)
			if n == 0 {
				return nil
			}
			return &n
		}
		narrow := func(which string) string {
			body := object(t, `{}`)
			body, err := body.With("models", rapid.SampledFrom(someLists).Draw(rt, which+" models"))
			if err == nil {
				body, err = body.With("max_budget", limit(which+" budget"))
			}
			if err == nil {
				body, err = body.With("rpm_limit", rate(which+" rpm"))
			}
			if err != nil {
				t.Fatal(err)
			}
			return string(body.Bytes())
		}
		rt.Repeat(map[string]func(*rapid.T){
			"team": func(*rapid.T) {
				_, _ = w.Teams.Update(w.ctx, root, rapid.SampledFrom(someTeams).Draw(rt, "team"), object(t, narrow("team")))
			},
			"user": func(*rapid.T) {
				_, _ = w.Users.Update(w.ctx, root, rapid.SampledFrom(someUsers).Draw(rt, "user"), object(t, narrow("user")))
			},
			"organization": func(*rapid.T) { _, _ = w.Organizations.Update(w.ctx, root, "o1", object(t, narrow("organization"))) },
			"key": func(*rapid.T) {
				_, _ = w.Keys.Update(w.ctx, root, people.Hash(pick("key").token), object(t, narrow("key")))
			},
			"block": func(*rapid.T) {
				_, _ = w.Teams.Block(w.ctx, root, rapid.SampledFrom(someTeams).Draw(rt, "team"), rapid.Bool().Draw(rt, "blocked"))
			},
			"generate": func(*rapid.T) {
				by, asRoot := pick("issuer"), rapid.Bool().Draw(rt, "root")
				actor := root
				if !asRoot {
					g, err := w.authority.Grant(w.ctx, by.token)
					if err != nil {
						return
					}
					actor = g.Actor()
				}
				n := people.NewKey{Key: people.Key{
					TeamID: rapid.SampledFrom([]string{"", "t1", "t2"}).Draw(rt, "of"), Models: rapid.SampledFrom(someLists).Draw(rt, "models"),
					Routes:   rapid.SampledFrom(someRoutes).Draw(rt, "routes"),
					Spending: people.Spending{MaxBudget: limit("budget"), RPM: rate("rpm")},
				}}
				if asRoot {
					n.UserID = rapid.SampledFrom(someUsers).Draw(rt, "for")
				}
				token, _, err := w.Keys.Generate(w.ctx, actor, n)
				if err != nil {
					return
				}
				made := issued{token: token}
				if !asRoot {
					made.by = actor.Grant
				}
				keys = append(keys, made)
				w.notMoreThanIssuer(rt, made)
			},
			"regenerate": func(*rapid.T) {
				by, at := pick("by"), rapid.IntRange(0, len(keys)-1).Draw(rt, "which")
				g, err := w.authority.Grant(w.ctx, by.token)
				if err != nil {
					return
				}
				token, _, err := w.Keys.Regenerate(w.ctx, g.Actor(), people.Hash(keys[at].token), people.Regeneration{})
				if err != nil {
					return
				}
				same := by.token == keys[at].token
				keys[at] = issued{token: token}
				if !same {
					w.notMoreThanIssuer(rt, issued{token, g})
				}
			},
			"delete": func(*rapid.T) {
				if len(keys) > 3 {
					i := rapid.IntRange(0, len(keys)-1).Draw(rt, "gone")
					if err := w.Keys.Delete(w.ctx, root, people.Hash(keys[i].token)); err != nil {
						rt.Fatal(err)
					}
					keys = slices.Delete(keys, i, i+1)
				}
			},
			"": func(*rapid.T) {
				for _, k := range keys {
					w.notMoreThanChain(rt, k.token)
				}
			},
		})
	})
}

// notMoreThanIssuer compares a key with the one that made it.
func (w *town) notMoreThanIssuer(t *rapid.T, k issued) {
	g, err := w.authority.Grant(w.ctx, k.token)
	if err != nil || k.by == nil {
		return
	}
	for _, m := range someModels {
		if g.May(m, someGroups(m)) == nil && k.by.May(m, someGroups(m)) != nil {
			t.Errorf("a key may use %s, and its issuer not: %+v by %+v", m, g.Models, k.by.Models)
		}
	}
	for _, path := range somePaths {
		if g.MayCall(path) == nil && k.by.MayCall(path) != nil {
			t.Errorf("a key may call %s, and its issuer not: %q by %q", path, g.Routes, k.by.Routes)
		}
	}
	if own, by := smallest(g), smallest(k.by); own[0] > by[0] || own[1] > by[1] {
		t.Errorf("a key has the limits %v, its issuer %v", own, by)
	}
	if g.Role == people.ProxyAdmin && k.by.Role != people.ProxyAdmin {
		t.Error("a key is an admin's, and its issuer not")
	}
}

// smallest are the least budget and the least rpm of a grant.
func smallest(g *people.Grant) [2]int64 {
	least := [2]int64{1 << 62, 1 << 62}
	for _, a := range g.Accounts {
		least[0] = min(least[0], int64(*a.Limit))
	}
	for _, r := range g.Rates {
		least[1] = min(least[1], *r.RPM)
	}
	return least
}

// notMoreThanChain compares what a key may do with what those above it have.
func (w *town) notMoreThanChain(t *rapid.T, token string) {
	k, err := w.Keys.Get(w.ctx, root, people.Hash(token))
	if err != nil {
		t.Fatal(err)
	}
	g, err := w.elsewhere.Grant(w.ctx, token) // knows of no change
	w.elsewhere.Forget()
	var lists [][]string
	budgets, rates := []*people.Dollars{k.MaxBudget}, []*int64{k.RPM}
	organization := ""
	if k.TeamID != "" {
		team, teamErr := w.Teams.Get(w.ctx, root, k.TeamID)
		if teamErr != nil {
			t.Fatal(teamErr)
		}
		if team.Blocked {
			if err == nil {
				t.Errorf("a key of a blocked team works")
			}
			return
		}
		lists, budgets, rates, organization = append(lists, team.Models), append(budgets, team.MaxBudget), append(rates, team.RPM), team.OrganizationID
	} else if u, userErr := w.Users.Get(w.ctx, root, k.UserID); userErr == nil {
		lists, budgets, rates = append(lists, u.Models), append(budgets, u.MaxBudget), append(rates, u.RPM)
	}
	if organization != "" {
		o, orgErr := w.Organizations.Get(w.ctx, root, organization)
		if orgErr != nil {
			t.Fatal(orgErr)
		}
		lists, budgets, rates = append(lists, o.Models), append(budgets, o.MaxBudget), append(rates, o.RPM)
	}
	if err != nil {
		t.Fatalf("a key does not work: %v", err)
	}
	for _, m := range someModels {
		for _, list := range append(lists, k.Models) {
			if g.May(m, someGroups(m)) == nil && !plainly(list, m) {
				t.Errorf("may use %s, and %q does not have it", m, list)
			}
		}
	}
	for i, want := range budgets {
		if want != nil && !slices.ContainsFunc(g.Accounts, func(a people.Account) bool { return *a.Limit == *want }) {
			t.Errorf("budget %d of %d is charged nowhere: %+v", i, *want, g.Accounts)
		}
	}
	for _, want := range rates {
		if want != nil && !slices.ContainsFunc(g.Rates, func(r people.Rate) bool { return *r.RPM == *want }) {
			t.Errorf("the limit %d is nowhere: %+v", *want, g.Rates)
		}
	}
}

// plainly is what the lists of this test allow, written out.
func plainly(list []string, model string) bool {
	yes := map[string][]string{
		"[]": someModels, "[a]": {"a"}, "[b c/*]": {"b", "c/x"}, "[a*]": {"a", "ab"}, "[*]": someModels, "[grp]": {"ab"},
		"[all-team-models]": someModels, "[no-default-models]": {}, "[all-proxy-models]": someModels,
	}
	models, known := yes[fmt.Sprint(list)]
	return !known || slices.Contains(models, model)
}
