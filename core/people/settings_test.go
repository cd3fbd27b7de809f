package people_test

import (
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
)

func amount(dollars int64) *people.Dollars {
	d := people.Dollars(dollars * 1e12)
	return &d
}

// TestUpperOfChanges: what no key may have more of holds when a key is changed
// or regenerated, too, and a limit that is taken away becomes the upper one.
func TestUpperOfChanges(t *testing.T) {
	two := int64(2)
	w := newTown(t, func(c *people.Config) {
		c.Settings.Upper = people.KeyParams{MaxBudget: amount(5), RPM: &two, Duration: "30d"}
	})
	create(w, w.Users.Create, `{"user_id":"ann"}`)
	mine := w.key(root, `{"user_id":"ann","max_budget":1,"rpm_limit":1}`)
	for _, c := range []struct {
		by          people.Actor
		patch, want string
	}{
		{w.as(mine), `{"max_budget":6}`, "PermissionDeniedError: max_budget"},
		{root, `{"max_budget":6}`, "PermissionDeniedError: exceeds config's"},
		{root, `{"rpm_limit":3}`, "PermissionDeniedError: greater than config's"},
		{root, `{"duration":"31d"}`, "BadRequestError: over max limit"},
		{root, `{"duration":"-1"}`, "BadRequestError: over max limit"},
		{root, `{"duration":null}`, "BadRequestError: over max limit"},
		{root, `{"max_budget":5,"rpm_limit":2,"duration":"30d"}`, ""},
	} {
		_, err := w.Keys.Update(w.ctx, c.by, people.Hash(mine), object(t, c.patch))
		says(t, err, c.want)
		_, _, err = w.Keys.Regenerate(w.ctx, c.by, people.Hash(mine), people.Regeneration{Patch: object(t, c.patch)})
		if c.want != "" {
			says(t, err, c.want)
		}
		if err == nil {
			mine = w.key(root, `{"user_id":"ann"}`)
		}
	}
	k := must[*people.Key](t)(w.Keys.Update(w.ctx, root, people.Hash(mine), object(t, `{"max_budget":null,"rpm_limit":null}`)))
	if k.MaxBudget == nil || *k.MaxBudget != *amount(5) || k.RPM == nil || *k.RPM != 2 {
		t.Errorf("got %v and %v, want the upper ones", k.MaxBudget, k.RPM)
	}
}

// TestUpperOfBudget: a key that has a Budget's limit keeps it, and is held to
// the most there is by it.
func TestUpperOfBudget(t *testing.T) {
	w := newTown(t, func(c *people.Config) {
		c.Settings.Upper = people.KeyParams{MaxBudget: amount(5)}
		c.Settings.Default = people.KeyParams{MaxBudget: amount(4), BudgetDuration: "1d"}
	})
	create(w, w.Budgets.Create, `{"budget_id":"small","max_budget":3}`)
	create(w, w.Budgets.Create, `{"budget_id":"large","max_budget":6}`)
	_, k, err := w.issue(root, `{"budget_id":"small"}`)
	if err != nil || k.MaxBudget != nil || k.BudgetDuration != "" {
		t.Errorf("got %+v, %v, want nothing but the Budget's", k, err)
	}
	_, _, err = w.issue(root, `{"budget_id":"large"}`)
	says(t, err, "PermissionDeniedError: exceeds config's")
}

// TestKeyRules: who may make keys, and what they must say.
func TestKeyRules(t *testing.T) {
	w := newTown(t, func(c *people.Config) {
		c.Settings.TeamKeys = people.KeyRules{Roles: []string{"admin"}, Required: []string{"tags"}}
		c.Settings.PersonalKeys = people.KeyRules{Roles: []string{"proxy_admin"}, Required: []string{"key_alias"}}
	})
	create(w, w.Users.Create, `{"user_id":"ann"}`)
	create(w, w.Users.Create, `{"user_id":"bob"}`)
	create(w, w.Teams.Create, `{"team_id":"red","team_member_permissions":["/key/generate"]}`)
	for user, role := range map[string]string{"ann": "admin", "bob": "user"} {
		must[*people.Member](t)(w.Teams.SetMember(w.ctx, root, "red", people.Member{UserID: user, Role: role}))
	}
	ann, bob := w.as(w.key(root, `{"user_id":"ann","key_alias":"a"}`)), w.as(w.key(root, `{"user_id":"bob","key_alias":"b"}`))
	for _, c := range []struct {
		by            people.Actor
		request, want string
	}{
		{ann, `{"team_id":"red","tags":["x"]}`, ""},
		{ann, `{"team_id":"red"}`, "BadRequestError: Required param tags"},
		{bob, `{"team_id":"red","tags":["x"]}`, "BadRequestError: role user not in allowed_team_member_roles"},
		{root, `{"team_id":"red"}`, ""},
		{bob, `{"key_alias":"mine"}`, "BadRequestError: Personal key creation has been restricted"},
		{root, `{}`, "BadRequestError: Required param key_alias"},
		{root, `{"key_alias":"c"}`, ""},
	} {
		_, _, err := w.issue(c.by, c.request)
		says(t, err, c.want)
	}
}

// TestNoPersonalKeys: without a team only administrators make keys.
func TestNoPersonalKeys(t *testing.T) {
	w := newTown(t, func(c *people.Config) { c.Settings.NoPersonal = true })
	create(w, w.Users.Create, `{"user_id":"ann"}`)
	_, _, err := w.issue(w.as(w.key(root, `{"user_id":"ann"}`)), `{}`)
	says(t, err, "BadRequestError: Personal key creation has been restricted")
}

// TestNewcomers: what new users and teams have that are made without, unless
// they come from elsewhere.
func TestNewcomers(t *testing.T) {
	w := newTown(t, func(c *people.Config) {
		c.Settings.Users = people.KeyParams{MaxBudget: amount(3), Models: []string{"a"}}
		c.Settings.UserRole = people.InternalUserViewer
		c.Settings.Internal = people.KeyParams{MaxBudget: amount(2), BudgetDuration: "1d"}
		c.Settings.Teams, c.Settings.Soft = amount(7), amount(1)
	})
	for request, want := range map[string]string{
		`{}`: "internal_user_viewer 3 [a]", `{"user_role":"internal_user","max_budget":9}`: "internal_user 9 1d [a]",
		`{"user_role":"internal_user","budget_duration":"7d"}`: "internal_user 3 7d [a]", `{"user_role":"proxy_admin"}`: "proxy_admin []",
	} {
		if got := said(create(w, w.Users.Create, request)); got != want {
			t.Errorf("%s: got %s, want %s", request, got, want)
		}
	}
	viewer := create(w, w.Users.Create, `{"user_id":"ann","max_budget":null}`)
	must[*people.User](t)(w.Users.Update(w.ctx, root, viewer.ID, object(t, `{"max_budget":null}`)))
	if u := must[*people.User](t)(w.Users.Update(w.ctx, root, viewer.ID, object(t, `{"user_role":"internal_user"}`))); said(u) != "internal_user 2 1d [a]" {
		t.Errorf("got %s for who becomes one, want internal_user 2 1d [a]", said(u))
	}
	moving := root
	moving.Moves = true
	if u := must[*people.User](t)(w.Users.Create(w.ctx, moving, people.User{})); u.MaxBudget != nil {
		t.Errorf("got %v for who moves in, want no budget", u.MaxBudget)
	}
	if team := create(w, w.Teams.Create, `{}`); team.MaxBudget == nil || *team.MaxBudget != *amount(7) {
		t.Errorf("got %v, want $7", team.MaxBudget)
	}
	if _, k, err := w.issue(root, `{}`); err != nil || k.SoftBudget == nil || *k.SoftBudget != *amount(1) {
		t.Errorf("got %+v, %v, want a soft budget of $1", k, err)
	}
}

func said(u *people.User) string {
	text := string(u.Role) + " "
	if u.MaxBudget != nil {
		b, _ := u.MaxBudget.MarshalJSON()
		text += string(b) + " "
	}
	if u.BudgetDuration != "" {
		text += u.BudgetDuration + " "
	}
	text += "["
	for _, m := range u.Models {
		text += m
	}
	return text + "]"
}

// TestDefaultCustomer: a customer without a budget of its own has the
// operator's, in an account of its own, whether it is kept or not.
func TestDefaultCustomer(t *testing.T) {
	w := newTown(t)
	w.authority.Labels = people.Labels{Customer: amount(2), Tags: map[string]people.Spending{"red": {MaxBudget: amount(1), BudgetDuration: "1d"}}}
	create(w, w.Customers.Create, `{"user_id":"kept"}`)
	create(w, w.Customers.Create, `{"user_id":"rich","max_budget":9}`)
	for customer, want := range map[string]string{"nobody": "default_end_user/nobody", "kept": "default_end_user/kept", "rich": "end_user/rich"} {
		g := must[*people.Grant](t)(w.authority.With(w.ctx, &people.Grant{}, customer, []string{"red", "blue"}))
		if len(g.Accounts) != 2 || g.Accounts[0].Name() != "tag_budget_config/red" || g.Accounts[1].Name() != want || g.Accounts[1].Since != time.Unix(0, 0).UTC() && customer != "rich" {
			t.Errorf("%s: got %+v, want those of red and %s", customer, g.Accounts, want)
		}
	}
	_, err := w.authority.With(w.ctx, &people.Grant{}, "nobody ", nil)
	says(t, err, "BadRequestError: printable")
}

// TestCustomersBudget: the Budget that the operator names is every such
// customer's, and must be there.
func TestCustomersBudget(t *testing.T) {
	w := newTown(t)
	w.authority.Labels = people.Labels{Takes: "each", Customer: amount(2)}
	_, err := w.authority.With(w.ctx, &people.Grant{}, "ann", nil)
	says(t, err, "AuthenticationError: Budget=each")
	create(w, w.Budgets.Create, `{"budget_id":"each","max_budget":1,"rpm_limit":3}`)
	g := must[*people.Grant](t)(w.authority.With(w.ctx, &people.Grant{}, "ann", nil))
	if len(g.Accounts) != 1 || *g.Accounts[0].Limit != *amount(1) || g.Accounts[0].Version == 0 || len(g.Rates) != 1 || *g.Rates[0].RPM != 3 {
		t.Errorf("got %+v and %+v, want the Budget's", g.Accounts, g.Rates)
	}
}
