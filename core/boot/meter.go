package boot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/utils"
	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// meter keeps the budgets of virtual keys, and of those above them, and the spend
// log of all calls. It is an attempt.Meter.
type meter struct {
	ledger *ledger.Ledger
	price  func(to *llm.Deployment, body raw.Object, u llm.Usage, took time.Duration) (int64, bool)
	count  *utils.Count
	now    func() time.Time
	kept   bool // what is written stays: calls of nobody are written down, too
	// above are the budgets of a try whoever makes it.
	above  func(to *llm.Deployment) []people.Account
	names  *names
	alerts *alerts
	silent bool // calls that no budget pays for are not written down
	// lenient says that what nobody comes back from costs its prompt only.
	lenient bool
}

// longest is how long an attempt may be under way: as long as a function runs.
const longest = 15 * time.Minute

// leastAnswer is the shortest answer, in tokens, that is worth its prompt when a
// budget cannot pay for more.
const leastAnswer = 16

// Hold implements attempt.Meter.
func (m *meter) Hold(ctx context.Context, call *llm.Call) (*llm.Call, attempt.Hold, error) {
	key, ok := keyOf(call.Caller)
	to, facts := m.chargeOf(key.grant(), call), factsOf(call, m.now())
	if m.unwritten(call, key, to) {
		return call, unmetered{}, nil
	}
	if len(to.budgets) == 0 || call.Options.Mock != nil {
		if ok && key.stale {
			if _, err := m.current(ctx, call, key); err != nil {
				return nil, nil, err
			}
		}
		return m.begin(ctx, call, key, charge{}, 0, facts)
	}
	most, ok := boundOf(call)
	cost, priced := m.worst(call, most.Usage)
	if !to.limited {
		if !ok || !priced {
			cost = 0 // and nobody minds
		}
		asked, hold, err := m.beginSoft(ctx, call, key, to, cost, facts)
		return asked, hold, m.refused(ctx, call, to, err)
	}
	if !ok || !priced {
		return nil, nil, &llm.Error{
			Class: llm.BadRequestError, Type: "budget_exceeded", Param: "model",
			Message: "what this call of " + call.Model + " may cost at most is not known, and it is under a budget: give the model a price and limits in model_info, and the request a limit of its answer",
		}
	}
	asked, hold, err := m.begin(ctx, call, key, to, cost, facts)
	var full *ledger.Exceeded
	if !errors.As(err, &full) {
		return asked, hold, told(err)
	}
	// There is room for less, perhaps: the prompt is counted, and the answer made
	// as short as the budget can pay.
	if call.Op == llm.Chat {
		most.In = m.prompt(call, most.In)
	}
	less := call
	if cost, _ = m.worst(call, most.Usage); cost > full.Left() {
		if less, cost = m.shorter(call, most, cost, full.Left()); less == nil {
			return nil, nil, m.refused(ctx, call, to, err)
		}
	}
	asked, hold, err = m.begin(ctx, less, key, to, cost, facts)
	return asked, hold, m.refused(ctx, call, to, err)
}

// prompt is how many tokens a prompt has at most, by a vocabulary: bytes are so
// many only where each is a token of its own.
func (m *meter) prompt(call *llm.Call, bytes int64) int64 {
	n, err := m.count.At(call, call.To)
	if err != nil || bytes > int64(len(call.Body.Bytes()))+overhead { // or it points at more
		return bytes
	}
	return min(bytes, int64(n)*27/20+overhead/4) // another vendor's vocabulary may have smaller words
}

// shorter is a call whose answer a budget can pay for, and what it may cost; nil
// when the budget cannot even pay for a short one.
func (m *meter) shorter(call *llm.Call, most bound, cost, left int64) (*llm.Call, int64) {
	prompt := most.Usage
	prompt.Out = 0
	fixed, ok := m.worst(call, prompt)
	if !ok || most.limit == "" || most.Out == 0 {
		return nil, 0
	}
	each := max(1, (cost-fixed+most.Out-1)/most.Out) * most.answers
	tokens := ledger.Affordable(left, fixed, each)
	if tokens < leastAnswer {
		return nil, 0
	}
	c := *call
	c.Body = c.Body.WithRaw(most.limit, fmt.Appendf(nil, "%d", tokens))
	return &c, fixed + tokens*each
}

// worst is the most that a usage can cost: the dearest way to take its prompt.
func (m *meter) worst(call *llm.Call, u llm.Usage) (int64, bool) {
	cost, ok := m.price(call.To, call.Body, u, longest)
	if !ok {
		return 0, false
	}
	written := u
	written.In, written.CacheWrite1h = 0, u.In
	if more, ok := m.price(call.To, call.Body, written, longest); ok {
		cost = max(cost, more)
	}
	return cost, true
}

// unwritten reports whether a call without a key or a budget is not written down:
// one of a gateway that is open to everybody, or one that nobody would look up.
func (m *meter) unwritten(call *llm.Call, key *rights, to charge) bool {
	if key != nil || len(to.budgets) > 0 {
		return false
	}
	c := call.Caller
	open := c != nil && c.Master && c.KeyHash == ""
	return open || !m.kept && (c == nil || c.KeyHash == "")
}

// lost is what a call of which so much is held costs if nobody comes back from
// it; 0 is all of it.
func (m *meter) lost(call *llm.Call, held int64) int64 {
	if !m.lenient || held == 0 {
		return 0
	}
	prompt, ok := boundOf(call)
	prompt.Out = 0
	cost, priced := m.worst(call, prompt.Usage)
	if !ok || !priced {
		return 0
	}
	return min(max(cost, 1), held)
}

// metered is what is held for one try of a virtual key.
type metered struct {
	meter *meter
	hold  *ledger.Hold
	call  *llm.Call
	to    charge
	facts ledger.Facts
	most  int64 // pico-dollars that were held
}

// Settle implements attempt.Hold.
func (h *metered) Settle(ctx context.Context, o attempt.Outcome) error {
	f := h.facts
	f.Usage, f.End, f.FirstEvent = o.Usage, h.meter.now(), h.call.Record.FirstEvent
	f.Provider, f.Deployment, f.Model = h.call.To.Provider, h.call.To.ID, h.call.To.Model
	if base, err := url.Parse(h.call.Record.Base); err == nil {
		f.Host = base.Host
	}
	f.Status = 200
	var e *llm.Error
	if errors.As(o.Err, &e) {
		f.Class, f.Status = e.Class.Error(), e.Class.Status()
	}
	if o.Err != nil && unbilled(o) {
		crossed, err := h.hold.Abandon(ctx, f)
		h.meter.alerts.crossed(ctx, h.call, h.to.accounts, crossed)
		return err
	}
	out := ledger.Outcome{Cost: o.Cost, Unpriced: !o.Priced, Facts: f}
	if !o.Priced && !o.Usage.Known {
		out.Cost, out.Unpriced = h.streamed(o)
	}
	crossed, err := h.hold.Settle(ctx, out)
	h.meter.alerts.crossed(ctx, h.call, h.to.accounts, crossed)
	return err
}

// streamed is what an answer whose provider counted nothing cost: its prompt,
// and a token for each byte that came, but no more than was held.
func (h *metered) streamed(o attempt.Outcome) (cost int64, unpriced bool) {
	most, ok := boundOf(h.call)
	if !ok {
		return 0, true
	}
	if o.Streamed == 0 { // what was held for it is charged or, where nothing was, its prompt
		cost, _ = h.meter.price(h.call.To, h.call.Body, llm.Usage{Known: true, In: h.meter.prompt(h.call, most.In)}, 0)
		return cost, true
	}
	u := most.Usage
	u.Out = min(u.Out, o.Streamed)
	cost, ok = h.meter.worst(h.call, u)
	if h.most > 0 {
		cost = min(cost, h.most)
	}
	return cost, !ok
}

// unbilled reports whether a try that failed costs nothing for certain: nobody
// was reached, or the provider refused it, or answered that it had failed, before
// it said anything.
func unbilled(o attempt.Outcome) bool {
	var e *llm.Error
	if o.Streamed > 0 || !errors.As(o.Err, &e) {
		return false
	}
	if dial, ok := errors.AsType[*net.OpError](o.Err); ok && dial.Op == "dial" {
		return true
	}
	return !errors.Is(e, llm.APIConnectionError) && !errors.Is(e, llm.BadGatewayError)
}

// told is an error of the ledger's in a caller's words.
func told(err error) error {
	var full *ledger.Exceeded
	var down *ledger.Unavailable
	switch {
	case errors.As(err, &full) && ofPlace(full.Scope): // another deployment may answer
		return &llm.Error{Class: llm.RateLimitError, Type: "budget_exceeded", Message: fmt.Sprintf("Exceeded budget for %s: %s of %s", full.Scope, dollars(full.Spent+full.Held), dollars(full.Limit))}
	case errors.As(err, &full):
		return &llm.Error{
			Class: llm.BudgetExceededError, Type: "budget_exceeded",
			Message: fmt.Sprintf("Budget has been exceeded! %s: Current cost: %s, Max budget: %s", full.Scope, dollars(full.Spent+full.Held), dollars(full.Limit)),
		}
	case errors.As(err, &down):
		return &llm.Error{Class: llm.ServiceUnavailableError, Message: "budgets cannot be checked now", Err: err}
	}
	return err
}

func dollars(pico int64) string {
	b, err := people.Dollars(pico).MarshalJSON()
	if err != nil {
		return "?" // amounts that are kept are not negative
	}
	return string(b)
}

func windowOf(w people.Window) ledger.Window {
	units := map[string]ledger.Unit{"day": ledger.Day, "week": ledger.Week, "month": ledger.Month, "period": ledger.Period}
	return ledger.Window{Unit: units[w.Unit], Length: w.Length, Anchor: w.Anchor}
}

// factsOf are what is known of a try before it is made.
func factsOf(call *llm.Call, start time.Time) ledger.Facts {
	f := ledger.Facts{
		IP: call.Record.IP, EndUser: call.Options.EndUser, Session: call.Options.Session, Tags: call.Options.Tags,
		Op: call.Op.String(), Group: call.Model, Model: call.To.Model, Provider: call.To.Provider, Deployment: call.To.ID,
		Start: start,
	}
	if c := call.Caller; c != nil {
		f.KeyHash, f.KeyAlias, f.User, f.Team, f.Organization, f.Project = c.KeyHash, c.Alias, c.User, c.Team, c.Organization, c.Project
	}
	if key, ok := keyOf(call.Caller); ok && len(key.Tags) > 0 {
		f.Tags = slices.Compact(slices.Sorted(slices.Values(slices.Concat(f.Tags, key.Tags))))
	}
	return f
}

// unmetered is the hold of a call that nobody pays for.
type unmetered struct{}

// Settle implements attempt.Hold.
func (unmetered) Settle(context.Context, attempt.Outcome) error { return nil }
