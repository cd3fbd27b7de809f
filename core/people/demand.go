package people

import (
	"context"
	"slices"
)

// demand is what somebody would be given: what a new key asks for, or what a
// change of one does.
type demand struct {
	models      []string
	routes      []string
	passthrough []string
	spending    *Spending
	fields      []string // those that are judged; nil: all
}

// bound is what somebody has, and so the most that they can give. Absent is
// all there is.
type bound struct {
	who         string
	models      Allow
	routes      []string
	passthrough []string // judged when strict: what is absent is not had
	strict      bool
	spending    Spending
	groups      func(model string) []string
}

// asks reports whether a field is judged.
func (q demand) asks(field string) bool { return q.fields == nil || slices.Contains(q.fields, field) }

// within returns an error for the first thing that a demand has and a bound has
// not. A demand's limit that is absent is not judged: whoever is above has one.
func (q demand) within(b bound) error {
	if q.asks("models") && len(b.models.Models) > 0 {
		for _, m := range q.models {
			if !b.models.covers(m, b.groups) {
				return forbidden("models", "Model '%.200s' not in %s's allowed models. %s's allowed models=%q", m, b.who, b.who, b.models.Models)
			}
		}
	}
	if q.asks("allowed_routes") && len(b.routes) > 0 {
		for _, r := range q.routes {
			if !routesCover(b.routes, r) {
				return forbidden("allowed_routes", "Route '%.200s' not in %s's allowed routes. %s's allowed routes=%q", r, b.who, b.who, b.routes)
			}
		}
	}
	if q.asks("allowed_passthrough_routes") && (b.strict || len(b.passthrough) > 0) {
		for _, r := range q.passthrough {
			if !patternCovered(b.passthrough, r) {
				return forbidden("allowed_passthrough_routes", "Route '%.200s' not in %s's allowed pass-through routes", r, b.who)
			}
		}
	}
	return q.spends(b)
}

// spends is within for money and speed.
func (q demand) spends(b bound) error {
	s := q.spending
	if (q.asks("max_budget") || q.asks("budget_id")) && more(s.MaxBudget, b.spending.MaxBudget) {
		return forbidden("max_budget", "max_budget (%s) exceeds %s's max_budget (%s)", amount(s.MaxBudget), b.who, amount(b.spending.MaxBudget))
	}
	for _, l := range []struct {
		field       string
		asked, most *int64
	}{
		{"tpm_limit", s.TPM, b.spending.TPM}, {"rpm_limit", s.RPM, b.spending.RPM}, {"max_parallel_requests", s.Parallel, b.spending.Parallel},
	} {
		if (q.asks(l.field) || q.asks("budget_id")) && more(l.asked, l.most) {
			return forbidden(l.field, "%s (%d) is greater than %s's %s (%d)", l.field, *l.asked, b.who, l.field, *l.most)
		}
	}
	for field, limits := range map[string][2]map[string]int64{
		"model_tpm_limit": {s.ModelTPM, b.spending.ModelTPM}, "model_rpm_limit": {s.ModelRPM, b.spending.ModelRPM},
	} {
		for model, n := range limits[0] {
			if most, ok := limits[1][model]; ok && q.asks(field) && n > most {
				return forbidden(field, "%s of %.200s (%d) is greater than %s's (%d)", field, model, n, b.who, most)
			}
		}
	}
	for model, asked := range s.ModelMaxBudget {
		if most, ok := b.spending.ModelMaxBudget[model]; ok && q.asks("model_max_budget") && more(asked.MaxBudget, most.MaxBudget) {
			return forbidden("model_max_budget", "the budget of %.200s (%s) exceeds %s's (%s)", model, amount(asked.MaxBudget), b.who, amount(most.MaxBudget))
		}
	}
	return nil
}

// more reports whether a limit is above another; an absent one is not judged.
func more[N ~int64](asked, most *N) bool { return asked != nil && most != nil && *asked > *most }

func amount(d *Dollars) string {
	b, _ := d.MarshalJSON() // amounts that are kept are not negative
	return string(b)
}

// withGroups is what the models of a holder allow, with those of its access
// groups. Nothing listed is everything; whoever has groups and no models of its
// own may use what is in the groups.
func (d *Directory) withGroups(ctx context.Context, holder, id string, models, groups []string) (Allow, error) {
	found := map[string]*AccessGroup{}
	for _, group := range groups {
		g, err := d.AccessGroups.load(ctx, group)
		if err != nil {
			return Allow{}, err
		}
		found[group] = g
	}
	return grouped(holder, id, models, groups, found), nil
}

// grouped is what models and groups allow together. A group that is gone allows
// nothing.
func grouped(holder, id string, models, groups []string, found map[string]*AccessGroup) Allow {
	all := slices.Clone(models)
	for _, group := range groups {
		if g := found[group]; g != nil {
			all = append(all, g.Models...)
		}
	}
	if slices.Contains(models, noDefaultModels) || len(groups) > 0 && len(all) == 0 {
		all = []string{noDefaultModels}
	}
	return Allow{Holder: holder, ID: id, Models: all}
}
