package litellm

import (
	"encoding/json"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// membership is a row of a membership as LiteLLM shows it, beside the team or
// the organization.
type membership struct {
	UserID   string          `json:"user_id"`
	Email    string          `json:"user_email"`
	Role     string          `json:"role"`
	OrgRole  string          `json:"user_role"`
	BudgetID string          `json:"budget_id"`
	Spend    json.RawMessage `json:"spend"`
	Budget   json.RawMessage `json:"litellm_budget_table"`
}

// club is a team or an organization with its members.
type club struct {
	TeamID       string       `json:"team_id"`
	Organization string       `json:"organization_id"`
	WithRoles    []membership `json:"members_with_roles"`
	Admins       []string     `json:"admins"`
	Members      []string     `json:"members"`
	Memberships  []membership `json:"team_memberships"`
	Metadata     struct {
		MemberBudget string `json:"team_member_budget_id"`
	} `json:"metadata"`
}

// members makes rows of memberships out of those of teams and organizations,
// where each has its budget's limits itself.
func (m *mover) members(all everything) error {
	m.budgets, m.organizations = map[string]raw.Object{}, map[string]string{}
	for _, b := range all.of(budgetKind).all {
		if id, ok := b.Text("budget_id"); ok {
			m.budgets[id] = b
		}
	}
	emails := map[string]string{}
	for _, u := range all.of(userKind).all {
		id, _ := u.Text("user_id")
		if email, ok := u.Text("user_email"); ok && email != "" {
			emails[email] = id
		}
	}
	teams := rows{known: all.of(teamKind).known}
	for _, row := range all.of(teamKind).all {
		var c club
		if err := json.Unmarshal(row.Without("members").Bytes(), &c); err != nil {
			return fmt.Errorf("a team that is not LiteLLM's: %w", err)
		}
		names, _ := row.Raw("members")
		if err := json.Unmarshal(orNull(names), &c.Members); err != nil {
			return fmt.Errorf("a team that is not LiteLLM's: %w", err)
		}
		m.organizations[c.TeamID] = c.Organization
		teams.all = append(teams.all, m.ofTeam(c, emails)...)
	}
	all[teamMemberKind] = teams
	organizations := rows{known: all.of(organizationKind).known}
	for _, row := range all.of(organizationKind).all {
		var c struct {
			ID      string       `json:"organization_id"`
			Members []membership `json:"members"`
		}
		if err := json.Unmarshal(row.Bytes(), &c); err != nil {
			return fmt.Errorf("an organization that is not LiteLLM's: %w", err)
		}
		for _, who := range c.Members {
			who.Role = who.OrgRole
			organizations.all = append(organizations.all, who.row(c.ID, m.budgets))
		}
	}
	all[organizationMemberKind] = organizations
	return nil
}

func orNull(v json.RawMessage) json.RawMessage {
	if len(v) == 0 {
		return json.RawMessage("null")
	}
	return v
}

// ofTeam are the members of a team. LiteLLM names them in up to three lists, and
// some by an address alone.
func (m *mover) ofTeam(c club, emails map[string]string) []raw.Object {
	for _, name := range c.Admins {
		c.WithRoles = append(c.WithRoles, membership{UserID: name, Role: people.MemberAdmin})
	}
	for _, name := range c.Members {
		c.WithRoles = append(c.WithRoles, membership{UserID: name, Role: people.MemberUser})
	}
	has := map[string]membership{}
	for _, own := range c.Memberships {
		has[own.UserID] = own
	}
	var found []raw.Object
	seen := map[string]bool{}
	for _, who := range c.WithRoles {
		if who.UserID == "" {
			who.UserID = emails[who.Email]
		}
		if who.UserID == "" {
			m.report.fail("team member", c.TeamID+"/"+who.Email, "no user has this address")
			continue
		}
		if seen[who.UserID] {
			continue
		}
		seen[who.UserID] = true
		own := has[who.UserID]
		if who.Spend = own.Spend; own.BudgetID != c.Metadata.MemberBudget { // else what the team gives every member
			who.BudgetID, who.Budget = own.BudgetID, own.Budget
		}
		found = append(found, who.row(c.TeamID, m.budgets))
	}
	return found
}

// row is a membership in the words of core/people, with what it was read for.
func (w membership) row(of string, budgets map[string]raw.Object) raw.Object {
	row := raw.Object{}.WithText("id", of+"/"+w.UserID).WithText("of", of).WithText("user_id", w.UserID).WithText("role", w.Role).WithText("user_email", w.Email)
	if len(w.Spend) > 0 {
		row = row.WithRaw("spend", w.Spend)
	}
	budget, ok := budgets[w.BudgetID]
	if !ok {
		var err error
		if budget, err = raw.Parse(orNull(w.Budget)); err != nil {
			return row // it has none
		}
	}
	for theirs, ours := range map[string]string{
		"max_budget": "max_budget_in_team", "budget_duration": "budget_duration", "tpm_limit": "tpm_limit", "rpm_limit": "rpm_limit",
		"budget_reset_at": "budget_reset_at", "max_parallel_requests": "max_parallel_requests", "soft_budget": "soft_budget",
	} {
		if v, ok := budget.Raw(theirs); ok {
			row = row.WithRaw(ours, v)
		}
	}
	return row
}
