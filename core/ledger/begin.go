package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Attempt is one try to have a provider answer.
type Attempt struct {
	Request string // an id of NewID
	N       int    // 1 to 99, another for each Begin of the request
	Budgets []Budget
	// Estimate is what the attempt can cost at most, in pico-dollars: 0 to
	// MaxLimit.
	Estimate int64
	// Lost is what is charged when nobody comes back in time, in pico-dollars: at
	// most the Estimate, which is also what 0 means. Less than what a lost
	// attempt may have cost lets a budget be exceeded by the difference.
	Lost int64
	// Deadline is when the attempt will be settled at the latest. Whoever comes
	// later than that and the margin finds it lost.
	Deadline time.Time
	Facts    Facts // what is known of it already
	// Current, if there is one, reads the budgets consistently from those who
	// own them. It is called while the money is being held: where its answer has
	// other limits, those count. Its error ends the attempt as it is.
	Current func(context.Context) ([]Budget, error)
}

func (a Attempt) valid() error {
	if a.N < 1 || a.N > 99 {
		return fmt.Errorf("attempt %d, want 1 to 99", a.N)
	}
	if a.Estimate < 0 || a.Estimate > MaxLimit {
		return fmt.Errorf("an estimate of %d pico-dollars, want 0 to 9e18", a.Estimate)
	}
	if a.Lost < 0 || a.Lost > a.Estimate {
		return fmt.Errorf("a lost attempt of %d pico-dollars, want 0 to the estimate", a.Lost)
	}
	for i, b := range a.Budgets {
		if err := b.valid(); err != nil {
			return err
		}
		if slices.ContainsFunc(a.Budgets[:i], func(o Budget) bool { return o.Scope == b.Scope && o.Window == b.Window }) {
			return fmt.Errorf("budget of %s: given twice", b.Scope)
		}
	}
	return nil
}

// Hold is money set aside for an attempt. Settle or Abandon ends it.
type Hold struct {
	ledger  *Ledger
	ref     ref
	key     store.Key // of the row
	nonce   string
	due     int64
	attempt Attempt
	budgets []Budget // as they were held, in the order of holds
	holds   []hold
	purses  []*purse // that the holds are in; nil for none
	settled bool
	alerts  []Alert
	err     error
}

// maxLimitChanges is how often limits may change under an attempt that begins.
const maxLimitChanges = 3

var errChanging = errors.New("the limits keep changing")

// Begin holds the estimate in every budget and writes the attempt's row. Only
// without an error may the provider be asked. Attempts without budgets cost
// nothing here.
//
// The error is an *Exceeded, an *Unavailable, ErrDuplicate, what Current
// returned, or says what is wrong with the attempt.
func (l *Ledger) Begin(ctx context.Context, a Attempt) (*Hold, error) {
	r := attemptRef(a.Request, a.N)
	key, err := r.key()
	if err == nil {
		err = a.valid()
	}
	if err != nil {
		return nil, fmt.Errorf("begin attempt: %w", err)
	}
	h := &Hold{ledger: l, ref: r, key: key, nonce: l.random(), attempt: a, due: a.Deadline.Add(l.margin()).Unix()}
	if len(a.Budgets) == 0 {
		return h, nil
	}
	if err := h.hold(ctx, a.Budgets); err != nil {
		return nil, err
	}
	if len(h.holds) > 0 { // there may be no budget any more
		err = h.fence(ctx)
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

// hold takes the estimate from every budget, under limits that are true.
func (h *Hold) hold(ctx context.Context, budgets []Budget) error {
	l, at := h.ledger, h.ledger.Now()
	tries := map[string]int64{}
	for range maxLimitChanges {
		claims := make([]*claim, len(budgets))
		for i, b := range budgets {
			claims[i] = &claim{
				ref: h.ref, account: b.Account(at), budget: b, resets: b.Window.Resets(at),
				amount: h.attempt.Estimate, due: h.due, nonce: h.nonce, try: tries[b.Scope],
			}
			if err := l.remembered(claims[i]); err != nil {
				return err
			}
		}
		current, errs, readErr := h.takeAll(ctx, claims)
		changed := readErr == nil && h.attempt.Current != nil && !slices.EqualFunc(claims, current, heldUnder)
		if readErr == nil && !changed && !slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
			for _, c := range claims {
				h.budgets = append(h.budgets, c.budget)
			}
			return nil
		}
		h.release(ctx, errs)
		if readErr != nil {
			return readErr
		}
		if !changed || slices.Contains(errs, ErrDuplicate) {
			return l.refusalOf(claims, errs)
		}
		for _, c := range claims {
			tries[c.budget.Scope] = max(tries[c.budget.Scope], c.try)
		}
		budgets = current
	}
	return &Unavailable{errChanging}
}

// takeAll makes all holds and reads the budgets, at once.
func (h *Hold) takeAll(ctx context.Context, claims []*claim) (current []Budget, errs []error, readErr error) {
	n := len(claims)
	h.holds, h.purses, errs = make([]hold, n), make([]*purse, n), make([]error, n)
	if h.attempt.Current != nil {
		n++
	}
	h.ledger.parallel(n, func(i int) {
		if i == len(claims) {
			current, readErr = h.attempt.Current(ctx)
			return
		}
		h.holds[i], h.purses[i], errs[i] = h.ledger.takeSpread(ctx, claims[i])
	})
	return current, errs, readErr
}

// heldUnder reports whether a claim was made under the limit that is true.
func heldUnder(c *claim, b Budget) bool {
	had := c.budget
	return had.Scope == b.Scope && had.Window == b.Window && had.Version == b.Version && had.Limit == b.Limit
}

// release lets holds go for which there will be no row.
func (h *Hold) release(ctx context.Context, errs []error) {
	var made []hold
	var in []*purse
	for i, err := range errs {
		if err == nil {
			made, in = append(made, h.holds[i]), append(in, h.purses[i])
		}
	}
	h.holds, h.purses = nil, nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	h.reuse(ctx, made, in, h.ledger.postAll(ctx, made, 0))
}

// refusalOf chooses among the errors of claims: the budget with the least room,
// or else what went wrong.
func (l *Ledger) refusalOf(claims []*claim, errs []error) error {
	var tightest *Exceeded
	for i, err := range errs {
		var e *Exceeded
		if !errors.As(err, &e) {
			continue
		}
		l.remember(claims[i], e)
		if tightest == nil || e.Left() < tightest.Left() {
			tightest = e
		}
	}
	if tightest != nil {
		return tightest
	}
	err := errors.Join(errs...)
	if errors.Is(err, ErrDuplicate) {
		return ErrDuplicate
	}
	return &Unavailable{err}
}

// fence writes the row without which nothing may be spent. Where somebody found
// the holds due and put another in its place, they are gone.
func (h *Hold) fence(ctx context.Context) error {
	l := h.ledger
	set := h.attempt.Facts.attributes()
	h.head(set, Pending)
	_, err := l.write(ctx, store.Write{
		Key: h.key, If: []store.Condition{{Attr: rowState, Op: store.Absent}}, Set: fit(h.key, set),
	}, triesBefore)
	var refused *store.Refused
	if errors.As(err, &refused) {
		if refused.Item.Text(rowNonce) != h.nonce {
			h.release(ctx, make([]error, len(h.holds)))
			return ErrDuplicate
		}
		if State(refused.Item.Text(rowState)) == Pending {
			err = nil // an earlier try did it
		}
	}
	if err == nil && !l.Now().Before(h.attempt.Deadline) {
		err = errors.New("the attempt's time is over before it began")
	}
	if err != nil {
		// The row may be there, or come yet: nothing is free before it is void.
		_, _ = h.Abandon(ctx, h.attempt.Facts)
		return &Unavailable{fmt.Errorf("write row: %w", err)}
	}
	return nil
}

// head is what a row says beside the facts and the cost.
func (h *Hold) head(set store.Item, s State) {
	set[rowState], set[rowNonce], set[rowDue] = string(s), h.nonce, h.due
	if len(h.holds) > 0 {
		set[rowEstimate], set[rowHolds] = h.attempt.Estimate, holdLines(h.holds)
		if h.attempt.Lost > 0 {
			set[rowLost] = h.attempt.Lost
		}
	}
}
