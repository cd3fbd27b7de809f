package people_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/people"
)

// groups are the access groups of the configuration.
func groups(model string) []string {
	switch model {
	case "gpt-4o", "gpt-4o-mini":
		return []string{"cheap"}
	}
	return nil
}

// TestModels: a model must be allowed by the key and by everyone above it.
func TestModels(t *testing.T) {
	for _, c := range []struct {
		name, key, team, user, project, organization string
		yes, no                                      string // models
	}{
		{name: "all", yes: "gpt-4o claude", no: ""},
		{name: "named", key: `["gpt-4o"]`, yes: "gpt-4o", no: "claude gpt-4 gpt-4o-mini GPT-4o"},
		{name: "pattern", key: `["openai/*","*-mini"]`, yes: "openai/gpt openai/ gpt-4o-mini", no: "openai xopenai/gpt mini"},
		{name: "star", key: `["*"]`, yes: "gpt-4o", no: ""},
		{name: "all proxy models", key: `["all-proxy-models"]`, yes: "gpt-4o", no: ""},
		{name: "group of the configuration", key: `["cheap"]`, yes: "gpt-4o gpt-4o-mini cheap", no: "claude"},
		{name: "team", team: `["gpt-4o"]`, yes: "gpt-4o", no: "claude"},
		{name: "team's, by name", key: `["all-team-models"]`, team: `["gpt-4o"]`, yes: "gpt-4o", no: "claude"},
		{name: "team's, all", key: `["all-team-models"]`, team: `["*"]`, yes: "gpt-4o claude", no: ""},
		{name: "key within team", key: `["gpt-4o"]`, team: `["openai/*","gpt-*"]`, yes: "gpt-4o", no: "gpt-4o-mini openai/x"},
		{name: "user of a personal key", user: `["gpt-4o"]`, yes: "gpt-4o", no: "claude"},
		{name: "user of a team key", user: `["claude"]`, team: `["gpt-4o"]`, yes: "gpt-4o", no: "claude"},
		{name: "user without models of its own", user: `["no-default-models","gpt-4o"]`, yes: "", no: "gpt-4o claude no-default-models"},
		{name: "user without models of its own, of a team", user: `["no-default-models"]`, team: `["gpt-4o"]`, yes: "gpt-4o", no: "claude"},
		{name: "project", team: `["gpt-4o","claude"]`, project: `["claude"]`, yes: "claude", no: "gpt-4o"},
		{name: "organization", organization: `["gpt-4o"]`, yes: "gpt-4o", no: "claude"},
		{name: "organization of a team", team: `["gpt-*"]`, organization: `["gpt-4o","gpt-4o-mini"]`, yes: "gpt-4o", no: "gpt-5 claude"},
		{name: "all of them", key: `["a","b","c","d"]`, team: `["a","b","c"]`, project: `["a","b"]`, organization: `["*"]`, yes: "a b", no: "c d e"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t)
			members := map[string]string{}
			if c.organization != "" {
				create(w, w.Organizations.Create, `{"organization_id":"acme"}`)
				members["organization_id"] = "acme"
			}
			if c.team != "" || c.project != "" {
				create(w, w.Teams.Create, `{"team_id":"red","organization_id":"`+members["organization_id"]+`"}`)
				members["team_id"] = "red"
			}
			if c.project != "" {
				create(w, w.Projects.Create, `{"project_id":"moon","team_id":"red"}`)
				members["project_id"] = "moon"
			}
			if c.user != "" {
				create(w, w.Users.Create, `{"user_id":"ann"}`)
				members["user_id"] = "ann"
			}
			request := object(t, `{}`)
			for name, id := range members {
				request = request.WithText(name, id)
			}
			token := w.key(root, string(request.Bytes()))
			// What each may use comes after the key, which then may have more than them.
			patch := func(models string) string { return `{"models":` + models + `}` }
			var err error
			for _, set := range []struct {
				models string
				update func(patch string) error
			}{
				{c.key, func(p string) error {
					_, err = w.Keys.Update(w.ctx, root, people.Hash(token), object(t, p))
					return err
				}},
				{c.team, func(p string) error { _, err = w.Teams.Update(w.ctx, root, "red", object(t, p)); return err }},
				{c.user, func(p string) error { _, err = w.Users.Update(w.ctx, root, "ann", object(t, p)); return err }},
				{c.project, func(p string) error { _, err = w.Projects.Update(w.ctx, root, "moon", object(t, p)); return err }},
				{c.organization, func(p string) error { _, err = w.Organizations.Update(w.ctx, root, "acme", object(t, p)); return err }},
			} {
				if set.models == "" {
					continue
				}
				if err := set.update(patch(set.models)); err != nil {
					t.Fatal(err)
				}
			}
			g := must[*people.Grant](t)(w.authority.Grant(w.ctx, token))
			for m := range strings.FieldsSeq(c.yes) {
				says(t, g.May(m, groups(m)), "")
			}
			for m := range strings.FieldsSeq(c.no) {
				says(t, g.May(m, groups(m)), "AuthenticationError: not allowed to access model")
			}
		})
	}
}

// TestAccessGroups: a group's models add to those of a key or a team, and a
// group that is gone adds none.
func TestAccessGroups(t *testing.T) {
	w := newTown(t)
	create(w, w.AccessGroups.Create, `{"access_group_id":"g1","access_group_name":"claudes","access_model_names":["claude-*"]}`)
	_, err := w.AccessGroups.Create(w.ctx, root, people.AccessGroup{Name: "claudes"})
	says(t, err, "ConflictError: already exists")
	both, only := w.key(root, `{"models":["gpt-4o"],"access_group_ids":["g1"]}`), w.key(root, `{"access_group_ids":["g1"]}`)
	may := func(token, model string) bool {
		t.Helper()
		return must[*people.Grant](t)(w.authority.Grant(w.ctx, token)).May(model, nil) == nil
	}
	if !may(both, "gpt-4o") || !may(both, "claude-x") || may(both, "other") || may(only, "gpt-4o") || !may(only, "claude-x") {
		t.Error("a group's models do not add up with a key's own")
	}
	if err := w.AccessGroups.Delete(w.ctx, root, "g1"); err != nil {
		t.Fatal(err)
	}
	if !may(both, "gpt-4o") || may(both, "claude-x") || may(only, "claude-x") || may(only, "gpt-4o") {
		t.Error("a group that is gone still counts")
	}
}

// TestRoutes: what allowed_routes let a key call.
func TestRoutes(t *testing.T) {
	for _, c := range []struct{ routes, yes, no string }{
		{`[]`, "/anything", ""},
		{`["/chat/completions"]`, "/chat/completions /chat/completions/x", "/v1/chat/completions /chat/completionsx /chat /"},
		{`["/spend/*"]`, "/spend/logs /spend/", "/spend /global/spend/logs"},
		{
			`["llm_api_routes"]`, "/v1/chat/completions /v1/messages /anthropic/v1/messages /v1beta/models/a/b:generateContent /engines/x/completions /v1/files/f-1/content",
			"/key/generate /key/info /spend/logs /v1/files/f-1/other /engines//completions /v1beta/models/:generateContent /user/new",
		},
		{`["management_routes"]`, "/key/generate /key/abc/regenerate /team/new", "/chat/completions /key/a/b/regenerate /global/spend/report"},
		{`["info_routes","/embeddings"]`, "/key/info /models /embeddings", "/key/update /chat/completions"},
	} {
		t.Run(c.routes, func(t *testing.T) {
			w := newTown(t)
			g := must[*people.Grant](t)(w.authority.Grant(w.ctx, w.key(root, `{"allowed_routes":`+c.routes+`}`)))
			for path := range strings.FieldsSeq(c.yes) {
				says(t, g.MayCall(path), "")
			}
			for path := range strings.FieldsSeq(c.no) {
				says(t, g.MayCall(path), "PermissionDeniedError: not allowed to call this route")
			}
		})
	}
}

// TestBudgets: who is charged for a call, and for how long a budget is.
func TestBudgets(t *testing.T) {
	w := newTown(t)
	create(w, w.Budgets.Create, `{"budget_id":"b","max_budget":3,"budget_duration":"7d","rpm_limit":9}`)
	create(w, w.Organizations.Create, `{"organization_id":"acme","max_budget":50,"budget_duration":"1mo"}`)
	create(w, w.Teams.Create, `{"team_id":"a/b","organization_id":"acme","max_budget":20,"budget_duration":"1d","team_member_budget":4,"team_member_rpm_limit":2}`)
	create(w, w.Users.Create, `{"user_id":"c","max_budget":1,"tpm_limit":100}`)
	must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "a/b", people.Member{UserID: "c", Role: "user"}))
	token := w.key(root, `{"team_id":"a/b","user_id":"c","budget_id":"b","tpm_limit":5,"model_max_budget":{"gpt-4o":{"max_budget":"0.5","budget_duration":"90m","rpm_limit":1}}}`)
	g := must[*people.Grant](t)(w.authority.Grant(w.ctx, token))
	want := map[string]struct {
		limit int64
		unit  string
	}{
		"api_key/" + g.KeyID: {3e12, "week"}, "api_key/" + g.KeyID + "/gpt-4o": {5e11, "period"}, "team/a%2Fb": {20e12, "day"},
		"team_member/a%252Fb%2Fc": {4e12, ""}, "organization/acme": {50e12, "month"},
	}
	for _, a := range g.Accounts {
		if v, ok := want[a.Name()]; !ok || int64(*a.Limit) != v.limit || a.Window().Unit != v.unit || a.Version == 0 {
			t.Errorf("got %s: %+v in %+v, want %+v", a.Name(), a, a.Window(), v)
		}
		delete(want, a.Name())
	}
	if len(want) > 0 {
		t.Errorf("nobody charges %v", want)
	}
	var rates []string
	for _, r := range g.Rates {
		rates = append(rates, r.Kind)
	}
	if got := strings.Join(rates, " "); got != "api_key team_member user" {
		t.Errorf("got the limits of %q", got)
	}

	create(w, w.Budgets.Create, `{"budget_id":"b2","max_budget":1}`)
	last := g.Accounts[0].Version
	for _, step := range []func() error{
		func() error { _, err := w.Budgets.Update(w.ctx, root, "b", object(t, `{"max_budget":2}`)); return err },
		func() error {
			_, err := w.Keys.Update(w.ctx, root, people.Hash(token), object(t, `{"budget_id":"b2"}`))
			return err
		},
		func() error {
			_, err := w.Keys.Update(w.ctx, root, people.Hash(token), object(t, `{"budget_id":null,"max_budget":2}`))
			return err
		},
		func() error {
			_, err := w.Keys.Update(w.ctx, root, people.Hash(token), object(t, `{"temp_budget_increase":5,"temp_budget_expiry":"2026-11-21T13:00:00"}`))
			return err
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		a := must[*people.Grant](t)(w.authority.Grant(w.ctx, token)).Accounts[0]
		if a.Version <= last {
			t.Errorf("got version %d after %d, want it to grow with every change", a.Version, last)
		}
		last = a.Version
	}
	if a := must[*people.Grant](t)(w.authority.Grant(w.ctx, token)).Accounts[0]; *a.Limit != 7e12 {
		t.Errorf("got the limit %d, want it raised for a while", *a.Limit)
	}
	w.pass(60 * 60 * 1e9)
	if a := must[*people.Grant](t)(w.authority.Grant(w.ctx, token)).Accounts[0]; *a.Limit != 2e12 {
		t.Errorf("got the limit %d, want the raise over", *a.Limit)
	}
	says(t, w.Budgets.Delete(w.ctx, root, "b2"), "")
	create(w, w.Customers.Create, `{"user_id":"x","budget_id":"b"}`)
	says(t, w.Budgets.Delete(w.ctx, root, "b"), "BadRequestError: is in use")
	must[*people.Budget](t)(w.Budgets.Get(w.ctx, root, "b"))
	must[*people.Customer](t)(w.Customers.Update(w.ctx, root, "x", object(t, `{"budget_id":null}`)))
	says(t, w.Budgets.Delete(w.ctx, root, "b"), "")
}
