// Package ledger keeps budgets that are never exceeded, spends that are never
// lost, and counts none twice: at any concurrency, over a store that only knows
// single items changing under a condition, that fails, and that forgets to say
// what it did.
//
// Money is held before a provider is asked and settled afterwards:
//
//	hold    K accounts, in parallel: cm += estimate, if that stays within the limit
//	fence   one row PENDING, which names those holds; only then is the provider asked
//	decide  the same row POSTED with the cost (or VOID): exactly once, whoever does it
//	post    K accounts, in parallel: the hold gives way to the cost, once
//
// An account has one number that is compared with its limit, cm: what was spent
// (ps) and what is held. The row alone decides, so whoever finds a hold after
// its time can finish what its owner began: post what was decided, call a row
// that is still PENDING lost, at its estimate, and put a VOID row where none is,
// so that none can come. A write that is said to have failed may still happen,
// at any time later: each try to hold has a name of its own, and only those that
// the row names count.
//
// An account that many attempts are held in at once is spread over purses: see
// purse.go.
//
// The package knows neither prices nor tokens: what a call can cost at most, and
// what it did cost, its callers say. All amounts are pico-dollars (10^-12).
package ledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// MaxLimit is the largest limit of a budget, and the largest estimate or cost
// of an attempt: 9 million dollars.
const MaxLimit = 9e18

// Ledger holds and settles. It is safe for concurrent use, and must not be
// copied after its first use.
type Ledger struct {
	Store store.Store
	Now   func() time.Time
	// Margin is how long after an attempt's deadline its holds stay its own; it
	// covers clocks that differ. 0: 30 seconds.
	Margin time.Duration
	// Keep is how long rows are kept once they are decided. 0: for ever.
	Keep time.Duration
	// Drifted is told of accounts that do not add up, when something is settled
	// in them. nil: nobody looks.
	Drifted func(context.Context, Drift)

	// What tests replace: running things in parallel, waiting before the next
	// try of a write, and the random part of a hold.
	each  func(n int, do func(i int))
	pause func(ctx context.Context, tried int) error
	nonce func() string
	// When purses are used and how large they are: attempts at a time (below 0:
	// always), attempts in one, and that part of what is left which one may be.
	hotAt, perPurse, share int64

	mu      sync.Mutex
	refused map[store.Key]refusal
	hot     map[store.Key]time.Time // until when
	purses  map[store.Key][]*purse  // that nothing is held in, by the account above
}

// Budget is a limit on what a scope may spend in a window.
type Budget struct {
	Scope  string // whose it is: "K:<hash>", "T:<id>"; 300 bytes at most, no line breaks
	Window Window
	Limit  int64 // pico-dollars, 0 to MaxLimit
	// Version grows with every change of the limit. Of two that are met, the
	// limit of the newer counts.
	Version int64
	// Alerts are amounts, in pico-dollars, whose first crossing in a window
	// somebody wants to hear of.
	Alerts []int64
}

// Account is the budget's item at time t.
func (b Budget) Account(t time.Time) store.Key {
	return store.Key{PK: accountPrefix + b.Scope + "#" + b.Window.ID(t), SK: root}
}

func (b Budget) valid() error {
	switch {
	case b.Scope == "" || len(b.Scope) > 300 || strings.ContainsAny(b.Scope, "\n\r"):
		return fmt.Errorf("budget of %q: a scope has 1 to 300 bytes and no line break", b.Scope)
	case b.Limit < 0 || b.Limit > MaxLimit:
		return fmt.Errorf("budget of %s: a limit of %d pico-dollars, want 0 to 9e18", b.Scope, b.Limit)
	}
	return b.Window.valid()
}

// ErrDuplicate says that somebody else holds, or has settled, the same attempt.
var ErrDuplicate = errors.New("this attempt is someone else's already")

// Exceeded is the error of an attempt that a budget has no room for. Amounts
// are pico-dollars.
type Exceeded struct {
	Scope  string
	Spent  int64 // in this window
	Held   int64 // for attempts that are not settled yet
	Limit  int64
	Resets time.Time // when the budget is whole again; zero: never
}

func (e *Exceeded) Error() string {
	return fmt.Sprintf("the budget of %s is exceeded: %d of %d pico-dollars spent, %d held", e.Scope, e.Spent, e.Limit, e.Held)
}

// Left is the largest estimate that there would have been room for, in
// pico-dollars; 0 when there is none.
func (e *Exceeded) Left() int64 { return max(0, e.Limit-e.Spent-e.Held) }

// Unavailable is the error of an attempt whose holds could not be made sure of:
// the store does not answer. Nothing may be spent.
type Unavailable struct{ Err error }

func (e *Unavailable) Error() string { return "the ledger is unavailable: " + e.Err.Error() }

// Unwrap returns what went wrong.
func (e *Unavailable) Unwrap() error { return e.Err }

// How often a write is tried before its outcome is given up on: on the way to a
// provider, and for what must not be lost.
const (
	triesBefore = 4
	triesAfter  = 8
)

// settleTime is what settling may take, whether or not the caller has gone.
const settleTime = 5 * time.Second

func (l *Ledger) margin() time.Duration { return cmp.Or(l.Margin, 30*time.Second) }

// expires is when a row that is decided now may go; zero for never.
func (l *Ledger) expires() time.Time {
	if l.Keep == 0 {
		return time.Time{}
	}
	return l.Now().Add(l.Keep)
}

// parallel runs do(0) to do(n-1), at once, and waits for them.
func (l *Ledger) parallel(n int, do func(i int)) {
	if n == 1 {
		do(0)
		return
	}
	if l.each != nil {
		l.each(n, do)
		return
	}
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

// wait lets a busy store be for 10 ms, then 20, 40 ... up to a second, and half
// of that more or less by chance.
func (l *Ledger) wait(ctx context.Context, tried int) error {
	if l.pause != nil {
		return l.pause(ctx, tried)
	}
	most := min(time.Second, 10*time.Millisecond<<min(tried, 10))
	var b [1]byte
	_, _ = rand.Read(b[:]) // never fails
	timer := time.NewTimer(most/2 + most*time.Duration(b[0])/512)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// random is the part of a hold that tells it from another's of the same name.
func (l *Ledger) random() string {
	if l.nonce != nil {
		return l.nonce()
	}
	return strings.ToLower(rand.Text()[:8])
}

// write tries a write that may be tried again without harm until it is known to
// have been done (nil) or refused (a *store.Refused), or the tries are used up.
// A refusal may be due to an earlier try: the caller looks at the item.
func (l *Ledger) write(ctx context.Context, w store.Write, tries int) (store.Item, error) {
	for tried := 0; ; tried++ {
		item, err := l.Store.Write(ctx, w)
		if err == nil || isRefused(err) || tried+1 == tries {
			return item, err
		}
		if wait := l.wait(ctx, tried); wait != nil {
			return nil, errors.Join(err, wait)
		}
	}
}

func isRefused(err error) bool {
	var r *store.Refused
	return errors.As(err, &r)
}

// read gets an item consistently; nil when there is none.
func (l *Ledger) read(ctx context.Context, key store.Key, tries int) (store.Item, error) {
	for tried := 0; ; tried++ {
		item, err := l.Store.Get(ctx, key, true)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
		if err == nil || tried+1 == tries {
			return item, err
		}
		if wait := l.wait(ctx, tried); wait != nil {
			return nil, errors.Join(err, wait)
		}
	}
}
