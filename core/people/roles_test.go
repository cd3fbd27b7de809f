package people_test

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// peopled is a town of two organizations with a team each. Every role has a
// key: "root" is the master key, "nobody" a key without a user.
func peopled(t *testing.T) (*town, map[string]people.Actor) {
	w := newTown(t)
	for _, id := range []string{"acme", "other"} {
		create(w, w.Organizations.Create, `{"organization_id":"`+id+`"}`)
	}
	create(w, w.Teams.Create, `{"team_id":"red","organization_id":"acme","models":["gpt-4o"],"max_budget":10,"rpm_limit":100,"team_member_permissions":["/key/generate","/key/update"]}`)
	create(w, w.Teams.Create, `{"team_id":"blue","organization_id":"other"}`)
	create(w, w.Teams.Create, `{"team_id":"closed","organization_id":"acme"}`)
	roles := map[string]string{
		"admin": "proxy_admin", "viewer": "proxy_admin_viewer", "chief": "internal_user", "lead": "internal_user", "member": "internal_user",
		"watcher": "internal_user_viewer", "stranger": "internal_user",
	}
	for id, role := range roles {
		create(w, w.Users.Create, `{"user_id":"`+id+`","user_role":"`+role+`"}`)
	}
	for user, role := range map[string]string{"lead": "admin", "member": "user", "watcher": "admin"} {
		must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "red", people.Member{UserID: user, Role: role}))
	}
	must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "closed", people.Member{UserID: "member", Role: "user"}))
	must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "blue", people.Member{UserID: "stranger", Role: "admin"}))
	must[*people.Member](t)(w.Organizations.SetMember(w.ctx, root, "acme", people.Member{UserID: "chief", Role: "org_admin"}))
	actors := map[string]people.Actor{"root": root, "nobody": w.as(w.key(root, `{}`)), "team": w.as(w.key(root, `{"team_id":"red"}`))}
	for id := range roles {
		actors[id] = w.as(w.key(root, `{"user_id":"`+id+`"}`))
	}
	return w, actors
}

// TestRoles: who may do what. Each line lists those who may; all others get a
// refusal and nothing changes.
func TestRoles(t *testing.T) {
	issued := func(request string) func(*town, people.Actor) error {
		return func(w *town, a people.Actor) error { _, _, err := w.issue(a, request); return err }
	}
	var redKey, aliceKey string
	type act func(w *town, a people.Actor) error
	for _, c := range []struct {
		name string
		may  []string
		act  act
	}{
		{"issue its own key", []string{"root", "admin", "chief", "lead", "member", "stranger"}, issued(`{}`)},
		{"issue somebody's key", []string{"root", "admin"}, issued(`{"user_id":"alice"}`)},
		{"issue a key of the team", []string{"root", "admin", "chief", "lead", "member"}, issued(`{"team_id":"red"}`)},
		{"issue a key of a team that lets its members not", []string{"root", "admin", "chief"}, issued(`{"team_id":"closed"}`)},
		{"choose a key", []string{"root", "admin"}, issued(`{"key":"sk-chosen"}`)},
		{"issue with permissions", []string{"root", "admin"}, issued(`{"permissions":{"get_spend_routes":true}}`)},
		{"issue with spend", []string{"root", "admin"}, issued(`{"spend":1}`)},
		{"issue with a pass-through route", []string{"root", "admin"}, issued(`{"allowed_passthrough_routes":["/vendor"]}`)},
		{"issue beyond the team's models", nil, issued(`{"team_id":"red","models":["claude"]}`)},
		{"issue beyond the team's budget", nil, issued(`{"team_id":"red","max_budget":10.01}`)},
		{"issue beyond the team's limit", nil, issued(`{"team_id":"red","rpm_limit":101}`)},
		{"issue a service account", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error {
			_, _, err := w.Keys.Generate(w.ctx, a, people.NewKey{Key: people.Key{TeamID: "red"}, ServiceAccount: true})
			return err
		}},
		{"import a key", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Keys.Import(w.ctx, a, people.Key{Token: people.Hash("sk-elsewhere")})
			return err
		}},
		{"see a key of the team", []string{"root", "admin", "viewer", "chief", "lead", "member", "watcher"}, func(w *town, a people.Actor) error { _, err := w.Keys.Get(w.ctx, a, redKey); return err }},
		{"see somebody's key", []string{"root", "admin", "viewer"}, func(w *town, a people.Actor) error { _, err := w.Keys.Get(w.ctx, a, aliceKey); return err }},
		{"see its own key", []string{"root", "admin", "viewer", "chief", "lead", "member", "watcher", "stranger", "nobody", "team"}, func(w *town, a people.Actor) error {
			hash := redKey
			if a.Grant.KeyID != "" {
				hash = a.Grant.KeyHash
			}
			_, err := w.Keys.Get(w.ctx, a, hash)
			return err
		}},
		{"list all keys", []string{"root", "admin", "viewer"}, func(w *town, a people.Actor) error { _, err := w.Keys.List(w.ctx, a, people.Listing{}); return err }},
		{"change a key of the team", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error {
			_, err := w.Keys.Update(w.ctx, a, redKey, object(w.t, `{"key_alias":"x"}`))
			return err
		}},
		{"change its user", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Keys.Update(w.ctx, a, redKey, object(w.t, `{"user_id":"lead"}`))
			return err
		}},
		{"change its own key", []string{"root", "admin", "chief", "lead", "member", "stranger"}, func(w *town, a people.Actor) error {
			hash := redKey
			if a.Grant.KeyID != "" {
				hash = a.Grant.KeyHash
			}
			_, err := w.Keys.Update(w.ctx, a, hash, object(w.t, `{"key_alias":"mine"}`))
			return err
		}},
		{"unblock its own key", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			hash := aliceKey
			if a.Grant.KeyID != "" {
				hash = a.Grant.KeyHash
			}
			_, err := w.Keys.Block(w.ctx, a, hash, false)
			return err
		}},
		{"block a key of the team", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error { _, err := w.Keys.Block(w.ctx, a, redKey, true); return err }},
		{"regenerate a key of the team", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error {
			_, _, err := w.Keys.Regenerate(w.ctx, a, redKey, people.Regeneration{})
			return err
		}},
		{"delete a key of the team", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error { return w.Keys.Delete(w.ctx, a, redKey) }},
		{"make a team", []string{"root", "admin"}, func(w *town, a people.Actor) error { _, err := w.Teams.Create(w.ctx, a, people.Team{}); return err }},
		{"make a team of the organization", []string{"root", "admin", "chief"}, func(w *town, a people.Actor) error {
			_, err := w.Teams.Create(w.ctx, a, people.Team{OrganizationID: "acme"})
			return err
		}},
		{"make a team of another organization", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Teams.Create(w.ctx, a, people.Team{OrganizationID: "other"})
			return err
		}},
		{"see a team", []string{"root", "admin", "viewer", "chief", "lead", "member", "watcher", "team"}, func(w *town, a people.Actor) error { _, err := w.Teams.Get(w.ctx, a, "red"); return err }},
		{"see its members", []string{"root", "admin", "viewer", "chief", "lead", "member", "watcher", "team"}, func(w *town, a people.Actor) error { _, err := w.Teams.Members(w.ctx, a, "red", ""); return err }},
		{"name a team", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error {
			_, err := w.Teams.Update(w.ctx, a, "red", object(w.t, `{"team_alias":"x"}`))
			return err
		}},
		{"raise a team's budget", []string{"root", "admin", "chief"}, func(w *town, a people.Actor) error {
			_, err := w.Teams.Update(w.ctx, a, "red", object(w.t, `{"max_budget":99}`))
			return err
		}},
		{"move a team to another organization", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Teams.Update(w.ctx, a, "red", object(w.t, `{"organization_id":"other"}`))
			return err
		}},
		{"block a team", []string{"root", "admin", "chief"}, func(w *town, a people.Actor) error { _, err := w.Teams.Block(w.ctx, a, "red", true); return err }},
		{"delete a team", []string{"root", "admin", "chief"}, func(w *town, a people.Actor) error { return w.Teams.Delete(w.ctx, a, "red") }},
		{"add a member", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error {
			_, err := w.Teams.SetMember(w.ctx, a, "red", people.Member{UserID: "new", Role: "admin"})
			return err
		}},
		{"remove a member", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error { return w.Teams.RemoveMember(w.ctx, a, "red", "member") }},
		{"make a project", []string{"root", "admin", "chief", "lead"}, func(w *town, a people.Actor) error {
			_, err := w.Projects.Create(w.ctx, a, people.Project{TeamID: "red"})
			return err
		}},
		{"see an organization", []string{"root", "admin", "viewer", "chief"}, func(w *town, a people.Actor) error { _, err := w.Organizations.Get(w.ctx, a, "acme"); return err }},
		{"change an organization", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Organizations.Update(w.ctx, a, "acme", object(w.t, `{"max_budget":1}`))
			return err
		}},
		{"add to an organization", []string{"root", "admin", "chief"}, func(w *town, a people.Actor) error {
			_, err := w.Organizations.SetMember(w.ctx, a, "acme", people.Member{UserID: "new", Role: "internal_user"})
			return err
		}},
		{"make a user", []string{"root", "admin"}, func(w *town, a people.Actor) error { _, err := w.Users.Create(w.ctx, a, people.User{}); return err }},
		{"see a user", []string{"root", "admin", "viewer"}, func(w *town, a people.Actor) error { _, err := w.Users.Get(w.ctx, a, "alice"); return err }},
		{"CVE-2026-47102: become an admin", []string{"admin"}, func(w *town, a people.Actor) error {
			_, err := w.Users.Update(w.ctx, a, a.UserID(), object(w.t, `{"user_role":"proxy_admin"}`))
			return err
		}},
		{"raise its own budget", []string{"admin"}, func(w *town, a people.Actor) error {
			_, err := w.Users.Update(w.ctx, a, a.UserID(), object(w.t, `{"max_budget":99}`))
			return err
		}},
		{"change its address", []string{"admin", "viewer", "chief", "lead", "member", "stranger"}, func(w *town, a people.Actor) error {
			_, err := w.Users.Update(w.ctx, a, a.UserID(), object(w.t, `{"user_email":"new@example.com"}`))
			return err
		}},
		{"delete a user", []string{"root", "admin"}, func(w *town, a people.Actor) error { return w.Users.Delete(w.ctx, a, "alice") }},
		{"make a budget", []string{"root", "admin"}, func(w *town, a people.Actor) error { _, err := w.Budgets.Create(w.ctx, a, people.Budget{}); return err }},
		{"make a customer", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Customers.Create(w.ctx, a, people.Customer{ID: "x"})
			return err
		}},
		{"make a tag", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Tags.Create(w.ctx, a, people.Tag{Name: "x"})
			return err
		}},
		{"make an access group", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.AccessGroups.Create(w.ctx, a, people.AccessGroup{Name: "x"})
			return err
		}},
		{"make a credential", []string{"root", "admin"}, func(w *town, a people.Actor) error {
			_, err := w.Credentials.Create(w.ctx, a, people.Credential{Name: "x", Values: people.Free{"api_key": []byte(`"s"`)}})
			return err
		}},
		{"see a credential", []string{"root", "admin", "viewer"}, func(w *town, a people.Actor) error { _, err := w.Credentials.Get(w.ctx, a, "cloud"); return err }},
		{"read the audit log", []string{"root", "admin", "viewer"}, func(w *town, a people.Actor) error { _, err := w.Audit(w.ctx, a, *w.clock, "", 0); return err }},
	} {
		t.Run(c.name, func(t *testing.T) {
			may := map[string]bool{}
			for _, role := range c.may {
				may[role] = true
			}
			for _, role := range []string{"root", "admin", "viewer", "chief", "lead", "member", "watcher", "stranger", "nobody", "team"} {
				w, actors := peopled(t)
				create(w, w.Users.Create, `{"user_id":"alice"}`)
				create(w, w.Credentials.Create, `{"credential_name":"cloud","credential_values":{"api_key":"s"}}`)
				redKey, aliceKey = people.Hash(w.key(root, `{"team_id":"red"}`)), people.Hash(w.key(root, `{"user_id":"alice"}`))
				before := len(must[people.Page[people.Change]](t)(w.Audit(w.ctx, root, *w.clock, "", 1000)).Items)
				err := c.act(w, actors[role])
				if (err == nil) != may[role] {
					t.Errorf("%s: got %v, want it allowed: %t", role, err, may[role])
				}
				var e *llm.Error
				if err != nil && (!errors.As(err, &e) || e.Class.Status() >= 500) {
					t.Errorf("%s: got %v, want a refusal", role, err)
				}
				if after := len(must[people.Page[people.Change]](t)(w.Audit(w.ctx, root, *w.clock, "", 1000)).Items); err != nil && after != before {
					t.Errorf("%s: got %d changes by what was refused", role, after-before)
				}
			}
		})
	}
}

// TestCVE202647101: a key's allowed_routes are judged when it is issued. The
// published attack stores routes that the issuer may not call.
func TestCVE202647101(t *testing.T) {
	w := newTown(t)
	create(w, w.Users.Create, `{"user_id":"eve"}`)
	for _, c := range []struct{ own, asked, want string }{
		{`["/key/generate"]`, `["/*"]`, "PermissionDeniedError: not in issuer's allowed routes"},
		{`["/key/generate"]`, `["*"]`, "PermissionDeniedError: not in issuer's allowed routes"},
		{`["/key/generate"]`, `["management_routes"]`, "PermissionDeniedError: not in issuer's allowed routes"},
		{`["/key/*","llm_api_routes"]`, `["/key/generate","openai_routes"]`, ""},
		{`["llm_api_routes"]`, `["/v1/chat/completions"]`, ""},
		{`["llm_api_routes"]`, `["/anthropic/v1/messages"]`, ""},
		{`["llm_api_routes"]`, `["/key"]`, "PermissionDeniedError"},
		{`["info_routes"]`, `["/models"]`, "PermissionDeniedError"}, // below it are models that can be called
		{`["info_routes"]`, `["/health"]`, "PermissionDeniedError"},
		{`["info_routes"]`, `["/key/info"]`, ""},
		{`["/chat"]`, `["/chat/completions","/chat/*"]`, ""},
		{`["/chat"]`, `["/chat*"]`, "PermissionDeniedError"},
	} {
		t.Run(c.own+c.asked, func(t *testing.T) {
			eve := w.as(w.key(root, `{"user_id":"eve","allowed_routes":`+c.own+`}`))
			_, _, err := w.issue(eve, `{"allowed_routes":`+c.asked+`}`)
			says(t, err, c.want)
			_, err = w.Keys.Update(w.ctx, eve, eve.Grant.KeyHash, object(t, `{"allowed_routes":`+c.asked+`}`))
			says(t, err, c.want)
		})
	}
	eve := w.as(w.key(root, `{"user_id":"eve","allowed_routes":["/key/generate"]}`))
	if _, k, err := w.issue(eve, `{}`); err != nil || len(k.Routes) != 1 || k.Routes[0] != "/key/generate" {
		t.Errorf("got %+v, %v, want the issuer's routes", k, err)
	}
}

// TestIssuer: who issues a key gives what it has, at most, and what is not asked
// for is as little.
func TestIssuer(t *testing.T) {
	const issuer = `{"user_id":"eve","models":["gpt-*","claude"],"max_budget":10,"budget_duration":"30d","rpm_limit":10,"model_rpm_limit":{"a":2},"model_max_budget":{"a":{"budget_limit":1,"time_period":"1d"}}}`
	for _, c := range []struct{ asked, want string }{
		{`{"models":["gpt-4o"]}`, ""},
		{`{"models":["gpt-4*","claude"]}`, ""},
		{`{"models":["mistral"]}`, "PermissionDeniedError: not in issuer's allowed models"},
		{`{"models":["*"]}`, "PermissionDeniedError: not in issuer's allowed models"},
		{`{"models":["all-proxy-models"]}`, "PermissionDeniedError: not in issuer's allowed models"},
		{`{"models":["gpt*"]}`, "PermissionDeniedError: not in issuer's allowed models"},
		{`{"models":["claude*"]}`, "PermissionDeniedError: not in issuer's allowed models"},
		{`{"access_group_ids":["g"]}`, "PermissionDeniedError: cannot give access groups"},
		{`{"max_budget":10}`, ""},
		{`{"max_budget":11}`, "PermissionDeniedError: exceeds issuer's"},
		{`{"max_budget":1,"budget_duration":"1d"}`, "PermissionDeniedError: is shorter than the issuer's"},
		{`{"max_budget":10,"budget_duration":"60d"}`, ""},
		{`{"rpm_limit":11}`, "PermissionDeniedError: greater than issuer's"},
		{`{"model_rpm_limit":{"a":3}}`, "PermissionDeniedError: greater than issuer's"},
		{`{"model_max_budget":{"a":{"budget_limit":2,"time_period":"1d"}}}`, "PermissionDeniedError: exceeds issuer's"},
		{`{"model_max_budget":{"a":{"budget_limit":1,"time_period":"1h"}}}`, "PermissionDeniedError: more than the issuer's"},
		{`{"model_max_budget":{"a":{"rpm_limit":1}}}`, "PermissionDeniedError: more than the issuer's"},
	} {
		t.Run(c.asked, func(t *testing.T) {
			w := newTown(t)
			create(w, w.Users.Create, `{"user_id":"eve"}`)
			create(w, w.AccessGroups.Create, `{"access_group_id":"g","access_group_name":"g","access_model_names":["mistral"]}`)
			_, _, err := w.issue(w.as(w.key(root, issuer)), c.asked)
			says(t, err, c.want)
		})
	}
	w := newTown(t)
	create(w, w.Users.Create, `{"user_id":"eve"}`)
	token := w.key(root, issuer)
	_, k, err := w.issue(w.as(token), `{}`)
	if err != nil || len(k.Models) != 2 || *k.MaxBudget != 10e12 || k.BudgetDuration != "30d" || *k.RPM != 10 || k.ModelRPM["a"] != 2 || *k.ModelMaxBudget["a"].MaxBudget != 1e12 {
		t.Errorf("got %+v, %v, want what the issuer has", k, err)
	}
	strong := people.Hash(w.key(root, `{"user_id":"eve"}`))
	_, _, err = w.Keys.Regenerate(w.ctx, w.as(token), strong, people.Regeneration{})
	says(t, err, "PermissionDeniedError: is not yours to regenerate")
	if _, _, err = w.Keys.Regenerate(w.ctx, w.as(token), people.Hash(token), people.Regeneration{}); err != nil {
		t.Errorf("got %v, want a key to regenerate itself", err)
	}
}
