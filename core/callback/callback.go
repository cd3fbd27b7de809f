// Package callback tells others what happened: alerts about money and keys go to
// the places that an operator named, before the reply ends that caused them.
//
// A sink translates an event into a place's own words and hands it over, in a
// file of its own; Delivery gives all sinks the same few seconds, waits for them
// and keeps what goes wrong to the log. Nothing here can fail a call, and nothing
// goes on after a call has ended, since a Lambda function is frozen then. Which
// of many processes tells something is for Claims to settle.
//
// Events are plain structs that hold no key and no prompt. Addresses may be
// secrets: they are looked up when something is sent, and no error has one.
package callback

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Alert is something that somebody wants to hear of, under the names that
// LiteLLM's webhook events have (litellm.proxy._types.WebhookEvent). Amounts are
// pico-dollars.
type Alert struct {
	// ID is the same whenever the same thing is told: a receiver that gets it
	// twice may drop the second.
	ID      string
	Type    string // LiteLLM's alert type, which says where it goes: budget_alerts
	Event   string // what happened: soft_budget_crossed
	Group   string // to whom: key, user, team, ...
	Message string

	Spend     *int64 // nil: not known
	MaxBudget *int64 // nil: there is none
	Soft      *int64

	Token    string // the hash of the key
	KeyAlias string
	Customer string
	User     string
	Email    string // the user's
	Team     string
	TeamName string
	Org      string

	Projected   *int64    // what will be spent by the end of the period; nil: not reckoned
	ProjectedOn time.Time // when that passes the soft budget

	Expires time.Time // of a key that will; zero otherwise
	At      time.Time
}

// The alert types.
const (
	Budgets = "budget_alerts"
	Expiry  = "key_expiry" // the gateway's own: LiteLLM has no such alert
)

// Sink hands alerts over to some place.
type Sink interface {
	// Name is what the log calls the sink.
	Name() string
	// Send returns once the alert is where it should be, or the context ends.
	// The error has no address and no other secret in it.
	Send(ctx context.Context, a Alert) error
}

// Delivery sends alerts. Nil sends none.
type Delivery struct {
	Sinks []Sink
	Types []string // those that are sent; nil: all
	Log   *slog.Logger
	Time  time.Duration // how long the sinks have, all together; 0: 2 seconds
}

const deliveryTime = 2 * time.Second

// Wants reports whether alerts of a type go anywhere.
func (d *Delivery) Wants(kind string) bool {
	return d != nil && len(d.Sinks) > 0 && (d.Types == nil || slices.Contains(d.Types, kind))
}

// Send gives alerts to all sinks at once, and waits for them. It goes on when
// the context is cancelled: who caused an alert may have left.
func (d *Delivery) Send(ctx context.Context, alerts ...Alert) {
	if d == nil || len(alerts) == 0 {
		return
	}
	limit := d.Time
	if limit == 0 {
		limit = deliveryTime
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	var all sync.WaitGroup
	for _, a := range alerts {
		if !d.Wants(a.Type) {
			continue
		}
		for _, sink := range d.Sinks {
			all.Go(func() {
				if err := sink.Send(ctx, a); err != nil {
					d.Log.ErrorContext(ctx, "send an alert", "sink", sink.Name(), "event", a.Event, "group", a.Group, "key_hash", a.Token, "error", err)
				}
			})
		}
	}
	all.Wait()
}
