package people

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Member is a user's place in a team or an organization.
type Member struct {
	UserID string `json:"user_id"`
	Email  string `json:"user_email,omitempty"`
	// Role is admin or user in a team; org_admin, internal_user or
	// internal_user_viewer in an organization.
	Role string `json:"role"`
	// What the member may spend within it, and how fast. Absent in a team: what
	// the team gives every member.
	MaxBudget      *Dollars `json:"max_budget_in_team,omitempty"`
	BudgetDuration string   `json:"budget_duration,omitempty"`
	TPM            *int64   `json:"tpm_limit,omitempty"`
	RPM            *int64   `json:"rpm_limit,omitempty"`
	Since          Time     `json:"created_at,omitzero"`
	Version        int64    `json:"-"`
}

// spending is what the membership itself says.
func (m *Member) spending() Spending {
	return Spending{MaxBudget: m.MaxBudget, BudgetDuration: m.BudgetDuration, TPM: m.TPM, RPM: m.RPM}
}

func memberKey(owner, user string) store.Key { return store.Key{PK: owner, SK: "M#" + user} }

// member reads a membership; store.ErrNotFound when there is none.
func (d *Directory) member(ctx context.Context, owner, user string) (*Member, error) {
	return readMember(ctx, d.Store, owner, user)
}

func readMember(ctx context.Context, s store.Store, owner, user string) (*Member, error) {
	item, err := s.Get(ctx, memberKey(owner, user), true)
	if err != nil {
		return nil, stored(ctx, err)
	}
	m := &Member{Version: item.Int(attrVersion)}
	if err := json.Unmarshal([]byte(item.Text(attrBody)), m); err != nil {
		return nil, unavailable(err)
	}
	return m, nil
}

// club is what a user may be a member of.
type club struct {
	pk, table, field, id string
	roles                []string
}

func teamClub(id string) club {
	return club{teamPK(id), "LiteLLM_TeamMembership", "team_id", id, []string{MemberAdmin, MemberUser}}
}

func organizationClub(id string) club {
	return club{organizationPK(id), "LiteLLM_OrganizationMembership", "organization_id", id, []string{OrgAdmin, string(InternalUser), string(InternalUserViewer)}}
}

// SetMember makes a user a member of a team, or changes its membership.
func (t *Teams) SetMember(ctx context.Context, a Actor, team string, m Member) (*Member, error) {
	if err := t.mayRun(ctx, a, team); err != nil {
		return nil, err
	}
	return t.d.setMember(ctx, a, teamClub(team), m)
}

// RemoveMember ends a membership, and deletes the keys that the user has of the
// team.
func (t *Teams) RemoveMember(ctx context.Context, a Actor, team, user string) error {
	if err := t.mayRun(ctx, a, team); err != nil {
		return err
	}
	if err := t.d.removeMember(ctx, a, teamClub(team), user); err != nil {
		return err
	}
	return t.d.dropKeys(ctx, a, userPK(user), func(k *Key) bool { return k.TeamID == team })
}

// Members lists the members of a team, by their ids.
func (t *Teams) Members(ctx context.Context, a Actor, team, after string) (Page[Member], error) {
	if _, err := t.Get(ctx, a, team); err != nil {
		return Page[Member]{}, err
	}
	return t.d.members(ctx, teamPK(team), after)
}

// Member finds the membership of a user.
func (t *Teams) Member(ctx context.Context, a Actor, team, user string) (*Member, error) {
	if _, err := t.Get(ctx, a, team); err != nil {
		return nil, err
	}
	return t.d.memberAt(ctx, teamPK(team), user)
}

// memberAt is member with an error for whoever asked.
func (d *Directory) memberAt(ctx context.Context, owner, user string) (*Member, error) {
	m, err := d.member(ctx, owner, user)
	if errors.Is(err, store.ErrNotFound) {
		return nil, missing("user_id", user)
	}
	return m, err
}

// mayRun returns an error unless the actor is an admin of the team, or above it.
func (t *Teams) mayRun(ctx context.Context, a Actor, id string) error {
	v, err := t.Get(ctx, a, id)
	if err != nil {
		return err
	}
	r, err := t.d.reachOf(ctx, a, v)
	if err == nil && r < runs {
		err = notAdmin(a)
	}
	return err
}

func (d *Directory) setMember(ctx context.Context, a Actor, c club, m Member) (*Member, error) {
	if !slices.Contains(c.roles, m.Role) {
		return nil, bad("role", "role must be one of %q", c.roles)
	}
	limits := m.spending()
	if err := first(checkID("user_id", m.UserID), limits.valid()); err != nil {
		return nil, err
	}
	for range tries {
		before, err := d.member(ctx, c.pk, m.UserID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		now := d.Now().UTC()
		m.Since, m.Version = Time{now}, now.UnixMilli()
		if before != nil {
			m.Since, m.Version = before.Since, max(before.Version+1, m.Version)
		}
		if err = d.writeMember(ctx, a, c, before, &m); !errors.Is(err, errChanged) {
			return &m, err
		}
	}
	return nil, busy(c.field, c.id)
}

func (d *Directory) removeMember(ctx context.Context, a Actor, c club, user string) error {
	for range tries {
		before, err := d.member(ctx, c.pk, user)
		if errors.Is(err, store.ErrNotFound) {
			return missing("user_id", user)
		}
		if err != nil {
			return err
		}
		if err = d.writeMember(ctx, a, c, before, nil); !errors.Is(err, errChanged) {
			return err
		}
	}
	return busy(c.field, c.id)
}

// writeMember makes, changes or ends a membership.
func (d *Directory) writeMember(ctx context.Context, a Actor, c club, before, after *Member) error {
	line := Change{Table: c.table, Object: c.id, Action: "updated"}
	is := store.Condition{Attr: attrVersion, Op: store.Absent}
	var user string
	if before != nil {
		user, is = before.UserID, store.Condition{Attr: attrVersion, Op: store.Equal, Value: before.Version}
	} else {
		line.Action = "created"
	}
	w := store.Write{If: []store.Condition{is}}
	b := &batch{}
	if after == nil {
		line.Action, w.Delete = "deleted", true
	} else {
		user = after.UserID
		body, err := json.Marshal(after)
		if err != nil {
			return unavailable(err)
		}
		w.Set = store.Item{attrBody: string(body), attrVersion: after.Version}
	}
	w.Key = memberKey(c.pk, user)
	b.add(w, errChanged)
	l := under(c.pk, w.Key.SK, missing(c.field, c.id))
	l.key = store.Key{PK: userPK(user), SK: c.pk}
	if before == nil {
		relink(b, nil, []link{l}, "", c.id)
	} else if after == nil {
		relink(b, []link{l}, nil, c.id, "")
	}
	var err error
	if line.Before, err = shown(before); err == nil {
		line.After, err = shown(after)
	}
	if err != nil {
		return unavailable(err)
	}
	return d.commit(ctx, a, b, line)
}

func (d *Directory) members(ctx context.Context, owner, after string) (Page[Member], error) {
	found, err := d.Store.Query(ctx, store.Query{PK: owner, Prefix: "M#", After: after, Consistent: true})
	if err != nil {
		return Page[Member]{}, stored(ctx, err)
	}
	page := Page[Member]{Next: found.Next}
	for _, k := range found.Items {
		var m Member
		if err := json.Unmarshal([]byte(k.Item.Text(attrBody)), &m); err != nil {
			return Page[Member]{}, &llm.Error{Class: llm.ServiceUnavailableError, Message: "a stored membership cannot be read", Err: err}
		}
		page.Items = append(page.Items, m)
	}
	return page, nil
}
