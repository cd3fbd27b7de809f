package people

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"
)

// grant makes a Grant of a chain that stands.
func (c *chain) grant(now time.Time) (*Grant, error) {
	k := c.key
	g := &Grant{
		KeyHash: k.Token, KeyID: k.ID, KeyAlias: k.Alias, UserID: k.UserID, TeamID: k.TeamID, ProjectID: k.ProjectID,
		Role: CustomerRole, Routes: k.Routes, Passthrough: k.Passthrough, EnforcedParams: k.EnforcedParams,
		Guardrails: k.Guardrails, Policies: k.Policies, Tags: k.Tags, CacheControls: k.CacheControls,
		Permissions: k.Permissions, Metadata: k.Metadata, RouterSettings: k.RouterSettings, Aliases: k.Aliases,
	}
	if k.Expires != nil {
		g.Expires = k.Expires.Time
	}
	for _, ip := range k.AllowedIPs {
		p, err := network(ip)
		if err != nil {
			return nil, unavailable(fmt.Errorf("read a stored network: %w", err))
		}
		g.AllowedIPs = append(g.AllowedIPs, netip.PrefixFrom(p.Addr().Unmap(), p.Bits()))
	}
	if c.team != nil {
		c.ofTeam(g)
	}
	if c.user != nil {
		g.Role, g.UserEmail = c.user.Role, c.user.Email
	}
	if c.organization != nil {
		g.OrganizationID = c.organization.ID
	}
	if err := c.limits(g, now); err != nil {
		return nil, err
	}
	for at, item := range c.items {
		g.from = append(g.from, at)
		g.Version += item.Int(attrVersion)
	}
	return g, nil
}

// ofTeam adds what a key has of its team.
func (c *chain) ofTeam(g *Grant) {
	t := c.team
	g.Role, g.TeamAlias, g.TeamMetadata = TeamRole, t.Alias, t.Metadata
	if c.member != nil {
		g.TeamRole = c.member.Role
	}
	if len(g.Passthrough) == 0 {
		g.Passthrough = t.Passthrough
	} else {
		g.team = t.Passthrough
	}
	g.Guardrails, g.Policies, g.Tags = union(t.Guardrails, g.Guardrails), union(t.Policies, g.Policies), union(t.Tags, g.Tags)
	if len(t.Aliases) > 0 {
		both := maps.Clone(t.Aliases)
		maps.Copy(both, g.Aliases)
		g.Aliases = both
	}
}

func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// limits adds the models, budgets and rates of everyone in the chain. A user's
// models and budget are for its personal keys, as LiteLLM has it.
func (c *chain) limits(g *Grant, now time.Time) error {
	k := c.key
	groups := map[string]*AccessGroup{}
	for _, id := range c.groupIDs() {
		v, err := of[AccessGroup](c, accessGroupPK(id))
		if err != nil {
			return err
		}
		groups[id] = v
	}
	allow := func(holder, id string, models, ids []string) {
		if a := grouped(holder, id, models, ids, groups); len(a.Models) > 0 {
			g.Models = append(g.Models, a)
		}
	}
	allow("key", k.ID, k.Models, k.AccessGroupIDs)
	err := c.charge(g, Scope{"api_key", k.ID}, k.spends(), k.stamp(), k.Spend)
	if err != nil {
		return err
	}
	if k.TempBudgetIncrease != nil && !past(k.TempBudgetExpiry, now) {
		raise(g.Accounts, Scope{"api_key", k.ID}, *k.TempBudgetIncrease)
	}
	if t := c.team; t != nil {
		allow("team", t.ID, t.Models, t.AccessGroupIDs)
		if err := c.charge(g, Scope{"team", t.ID}, t.spends(), t.stamp(), t.Spend); err != nil {
			return err
		}
		c.chargeMember(g, MemberScope("team_member", t.ID, k.UserID), c.member, t.EachMember(), t.Version)
	}
	if u := c.user; u != nil {
		s := *u.spends()
		if c.team == nil {
			allow("user", u.ID, u.Models, nil)
		} else {
			s.MaxBudget, s.SoftBudget, s.ModelMaxBudget = nil, nil, nil
		}
		if err := c.chargeUser(g, &s); err != nil {
			return err
		}
	}
	if p := c.project; p != nil {
		allow("project", p.ID, p.Models, nil)
		if err := c.charge(g, Scope{"project", p.ID}, p.spends(), p.stamp(), p.Spend); err != nil {
			return err
		}
	}
	if o := c.organization; o != nil {
		allow("org", o.ID, o.Models, nil)
		if err := c.charge(g, Scope{"organization", o.ID}, o.spends(), o.stamp(), o.Spend); err != nil {
			return err
		}
		c.chargeMember(g, MemberScope("organization_member", o.ID, k.UserID), c.orgMember, &Spending{}, 0)
	}
	return nil
}

// chargeUser is charge for the user: the budget of a team's key is the team's.
func (c *chain) chargeUser(g *Grant, s *Spending) error {
	before := len(g.Accounts)
	err := c.charge(g, Scope{"user", c.user.ID}, s, c.user.stamp(), c.user.Spend)
	if c.team != nil {
		g.Accounts = g.Accounts[:before] // also what a Budget gives
	}
	return err
}

// charge adds the accounts and the rate of somebody.
func (c *chain) charge(g *Grant, who Scope, s *Spending, stamp *Stamp, spent Dollars) error {
	b, err := of[Budget](c, budgetPK(s.BudgetID))
	if err != nil {
		return err
	}
	full := *s
	if b != nil {
		full = s.over(&b.Spending)
	}
	addAccounts(g, who, &full, stamp.Version+budgetVersion(b), stamp.CreatedAt.Time, spent)
	return nil
}

// chargeMember is charge for a membership, on top of what every member has.
func (c *chain) chargeMember(g *Grant, who Scope, m *Member, base *Spending, version int64) {
	if m == nil {
		return
	}
	s := m.spending().over(base)
	addAccounts(g, who, &s, m.Version+version, m.Since.Time, 0)
}

func addAccounts(g *Grant, who Scope, s *Spending, version int64, since time.Time, spent Dollars) {
	accounts, rates := limitsOf(who, s, version, since, spent)
	g.Accounts, g.Rates = append(g.Accounts, accounts...), append(g.Rates, rates...)
}

// limitsOf are the accounts and the rates of a spending.
func limitsOf(who Scope, s *Spending, version int64, since time.Time, spent Dollars) (accounts []Account, rates []Rate) {
	if s.MaxBudget != nil || s.SoftBudget != nil {
		a := Account{Scope: who, Limit: s.MaxBudget, Soft: s.SoftBudget, Duration: s.BudgetDuration, Since: since, Spent: spent, Version: version}
		if s.BudgetResetAt != nil {
			a.ResetAt = s.BudgetResetAt.Time
		}
		accounts = append(accounts, a)
	}
	rate := Rate{Scope: who, RPM: s.RPM, TPM: s.TPM, Parallel: s.Parallel, ModelRPM: maps.Clone(s.ModelRPM), ModelTPM: maps.Clone(s.ModelTPM)}
	for _, model := range slices.Sorted(maps.Keys(s.ModelMaxBudget)) {
		b := s.ModelMaxBudget[model]
		if b.MaxBudget != nil {
			accounts = append(accounts, Account{
				Scope: who, Model: model, Limit: b.MaxBudget, Duration: b.BudgetDuration, Since: since, Version: version,
			})
		}
		least(&rate.ModelRPM, model, b.RPM)
		least(&rate.ModelTPM, model, b.TPM)
	}
	if rate.RPM != nil || rate.TPM != nil || rate.Parallel != nil || len(rate.ModelRPM) > 0 || len(rate.ModelTPM) > 0 {
		rates = append(rates, rate)
	}
	return accounts, rates
}

// least lowers a model's limit.
func least(limits *map[string]int64, model string, n *int64) {
	if n == nil {
		return
	}
	if *limits == nil {
		*limits = map[string]int64{}
	}
	if had, ok := (*limits)[model]; !ok || *n < had {
		(*limits)[model] = *n
	}
}

// raise adds to the limit of an account, up to the most that there is.
func raise(accounts []Account, who Scope, by Dollars) {
	for i, a := range accounts {
		if a.Scope == who && a.Model == "" && a.Limit != nil {
			most := min(*a.Limit, MaxDollars-by) + by
			accounts[i].Limit = &most
		}
	}
}
