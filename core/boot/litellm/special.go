package litellm

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// budgeted takes the id of a budget from the budget itself, where LiteLLM shows
// nothing else.
func budgeted(row raw.Object) raw.Object {
	var has struct {
		Budget struct {
			ID string `json:"budget_id"`
		} `json:"litellm_budget_table"`
	}
	if err := json.Unmarshal(row.Bytes(), &has); err != nil || has.Budget.ID == "" {
		return row
	}
	return row.WithText("budget_id", has.Budget.ID)
}

// user gives a user without a role the one that LiteLLM takes it to have.
func user(row raw.Object) raw.Object {
	if role, _ := row.Text("user_role"); role == "" {
		return row.WithText("user_role", string(people.InternalUser))
	}
	return row
}

// team adds a team's aliases of models, and what it gives every member, which
// LiteLLM keeps in a budget that its metadata names.
func (m *mover) team(row raw.Object) raw.Object {
	var has struct {
		Table struct {
			Aliases json.RawMessage `json:"model_aliases"`
		} `json:"litellm_model_table"`
	}
	if err := json.Unmarshal(row.Bytes(), &has); err == nil && len(has.Table.Aliases) > 0 {
		aliases := has.Table.Aliases
		var text string
		if err := json.Unmarshal(aliases, &text); err == nil { // some versions keep JSON in a text
			aliases = json.RawMessage(text)
		}
		row = row.WithRaw("model_aliases", aliases)
	}
	v, _ := row.Raw("metadata")
	metadata, err := raw.Parse(orNull(v))
	if err != nil {
		return row
	}
	id, _ := metadata.Text("team_member_budget_id")
	budget, ok := m.budgets[id]
	if !ok {
		return row
	}
	row = row.WithRaw("metadata", metadata.Without("team_member_budget_id").Bytes())
	for theirs, ours := range map[string]string{
		"max_budget": "team_member_budget", "budget_duration": "team_member_budget_duration",
		"tpm_limit": "team_member_tpm_limit", "rpm_limit": "team_member_rpm_limit",
	} {
		if v, ok := budget.Raw(theirs); ok {
			row = row.WithRaw(ours, v)
		}
	}
	return row
}

// key makes a team's key one of the team's organization, as it is here.
func (m *mover) key(row raw.Object) raw.Object {
	team, _ := row.Text("team_id")
	if team == "" {
		return row
	}
	return row.WithText("organization_id", m.organizations[team])
}

// memberID is a membership's: the team or organization, and the user.
func memberID(of, user string) string { return url.PathEscape(of) + "/" + url.PathEscape(user) }

func splitMember(id string) (of, user string) {
	of, user, _ = strings.Cut(id, "/")
	of, _ = url.PathUnescape(of) // memberID made it
	user, _ = url.PathUnescape(user)
	return of, user
}

// memberships are those of teams, or of organizations.
type memberships interface {
	Member(ctx context.Context, a people.Actor, of, user string) (*people.Member, error)
	SetMember(ctx context.Context, a people.Actor, of string, m people.Member) (*people.Member, error)
	RemoveMember(ctx context.Context, a people.Actor, of, user string) error
}

// members completes a kind whose records are memberships.
func members(k kind, in memberships, account func(ctx context.Context, of string, m *people.Member) (people.Account, error)) *kind {
	k.id, k.leaves, k.aside = "id", true, []string{"id", "of", "budget_reset_at"}
	k.fields, k.canonical = people.Fields[people.Member](), canonical[people.Member]
	get := func(ctx context.Context, id string) (*people.Member, error) {
		of, user := splitMember(id)
		return in.Member(ctx, actor(), of, user)
	}
	set := func(ctx context.Context, id string, record raw.Object) error {
		v, err := people.Parse[people.Member](record)
		if err == nil {
			of, _ := splitMember(id)
			_, err = in.SetMember(ctx, actor(), of, v)
		}
		return err
	}
	k.keep = keeper{
		get: func(ctx context.Context, id string) (raw.Object, error) {
			v, err := get(ctx, id)
			if err != nil {
				return raw.Object{}, err
			}
			return object(v)
		},
		create: set,
		update: func(ctx context.Context, id string, patch raw.Object) error {
			v, err := get(ctx, id)
			if err != nil {
				return err
			}
			ours, err := object(v)
			if err != nil {
				return err
			}
			ours = ours.Merged(patch)
			for name, v := range patch.All() {
				if string(v) == "null" {
					ours = ours.Without(name)
				}
			}
			return set(ctx, id, ours)
		},
		remove: func(ctx context.Context, id string) error {
			of, user := splitMember(id)
			return in.RemoveMember(ctx, actor(), of, user)
		},
	}
	k.account = func(ctx context.Context, id string) (people.Account, error) {
		v, err := get(ctx, id)
		if err != nil {
			return people.Account{}, err
		}
		of, _ := splitMember(id)
		return account(ctx, of, v)
	}
	return &k
}

func (m *mover) teamMembers() *kind {
	return members(kind{name: teamMemberKind}, m.people.Teams, func(ctx context.Context, of string, v *people.Member) (people.Account, error) {
		t, err := m.people.Teams.Get(ctx, actor(), of)
		if err != nil {
			return people.Account{}, err
		}
		return people.MemberAccount(people.MemberScope("team_member", of, v.UserID), v, t.EachMember(), t.Version), nil
	})
}

func (m *mover) organizationMembers() *kind {
	return members(kind{name: organizationMemberKind}, m.people.Organizations, func(_ context.Context, of string, v *people.Member) (people.Account, error) {
		return people.MemberAccount(people.MemberScope("organization_member", of, v.UserID), v, &people.Spending{}, 0), nil
	})
}
