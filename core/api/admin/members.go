package admin

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// The roles that members may have.
var (
	teamRoles         = []string{people.MemberAdmin, people.MemberUser}
	organizationRoles = []string{people.OrgAdmin, string(people.InternalUser), string(people.InternalUserViewer)}
)

// asked are the members that a request names: an object, or a list of them,
// each with a role.
func (h *Handler) asked(ctx context.Context, a people.Actor, v json.RawMessage, roles []string) ([]people.Member, error) {
	var found []raw.Object
	switch {
	case len(v) == 0 || string(v) == "null":
		return nil, nil
	case v[0] == '{':
		o, err := raw.Parse(v)
		if err != nil {
			return nil, bad("member", "member is no object")
		}
		found = []raw.Object{o}
	default:
		var err error
		if found, err = raw.Objects(v); err != nil {
			return nil, bad("member", "member must be an object or a list of them")
		}
	}
	if len(found) > mostAtOnce {
		return nil, bad("members", "Maximum %d members can be added at once", mostAtOnce)
	}
	members := make([]people.Member, len(found))
	for i, o := range found {
		if err := only(o, "user_id", "user_email", "role"); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(o.Bytes(), &members[i]); err != nil {
			return nil, bad("member", "%v", err)
		}
		if !slices.Contains(roles, members[i].Role) {
			return nil, bad("role", "role must be one of %q", roles)
		}
		if err := h.identify(ctx, a, &members[i]); err != nil {
			return nil, err
		}
	}
	return members, nil
}

// identify finds out who is meant by an address alone, and the address of who
// is meant by an id, if the actor may see it. LiteLLM makes a user of an address
// that nobody has.
func (h *Handler) identify(ctx context.Context, a people.Actor, m *people.Member) error {
	switch {
	case m.UserID == "" && m.Email == "":
		return bad("user_id", "Either user id or user email must be provided")
	case m.UserID == "":
		u, err := h.People.Users.ByEmail(ctx, gateway, m.Email)
		if err != nil {
			return err
		}
		m.UserID = u.ID
	case m.Email == "":
		u, err := h.People.Users.Get(ctx, a, m.UserID)
		if errors.Is(err, llm.NotFoundError) {
			return nil // a member may be a user that is kept nowhere else
		}
		if err != nil {
			return err
		}
		m.Email = u.Email
	}
	return nil
}

// only returns an error for a member of a request that is none of these.
func only(o raw.Object, fields ...string) error {
	for name := range o.All() {
		if !slices.Contains(fields, name) {
			return bad(name, "there is no field %.100q", name)
		}
	}
	return nil
}

// membership is a member of a team or an organization as LiteLLM's tables of
// them have it, with what it has spent there. Base is what its members have that
// have nothing of their own.
func (h *Handler) membership(ctx context.Context, kind, id string, m *people.Member, base *people.Spending) (raw.Object, error) {
	s := people.Spending{MaxBudget: m.MaxBudget, BudgetDuration: m.BudgetDuration, TPM: m.TPM, RPM: m.RPM}
	reply := raw.Object{}.WithText("user_id", m.UserID).WithText(kind+"_id", id).WithRaw("budget_id", []byte("null")).WithRaw("spend", []byte("0"))
	table, err := shown(budgetForm, s)
	if err != nil {
		return reply, err
	}
	reply = reply.WithRaw("litellm_budget_table", table.Bytes())
	pico, resets, err := h.SpentBy(ctx, people.MemberAccount(people.MemberScope(kind+"_member", id, m.UserID), m, base, 0))
	return spent(reply, pico, resets), err
}

// usersOf are the users of members. Of who the actor may not see it is shown
// what it has said itself.
func (h *Handler) usersOf(ctx context.Context, a people.Actor, members []people.Member) (json.RawMessage, error) {
	all := make([]raw.Object, len(members))
	for i, m := range members {
		u, err := h.People.Users.Get(ctx, a, m.UserID)
		switch {
		case errors.Is(err, llm.NotFoundError):
			all[i], err = shown(userForm, people.User{ID: m.UserID, Email: m.Email})
		case err == nil:
			all[i], err = h.user(ctx, u)
		}
		if err != nil {
			return nil, err
		}
	}
	return list(all), nil
}

// budgeted gives a member of an organization the budget that a request says.
func budgeted(body raw.Object, m *people.Member) error {
	v, ok := body.Raw("max_budget_in_organization")
	if !ok {
		return nil
	}
	m.MaxBudget = nil
	if string(v) == "null" {
		return nil
	}
	m.MaxBudget = new(people.Dollars)
	if err := m.MaxBudget.UnmarshalJSON(v); err != nil {
		return bad("max_budget_in_organization", "max_budget_in_organization: %v", err)
	}
	return nil
}
