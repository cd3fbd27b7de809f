package people

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Settings are what an operator says about keys, users and teams that people
// make, in LiteLLM's litellm_settings. What moves in from elsewhere is not held
// to them.
type Settings struct {
	Default KeyParams // default_key_generate_params: what a key has that asks for nothing else
	Upper   KeyParams // upperbound_key_generate_params: what no key may have more of
	Soft    *Dollars  // default_soft_budget: of a key that has none

	TeamKeys, PersonalKeys KeyRules // key_generation_settings
	NoPersonal             bool     // default_team_disabled: only administrators make keys of no team

	Users    KeyParams // default_internal_user_params: what a user has that is made without
	UserRole Role      // user_role of these; "": none
	Internal KeyParams // max_internal_user_budget, internal_user_budget_duration: the same for users with the role internal_user
	Teams    *Dollars  // max_budget of default_team_settings: of a team that is made without
}

// KeyParams are the settings of a key that an operator may say. Absent is
// nothing said.
type KeyParams struct {
	MaxBudget      *Dollars `json:"max_budget"`
	BudgetDuration string   `json:"budget_duration"`
	Duration       string   `json:"duration"`
	Parallel       *int64   `json:"max_parallel_requests"`
	TPM            *int64   `json:"tpm_limit"`
	RPM            *int64   `json:"rpm_limit"`
	UserID         string   `json:"user_id"`
	TeamID         string   `json:"team_id"`
	Models         []string `json:"models"`
	Metadata       Free     `json:"metadata"`
}

// KeyRules say who may make keys, and what they must say.
type KeyRules struct {
	// Roles are those of a team's members, or for keys of no team those of
	// users; nil: all.
	Roles []string
	// Required are the members that a request must have.
	Required []string
}

// allows returns an error unless the actor may make such a key by the rules.
// Proxy admins are above those for teams.
func (d *Directory) allows(ctx context.Context, a Actor, n *NewKey) error {
	rules := d.Settings.PersonalKeys
	if n.TeamID != "" {
		if rules = d.Settings.TeamKeys; a.admin() {
			return nil
		}
		role, err := d.roleIn(ctx, teamPK(n.TeamID), a.UserID())
		if err != nil {
			return err
		}
		if rules.Roles != nil && !slices.Contains(rules.Roles, role) {
			return bad("team_id", "Team member role %s not in allowed_team_member_roles=%q", role, rules.Roles)
		}
	} else if rules.Roles != nil && !slices.Contains(rules.Roles, string(a.Role())) {
		return bad("user_role", "Personal key creation has been restricted by admin. Allowed roles=%q. Your role=%s", rules.Roles, a.Role())
	}
	if len(rules.Required) == 0 {
		return nil
	}
	body, err := json.Marshal(n)
	if err != nil {
		return unavailable(err)
	}
	says, err := raw.Parse(body)
	if err != nil {
		return unavailable(err)
	}
	for _, param := range rules.Required {
		if !says.Has(param) {
			return bad(param, "Required param %s not in data", param)
		}
	}
	return nil
}

// fill gives a new key what it does not ask for, and holds it to the most there
// is.
func (d *Directory) fill(ctx context.Context, a Actor, n *NewKey, k *Key) error {
	def, up := &d.Settings.Default, &d.Settings.Upper
	own, err := d.ownOf(ctx, a, k)
	if err != nil {
		return err
	}
	if !takes(k, &own) {
		k.MaxBudget, k.BudgetDuration = either(k.MaxBudget, def.MaxBudget), cmp.Or(k.BudgetDuration, def.BudgetDuration)
	}
	n.Duration = cmp.Or(n.Duration, def.Duration)
	give(k, &own, def)
	k.SoftBudget = either(own.SoftBudget, d.Settings.Soft)
	k.TeamID = cmp.Or(k.TeamID, def.TeamID)
	if !n.ServiceAccount {
		k.UserID = cmp.Or(k.UserID, def.UserID)
	}
	if len(k.Models) == 0 {
		k.Models = def.Models
	}
	if len(k.Metadata) == 0 {
		k.Metadata = def.Metadata
	}
	if d.Settings.NoPersonal && k.TeamID == "" && !a.admin() {
		return bad("team_id", "Personal key creation has been restricted by admin: a key must be of a team")
	}
	if err := d.atMostUpper(ctx, a, k, nil); err != nil {
		return err
	}
	return atMost("duration", &n.Duration, up.Duration)
}

// ownOf is the spending of a key with what its Budget gives, which an
// administrator alone may name.
func (d *Directory) ownOf(ctx context.Context, a Actor, k *Key) (Spending, error) {
	if !a.admin() {
		return k.Spending, nil
	}
	return d.filled(ctx, &k.Spending)
}

// takes reports whether a key has its Budget's limit.
func takes(k *Key, own *Spending) bool { return k.MaxBudget == nil && own.MaxBudget != nil }

// give gives a key the limits that it has not.
func give(k *Key, own *Spending, p *KeyParams) {
	for _, l := range []struct {
		to        **int64
		own, then *int64
	}{{&k.Parallel, own.Parallel, p.Parallel}, {&k.TPM, own.TPM, p.TPM}, {&k.RPM, own.RPM, p.RPM}} {
		if l.own == nil {
			*l.to = l.then
		}
	}
}

// atMostUpper holds the spending of a key to the most there is, and gives it
// that where it has none. Fields are what changes; nil: everything.
func (d *Directory) atMostUpper(ctx context.Context, a Actor, k *Key, fields []string) error {
	up := &d.Settings.Upper
	own, err := d.ownOf(ctx, a, k)
	if err != nil {
		return err
	}
	asked := demand{spending: &own, fields: fields}
	if err := asked.spends(bound{who: "config", spending: Spending{MaxBudget: up.MaxBudget, Parallel: up.Parallel, TPM: up.TPM, RPM: up.RPM}}); err != nil {
		return err
	}
	give(k, &own, &KeyParams{
		Parallel: when(asked.asks("max_parallel_requests"), up.Parallel), TPM: when(asked.asks("tpm_limit"), up.TPM), RPM: when(asked.asks("rpm_limit"), up.RPM),
	})
	if takes(k, &own) || !asked.asks("budget_duration") && !asked.asks("max_budget") && !asked.asks("budget_id") {
		return nil
	}
	k.MaxBudget = either(k.MaxBudget, up.MaxBudget)
	return atMost("budget_duration", &k.BudgetDuration, up.BudgetDuration)
}

// when is a limit on a condition.
func when(is bool, n *int64) *int64 {
	if is {
		return n
	}
	return nil
}

// atMost holds a duration to the longest there may be.
func atMost(field string, asked *string, most string) error {
	if most == "" {
		return nil
	}
	if *asked == "" {
		*asked = most
		return nil
	}
	longest, err := ParseSpan(most)
	if err != nil {
		return unavailable(err)
	}
	span, err := ParseSpan(*asked)
	if *asked == "-1" || err == nil && span.seconds() > longest.seconds() {
		return bad(field, "%s is over max limit set in config - user_value=%.40s; max_value=%s", field, *asked, most)
	}
	return nil
}

// fillUser gives a new user what it does not ask for. Proxy admins have no
// defaults.
func (s *Settings) fillUser(u *User) {
	if u.Role != ProxyAdmin {
		u.Role = cmp.Or(u.Role, s.UserRole)
		s.Users.giveUser(u)
	}
	if u.Role == InternalUser || u.Role == "" {
		s.Internal.giveUser(u)
	}
}

func (p *KeyParams) giveUser(u *User) {
	if u.BudgetID == "" {
		u.MaxBudget = either(u.MaxBudget, p.MaxBudget)
		u.BudgetDuration = cmp.Or(u.BudgetDuration, p.BudgetDuration)
	}
	u.Parallel, u.TPM, u.RPM = either(u.Parallel, p.Parallel), either(u.TPM, p.TPM), either(u.RPM, p.RPM)
	if len(u.Models) == 0 {
		u.Models = p.Models
	}
}
