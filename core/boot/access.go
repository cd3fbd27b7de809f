package boot

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// newSettings are what a configuration says of new keys, users and teams.
func newSettings(a *config.Access) (people.Settings, error) {
	s := people.Settings{
		Default: keyParams(a.NewKeys), Upper: keyParams(a.MostKeys), Soft: dollarsOf(a.SoftBudget),
		TeamKeys: people.KeyRules(a.TeamKeys), PersonalKeys: people.KeyRules(a.PersonalKeys), NoPersonal: a.NoPersonal,
		Users: keyParams(config.KeyParams{Spending: a.NewUsers.Spending, Models: a.NewUsers.Models}), UserRole: people.Role(a.NewUsers.Role),
		Internal: keyParams(config.KeyParams{Spending: a.InternalUsers}), Teams: dollarsOf(a.TeamBudget),
	}
	if a.NewKeys.Metadata != nil {
		if err := json.Unmarshal(a.NewKeys.Metadata, &s.Default.Metadata); err != nil {
			return s, fmt.Errorf("read metadata of default_key_generate_params: %w", err)
		}
	}
	return s, nil
}

func keyParams(p config.KeyParams) people.KeyParams {
	return people.KeyParams{
		MaxBudget: dollarsOf(p.MaxBudget), BudgetDuration: p.Spending.Duration, Duration: p.Lasts,
		Parallel: p.Parallel, TPM: p.TPM, RPM: p.RPM, UserID: p.UserID, TeamID: p.TeamID, Models: p.Models,
	}
}

func dollarsOf(pico *int64) *people.Dollars { return (*people.Dollars)(pico) }

// labels are what a configuration gives customers and tags.
func labels(a *config.Access) people.Labels {
	l := people.Labels{Customer: dollarsOf(a.CustomerBudget), Takes: a.CustomerTakes, Tags: map[string]people.Spending{}}
	for _, tag := range slices.Sorted(maps.Keys(a.Tags)) {
		s := a.Tags[tag]
		l.Tags[tag] = people.Spending{MaxBudget: dollarsOf(s.MaxBudget), BudgetDuration: s.Duration, TPM: s.TPM, RPM: s.RPM}
	}
	return l
}

// The kinds of the accounts that the configuration has.
const (
	wholeKind    = "proxy" // of all calls
	providerKind = "provider"
	placeKind    = "deployment"
)

// ofPlace reports whether an account is of where a call goes, so that it may go
// elsewhere.
func ofPlace(account string) bool {
	return strings.HasPrefix(account, providerKind+"/") || strings.HasPrefix(account, placeKind+"/")
}

// above are the accounts that a try of a deployment is charged to, whoever asks:
// the whole gateway's, its provider's and its own.
func (a *App) above(to *llm.Deployment) []people.Account {
	var all []people.Account
	add := func(kind, id string, s config.Spending) {
		if s.MaxBudget != nil {
			all = append(all, people.Account{
				Scope: people.Scope{Kind: kind, ID: id}, Limit: dollarsOf(s.MaxBudget), Duration: s.Duration, Since: time.Unix(0, 0).UTC(),
			})
		}
	}
	access := &a.config.Access
	add(wholeKind, "litellm-proxy-budget", access.Budget)
	add(providerKind, to.Provider, access.Providers[to.Provider])
	add(placeKind, to.ID, a.now().budgets[to.ID])
	return all
}
