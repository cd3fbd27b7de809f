package people

import (
	"maps"
	"slices"
)

// withinIssuer holds a key to what its issuer has: a demand beyond it is an
// error, and a limit that is not asked for becomes the issuer's, unless the new
// key is under the same limit anyway because it has the same team, user,
// project or organization.
func (d *Directory) withinIssuer(a Actor, k *Key, fields []string) error {
	g := a.Grant
	asked := demand{models: k.Models, routes: k.Routes, passthrough: k.Passthrough, spending: &k.Spending, fields: fields}
	for _, models := range g.Models {
		if shares(k, models.Holder, models.ID) || !asked.asks("models") && !asked.asks("access_group_ids") {
			continue
		}
		if len(k.AccessGroupIDs) > 0 {
			return forbidden("access_group_ids", "a key that may not use all models cannot give access groups")
		}
		if len(k.Models) == 0 {
			k.Models = slices.DeleteFunc(slices.Clone(models.Models), func(m string) bool { return m == allTeamModels && k.TeamID != g.TeamID })
			if len(k.Models) == 0 {
				k.Models = []string{noDefaultModels}
			}
			asked.models = k.Models
			continue
		}
		if slices.Contains(k.Models, allTeamModels) && k.TeamID != g.TeamID {
			return forbidden("models", "%s of another team", allTeamModels)
		}
		if err := (demand{models: k.Models, spending: &Spending{}}).within(bound{who: "issuer", models: models, groups: d.Groups}); err != nil {
			return err
		}
	}
	if asked.asks("allowed_routes") && len(k.Routes) == 0 {
		k.Routes = slices.Clone(g.Routes)
	}
	most := issuerLimits(g, k)
	b := bound{who: "issuer", routes: g.Routes, passthrough: g.Passthrough, strict: true, spending: most, groups: d.Groups}
	asked.models = nil
	if err := asked.within(b); err != nil {
		return err
	}
	return takeOver(k, most, asked)
}

// shares reports whether a key is under the same holder as its issuer.
func shares(k *Key, holder, id string) bool {
	switch holder {
	case "team":
		return k.TeamID == id
	case "user":
		return k.UserID == id && k.TeamID == ""
	case "org":
		return k.OrganizationID == id
	case "project":
		return k.ProjectID == id
	}
	return false
}

// issuerLimits are the smallest limits of an issuer that a new key is not under
// anyway.
func issuerLimits(g *Grant, k *Key) Spending {
	var most Spending
	for _, a := range g.Accounts {
		switch {
		case a.Limit == nil || above(k, a.Scope):
		case a.Model != "":
			if b, ok := most.ModelMaxBudget[a.Model]; !ok || *a.Limit < *b.MaxBudget {
				if most.ModelMaxBudget == nil {
					most.ModelMaxBudget = map[string]ModelBudget{}
				}
				most.ModelMaxBudget[a.Model] = ModelBudget{MaxBudget: a.Limit, BudgetDuration: a.Duration}
			}
		case most.MaxBudget == nil || *a.Limit < *most.MaxBudget:
			most.MaxBudget, most.BudgetDuration = a.Limit, a.Duration
		}
	}
	for _, r := range g.Rates {
		if above(k, r.Scope) {
			continue
		}
		most.TPM, most.RPM, most.Parallel = smaller(most.TPM, r.TPM), smaller(most.RPM, r.RPM), smaller(most.Parallel, r.Parallel)
		for model, n := range r.ModelTPM {
			least(&most.ModelTPM, model, &n)
		}
		for model, n := range r.ModelRPM {
			least(&most.ModelRPM, model, &n)
		}
	}
	return most
}

// above reports whether a scope is of somebody above a key.
func above(k *Key, who Scope) bool {
	scopes := []Scope{{"team", k.TeamID}, {"project", k.ProjectID}, {"organization", k.OrganizationID}}
	if k.UserID != "" {
		scopes = append(scopes, MemberScope("team_member", k.TeamID, k.UserID), MemberScope("organization_member", k.OrganizationID, k.UserID))
		if k.TeamID == "" {
			scopes = append(scopes, Scope{"user", k.UserID})
		}
	}
	return slices.Contains(scopes, who)
}

func smaller(a, b *int64) *int64 {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}

// takeOver gives a key the issuer's limits where it has none, and holds its
// budget to begin anew no more often than the issuer's.
func takeOver(k *Key, most Spending, asked demand) error {
	if asked.asks("max_budget") || asked.asks("budget_duration") {
		if k.MaxBudget == nil && most.MaxBudget != nil {
			k.MaxBudget, k.BudgetDuration = most.MaxBudget, most.BudgetDuration
		}
		if most.MaxBudget != nil && oftener(k.BudgetDuration, most.BudgetDuration) {
			return forbidden("budget_duration", "budget_duration (%s) is shorter than the issuer's (%s)", k.BudgetDuration, most.BudgetDuration)
		}
	}
	for _, l := range []struct {
		field string
		own   **int64
		most  *int64
	}{{"tpm_limit", &k.TPM, most.TPM}, {"rpm_limit", &k.RPM, most.RPM}, {"max_parallel_requests", &k.Parallel, most.Parallel}} {
		if asked.asks(l.field) {
			*l.own = either(*l.own, l.most)
		}
	}
	if asked.asks("model_tpm_limit") {
		k.ModelTPM = with(k.ModelTPM, most.ModelTPM)
	}
	if asked.asks("model_rpm_limit") {
		k.ModelRPM = with(k.ModelRPM, most.ModelRPM)
	}
	if !asked.asks("model_max_budget") {
		return nil
	}
	k.ModelMaxBudget = with(k.ModelMaxBudget, most.ModelMaxBudget)
	for model, b := range most.ModelMaxBudget {
		if oftener(k.ModelMaxBudget[model].BudgetDuration, b.BudgetDuration) || k.ModelMaxBudget[model].MaxBudget == nil {
			return forbidden("model_max_budget", "the budget of %.200s is more than the issuer's", model)
		}
	}
	return nil
}

// oftener reports whether a budget begins anew more often than another.
func oftener(asked, most string) bool {
	if asked == "" || asked == most {
		return false
	}
	a, err := ParseSpan(asked)
	if err != nil || most == "" {
		return true
	}
	m, err := ParseSpan(most)
	return err != nil || a.seconds() < m.seconds()
}

// with adds the entries that a map has not.
func with[V any](own, more map[string]V) map[string]V {
	if len(more) == 0 {
		return own
	}
	all := maps.Clone(more)
	maps.Copy(all, own)
	return all
}
