package boot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/callback"
	"github.com/tollgate-llm/tollgate/core/people"
)

// expiryBatch is how many alerts are sent at once.
const expiryBatch = 8

// checkExpiry tells of keys that will expire within as many days as the
// configuration says: of each once for each number of days, however often and
// wherever this is called. It looks once in a quarter of an hour. A key that was
// made for less time than that is no news, nor is one that is blocked. The error
// is that keys cannot be read.
func (a *App) checkExpiry(ctx context.Context, now time.Time) error {
	n := a.alerts
	if !n.wants(callback.Expiry) || len(n.days) == 0 || now.Minute()%15 != 0 {
		return nil
	}
	keys, err := a.people.Keys.Expiring(ctx, now, now.Add(days(slices.Max(n.days))))
	if err != nil {
		return fmt.Errorf("look for keys that expire: %w", err)
	}
	var due []callback.Alert
	for _, k := range keys {
		if alert, ok := n.expiring(ctx, &k, now); ok {
			due = append(due, alert)
		}
		if len(due) == expiryBatch {
			n.delivery.Send(ctx, due...)
			due = nil
		}
	}
	n.delivery.Send(ctx, due...)
	return nil
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// expiring is the alert about a key, if it is due and nobody else sends it.
func (n *alerts) expiring(ctx context.Context, k *people.Key, now time.Time) (callback.Alert, bool) {
	at := k.Expires.UTC()
	nearest := 0
	for _, d := range n.days {
		if at.Sub(now) <= days(d) && at.Sub(k.CreatedAt.Time) > days(d) && (nearest == 0 || d < nearest) {
			nearest = d
		}
	}
	const event = "key_expiring"
	name := event + "#" + k.ID + "#" + strconv.FormatInt(at.Unix(), 10) + "#" + strconv.Itoa(nearest)
	if nearest == 0 || k.Blocked || !n.claims.First(ctx, name, 1, at) {
		return callback.Alert{}, false
	}
	return callback.Alert{
		ID: idOf(name), Type: callback.Expiry, Event: event, Group: "key", At: now, Expires: at,
		Message: fmt.Sprintf("Key Expiry: Expires within %d day(s), at %s", nearest, at.Format(time.RFC3339)),
		Token:   k.Token, KeyAlias: k.Alias, User: k.UserID, Team: k.TeamID, Org: k.OrganizationID,
		MaxBudget: (*int64)(k.MaxBudget), Soft: (*int64)(k.SoftBudget),
	}, true
}
