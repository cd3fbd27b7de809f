package people

import (
	"context"
	"errors"
	"slices"

	"github.com/tollgate-llm/tollgate/store"
)

// reach is how far an actor's power over a team goes.
type reach uint8

const (
	nothing reach = iota
	sees          // knows it
	belongs       // is a member
	runs          // is an admin of it
	governs       // is above it: a proxy admin, or an admin of its organization
)

// reachOf is what an actor is to a team.
func (d *Directory) reachOf(ctx context.Context, a Actor, t *Team) (reach, error) {
	if a.admin() {
		return governs, nil
	}
	r := nothing
	if a.views() || a.Grant != nil && a.Grant.TeamID == t.ID {
		r = sees
	}
	if a.UserID() == "" {
		return r, nil
	}
	if t.OrganizationID != "" {
		role, err := d.roleIn(ctx, organizationPK(t.OrganizationID), a.UserID())
		if err != nil {
			return nothing, err
		}
		if role == OrgAdmin && a.writes() {
			return governs, nil
		}
	}
	role, err := d.roleIn(ctx, teamPK(t.ID), a.UserID())
	switch {
	case err != nil:
		return nothing, err
	case role == "":
	case !a.writes():
		r = sees
	case role == MemberAdmin:
		r = runs
	default:
		r = belongs
	}
	return r, nil
}

// takesNoBudget returns an error for somebody who is no proxy admin and has a
// record take from another Budget: whose it is, and how much is in it, is not
// theirs to know.
func takesNoBudget[P interface {
	*T
	spends() *Spending
}, T any](a Actor, before, after P) error {
	had := ""
	if before != nil {
		had = before.spends().BudgetID
	}
	if a.admin() || after.spends().BudgetID == had {
		return nil
	}
	return forbidden("budget_id", "only a proxy admin may set budget_id. Your role=%s", a.Role())
}

// roleIn is the role of a user in a team or an organization; "" for none.
func (d *Directory) roleIn(ctx context.Context, owner, user string) (string, error) {
	m, err := d.member(ctx, owner, user)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return m.Role, nil
}

// fitsOrganization returns an error for a team that would have what its
// organization has not. Only what the fields name is judged; nil is all.
func (d *Directory) fitsOrganization(ctx context.Context, t *Team, fields []string) error {
	if t.OrganizationID == "" {
		return nil
	}
	if slices.Contains(fields, "organization_id") {
		fields = nil
	}
	o, err := d.Organizations.load(ctx, t.OrganizationID)
	if err != nil {
		return err
	}
	above, err := d.filled(ctx, &o.Spending)
	if err != nil {
		return err
	}
	asked := demand{models: t.Models, spending: &t.Spending, fields: fields}
	return asked.within(bound{who: "organization", models: grouped("org", o.ID, o.Models, nil, nil), spending: above, groups: d.Groups})
}
