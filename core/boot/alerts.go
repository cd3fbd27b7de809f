package boot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/callback"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/store"
)

// alerts tell an operator of budgets that run out and of keys that will expire.
// Nil tells nobody.
type alerts struct {
	delivery *callback.Delivery
	claims   *callback.Claims
	now      func() time.Time
	days     []int // before a key expires
}

// newAlerts makes what a configuration says of alerts; nil when it says nothing.
func newAlerts(c *config.Alerting, env secret.Source, client *http.Client, in store.Store, now func() time.Time, log *slog.Logger) *alerts {
	if c == nil {
		return nil
	}
	post := callback.Post{Client: client, Sleep: sleep}
	d := &callback.Delivery{Types: c.Types, Log: log}
	if c.Slack {
		proxy := env.Written("PROXY_BASE_URL") // it is only shown
		d.Sinks = append(d.Sinks, &callback.Slack{Post: post, Proxy: proxy, Addresses: func(ctx context.Context, kind string) ([]string, error) { return slackAddresses(ctx, c, env, kind) }})
	}
	if c.Webhook {
		d.Sinks = append(d.Sinks, &callback.Webhook{Post: post, Address: func(ctx context.Context) (string, error) { return env.Env(ctx, "WEBHOOK_URL") }})
	}
	if c.Log {
		d.Sinks = append(d.Sinks, &callback.Log{To: log})
	}
	days := c.Days
	if days == nil {
		days = []int{7, 1}
	}
	return &alerts{d, &callback.Claims{Store: in, Now: now}, now, days}
}

// slackAddresses are those of an alert type, or the one for all.
func slackAddresses(ctx context.Context, c *config.Alerting, env secret.Source, kind string) ([]string, error) {
	refs := c.To[kind]
	if len(refs) == 0 {
		address, err := env.Env(ctx, "SLACK_WEBHOOK_URL")
		if err != nil || address == "" {
			return nil, err
		}
		return []string{address}, nil
	}
	all := make([]string, len(refs))
	for i, ref := range refs {
		var err error
		if all[i], err = env.Resolve(ctx, ref); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// wants reports whether anybody is told of a type of alerts.
func (n *alerts) wants(kind string) bool { return n != nil && n.delivery.Wants(kind) }

// crossed tells of the amounts that a call has taken budgets across. The ledger
// gives each to one call.
func (n *alerts) crossed(ctx context.Context, call *llm.Call, accounts []people.Account, found []ledger.Alert) {
	if len(found) == 0 || !n.wants(callback.Budgets) {
		return
	}
	var all []callback.Alert
	for _, f := range found {
		account, ok := accountIn(accounts, f.Scope)
		if !ok {
			continue // it was taken away meanwhile
		}
		before := spentBefore(account)
		a := n.alert(call, account, f.Spent+before)
		crossing(&a, account, f.Amount+before, n.now())
		window := windowOf(account.Window())
		period := window.ID(n.now())
		if a.Projected != nil { // the amount grows by the day, and is told of once
			f.Amount = int64(*account.Soft)
			if !n.claims.First(ctx, a.Event+"#"+f.Scope+"#"+period, max(1, f.Amount), window.Resets(n.now())) {
				continue
			}
		}
		a.ID = idOf(a.Event, f.Scope, period, strconv.FormatInt(f.Amount, 10))
		all = append(all, a)
	}
	n.delivery.Send(ctx, all...)
}

// refused tells of the first call of a period that a budget had no room for, of
// all that there are at all processes; again when the budget was raised.
func (n *alerts) refused(ctx context.Context, call *llm.Call, accounts []people.Account, full *ledger.Exceeded) {
	account, ok := accountIn(accounts, full.Scope)
	if !ok || account.Limit == nil || !n.wants(callback.Budgets) {
		return
	}
	limit, period := int64(*account.Limit), "all"
	if !full.Resets.IsZero() {
		period = strconv.FormatInt(full.Resets.Unix(), 10)
	}
	const event = "budget_crossed"
	if !n.claims.First(ctx, event+"#"+full.Scope+"#"+period, max(1, limit), full.Resets) {
		return
	}
	a := n.alert(call, account, full.Spent+spentBefore(account))
	a.Event, a.Message = event, fmt.Sprintf("%sBudget Crossed\n Total Budget:`%s`", label(account), dollars(limit))
	a.ID = idOf(event, full.Scope, period, strconv.FormatInt(limit, 10))
	n.delivery.Send(ctx, a)
}

// accountIn is the account that the ledger calls by a name.
func accountIn(accounts []people.Account, scope string) (people.Account, bool) {
	for _, a := range accounts {
		if a.Name() == scope {
			return a, true
		}
	}
	return people.Account{}, false
}

// spentBefore is what counts as spent and is not in the ledger: what was spent
// elsewhere of a budget that is for ever.
func spentBefore(a people.Account) int64 {
	if a.Duration == "" {
		return int64(a.Spent)
	}
	return 0
}

// idOf names what happened, the same wherever it is told.
func idOf(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(sum, "%d:%s,", len(p), p)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// alert is what is told of an account that somebody's call was charged to.
func (n *alerts) alert(call *llm.Call, account people.Account, spent int64) callback.Alert {
	g := &people.Grant{}
	if key, ok := keyOf(call.Caller); ok {
		g = key.Grant
	}
	a := callback.Alert{
		Type: callback.Budgets, Group: account.Kind, At: n.now(), Spend: &spent,
		MaxBudget: (*int64)(account.Limit), Soft: (*int64)(account.Soft),
		User: g.UserID, Team: g.TeamID, TeamName: g.TeamAlias, Org: g.OrganizationID,
	}
	if call.Caller != nil {
		a.Token = call.Caller.KeyHash
	}
	switch account.Kind {
	case "api_key":
		a.Group, a.KeyAlias, a.Email = "key", g.KeyAlias, g.UserEmail
	case "user", "team_member":
		a.KeyAlias, a.Email = g.KeyAlias, g.UserEmail
	case "organization_member":
		a.Group, a.KeyAlias, a.Email = "organization", g.KeyAlias, g.UserEmail
	case "end_user":
		a.Customer = g.CustomerID
	case providerKind, placeKind:
		a.Group = wholeKind // LiteLLM's word for what is nobody's
	}
	return a
}

// label says whose budget it is, and by name where an alert has no member for
// that.
func label(a people.Account) string {
	words := map[string]string{
		"api_key": "Key", "user": "User", "team": "Team", "team_member": "Team Member", "organization": "Organization",
		"organization_member": "Organization Member", "project": "Project", "end_user": "Customer", "tag": "Tag",
		wholeKind: "Proxy", providerKind: "Provider", placeKind: "Deployment",
	}
	text := words[a.Kind] + " Budget"
	switch a.Kind {
	case "project", "tag", providerKind, placeKind:
		text += " of " + a.ID
	}
	if a.Model != "" {
		text += " for " + a.Model
	}
	return text + ": "
}
