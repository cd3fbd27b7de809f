package limit

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// The attributes of a minute's item.
const (
	requests = "r"
	tokens   = "t"
	// latest is who wrote last: enough to know, most of the time, whether one's
	// own write happened when the store did not say.
	latest = "by"
)

// window is a request's claim on the requests and the tokens of one minute.
type window struct {
	*Limiter
	scope  Scope
	id     string
	minute int64 // since 1970
	tokens int64 // reserved
	taken  bool
	after  store.Item // the item as take left it
}

func newWindow(l *Limiter, s Scope, id string, tokens int64, now time.Time) *window {
	return &window{Limiter: l, scope: s, id: id, minute: now.Unix() / 60, tokens: tokens}
}

func (w *window) key(minute int64) store.Key {
	return store.Key{PK: "RL#" + strconv.FormatInt(minute, 10) + "#" + w.scope.name(), SK: "#"}
}

func (w *window) end() time.Time { return ending(w.minute) }
func (w *window) over() bool     { return !w.Now().Before(w.end()) }

func ending(minute int64) time.Time { return time.Unix((minute+1)*60, 0) }

// expiry is when a minute's item can go: no clock is that wrong.
func expiry(minute int64) time.Time { return ending(minute).Add(2 * time.Minute) }

func (w *window) known(now time.Time) *Limited {
	if w.scope.RPM < 0 || w.scope.TPM < 0 || w.scope.TPM != 0 && w.tokens > w.scope.TPM {
		return w.limited(store.Item{}, now) // which no minute has room for
	}
	if item, ok := w.refusals.find(w.key(w.minute), now); ok && !w.fits(item) {
		return w.limited(item, now)
	}
	return nil
}

// fits reports whether a minute has room for the request.
func (w *window) fits(item store.Item) bool { return w.requestFits(item) && w.tokensFit(item) }

func (w *window) requestFits(item store.Item) bool {
	return w.scope.RPM == 0 || item.Int(requests) < w.scope.RPM
}

func (w *window) tokensFit(item store.Item) bool {
	return w.scope.TPM == 0 || item.Int(tokens) <= w.scope.TPM-w.tokens
}

func (w *window) limited(item store.Item, now time.Time) *Limited {
	e := &Limited{Scope: w.scope, Resets: w.end(), RetryAfter: max(w.end().Sub(now), time.Second)}
	if w.requestFits(item) {
		e.Metric, e.Limit, e.Asked, e.Remaining = TokenSum, w.scope.TPM, w.tokens, left(w.scope.TPM, item.Int(tokens))
	} else {
		e.Metric, e.Limit, e.Asked, e.Remaining = Requests, w.scope.RPM, 1, left(w.scope.RPM, item.Int(requests))
	}
	return e
}

// left is what a limit leaves, which is not less than nothing.
func left(limit, used int64) int64 { return max(0, limit-used) }

func (w *window) take(ctx context.Context) error {
	write := store.Write{
		Key: w.key(w.minute), Set: store.Item{latest: w.id}, Add: map[string]int64{requests: 1}, Expires: expiry(w.minute),
	}
	if w.scope.RPM != 0 {
		write.If = append(write.If, store.Condition{Attr: requests, Op: store.AtMost, Value: w.scope.RPM - 1, OrAbsent: true})
	}
	if w.scope.TPM != 0 {
		write.Add[tokens] = w.tokens
		write.If = append(write.If, store.Condition{Attr: tokens, Op: store.AtMost, Value: w.scope.TPM - w.tokens, OrAbsent: true})
	}
	item, err := w.write(ctx, write)
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		now := w.Now()
		w.refusals.remember(write.Key, refused.Item, now)
		return w.limited(refused.Item, now)
	}
	if err != nil {
		return fmt.Errorf("count a request of %s: %w", w.scope.Kind, err)
	}
	w.taken, w.after = true, item
	return nil
}

// back gives the share back while its minute lasts. It is tried once when the
// store does not say: a second time could give back what is another's.
func (w *window) back(ctx context.Context) error {
	if !w.taken || w.over() {
		return nil
	}
	return w.shrink(ctx, map[string]int64{requests: 1, tokens: w.tokens})
}

// settle corrects the tokens. What was reserved and not used is given back while
// its minute lasts. What was used above it is charged to the minute in which
// that becomes known: a later one would otherwise let through what a provider
// still counts.
func (w *window) settle(ctx context.Context, used llm.Usage) error {
	if !w.taken || w.scope.TPM == 0 || !used.Known {
		return nil
	}
	switch more := w.Count.used(used) - w.tokens; {
	case more > 0:
		return w.charge(ctx, more)
	case more < 0 && !w.over():
		return w.shrink(ctx, map[string]int64{tokens: -more})
	}
	return nil
}

func (w *window) charge(ctx context.Context, more int64) error {
	minute := max(w.minute, w.Now().Unix()/60)
	_, err := w.write(ctx, store.Write{
		Key: w.key(minute), Set: store.Item{latest: w.id + "+"}, Add: map[string]int64{tokens: more}, Expires: expiry(minute),
	})
	if err != nil {
		return fmt.Errorf("charge tokens to %s: %w", w.scope.Kind, err)
	}
	return nil
}

// shrink takes something off the counts, which never fall below zero.
func (w *window) shrink(ctx context.Context, by map[string]int64) error {
	write := store.Write{Key: w.key(w.minute), Add: map[string]int64{}}
	for attr, n := range by {
		if attr == tokens && w.scope.TPM == 0 {
			continue
		}
		write.Add[attr] = -n
		write.If = append(write.If, store.Condition{Attr: attr, Op: store.AtLeast, Value: n})
	}
	err := w.repeat(ctx, false, func() error { _, err := w.Store.Write(ctx, write); return err })
	if _, gone := errors.AsType[*store.Refused](err); gone {
		err = nil // with the item
	}
	w.refusals.forget(write.Key)
	if err != nil {
		return fmt.Errorf("give back a share of %s: %w", w.scope.Kind, err)
	}
	return nil
}

func (w *window) limits(all []Left) []Left {
	if !w.taken {
		return all
	}
	resets := w.end().Sub(w.Now())
	if limit := w.scope.RPM; limit != 0 {
		all = append(all, Left{w.scope, Requests, limit, left(limit, w.after.Int(requests)), resets})
	}
	if limit := w.scope.TPM; limit != 0 {
		all = append(all, Left{w.scope, TokenSum, limit, left(limit, w.after.Int(tokens)), resets})
	}
	return all
}
