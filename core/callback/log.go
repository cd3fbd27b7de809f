package callback

import (
	"context"
	"log/slog"
)

// Log writes alerts into the gateway's own log, whatever becomes of them
// elsewhere.
type Log struct{ To *slog.Logger }

// Name implements Sink.
func (*Log) Name() string { return "log" }

// Send implements Sink.
func (l *Log) Send(ctx context.Context, a Alert) error {
	l.To.WarnContext(ctx, "alert", "type", a.Type, "event", a.Event, "group", a.Group, "message", a.Message,
		"key_hash", a.Token, "key_alias", a.KeyAlias, "user", a.User, "team", a.Team, "organization", a.Org, "customer", a.Customer,
		"spend_usd", amount(a.Spend), "max_budget_usd", amount(a.MaxBudget), "soft_budget_usd", amount(a.Soft))
	return nil
}
