package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// explain says what the settings of keys, people and budgets do.
func (a Access) explain(say func(subject, format string, args ...any)) {
	if s := a.Budget.explain(); s != "" {
		say("budget", "all calls together may cost %s", s)
	}
	if s := (Spending{MaxBudget: a.CustomerBudget}).explain(); s != "" {
		say("customers", "each may cost %s unless it has a budget of its own", s)
	}
	if a.CustomerTakes != "" {
		say("customers", "each has the budget %s unless it has one of its own", a.CustomerTakes)
	}
	for _, by := range []struct {
		what string
		of   map[string]Spending
	}{{"tag", a.Tags}, {"provider", a.Providers}} {
		for _, name := range slices.Sorted(maps.Keys(by.of)) {
			if s := by.of[name].explain(); s != "" {
				say(name, "calls of this %s may cost %s", by.what, s)
			}
		}
	}
	if s := a.MostKeys.explain(); s != "" {
		say("keys", "a key has at most %s", s)
	}
	for _, list := range []struct {
		subject, says string
		items         []string
	}{
		{"access", "only these routes answer:", a.AllowedRoutes},
		{"access", "these routes need no key:", a.PublicRoutes},
		{"access", "these routes are for administrators:", a.AdminRoutes},
		{"requests", "must have", a.RequireParams},
	} {
		if len(list.items) > 0 {
			say(list.subject, "%s %s", list.says, strings.Join(list.items, " "))
		}
	}
	if len(a.AllowedIPs) > 0 {
		say("access", "only from %s", strings.Trim(fmt.Sprint(a.AllowedIPs), "[]"))
	}
	if a.KeyHeader != "" {
		say("access", "a key is looked for in the header %s only", a.KeyHeader)
	}
	if a.RequireUser {
		say("requests", "must say for which user they are")
	}
	if a.RejectTags {
		say("requests", "must have no tags")
	}
}

// explain is a budget and limits in words; "" without any.
func (s Spending) explain() string {
	var parts []string
	if s.MaxBudget != nil {
		budget := fmt.Sprintf("$%g", float64(*s.MaxBudget)/1e12)
		if s.Duration != "" {
			budget += " each " + s.Duration
		}
		parts = append(parts, budget)
	}
	for _, l := range []struct {
		n    *int64
		what string
	}{{s.RPM, "requests a minute"}, {s.TPM, "tokens a minute"}, {s.Parallel, "requests at a time"}} {
		if l.n != nil {
			parts = append(parts, fmt.Sprintf("%d %s", *l.n, l.what))
		}
	}
	return strings.Join(parts, ", ")
}
