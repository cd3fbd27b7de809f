package litellm

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// carry brings what a record has spent in its period.
func (m *mover) carry(ctx context.Context, o *one, b *brought) error {
	return m.carryIf(ctx, o, b, true)
}

// carryIf is carry that remembers the record also for other reasons.
//
// What was spent for good becomes the record's own spend, below which its limit
// begins. What was spent in a period that ends is posted to the ledger's account
// of that period, and only what has been spent since the last time. A posting
// is remembered before it is made, under the id that it is made with, so that
// it counts once however often the import is cut short.
func (m *mover) carryIf(ctx context.Context, o *one, b *brought, changed bool) error {
	if o.k.account == nil || !b.Made {
		return m.rememberIf(ctx, o, b, changed)
	}
	v, _ := o.source.Raw("spend")
	spent, err := pico(v)
	if err != nil {
		m.report.fail(o.k.name, o.name, fmt.Sprintf("what it has spent is not brought: %v", err))
		return m.rememberIf(ctx, o, b, changed)
	}
	account, err := o.k.account(ctx, o.id)
	if err != nil {
		return err
	}
	if o.theirs.Has("model_max_budget") {
		m.noteModels(o, b)
	}
	if account.Duration == "" && o.k.spend != nil {
		if b.Spent != "record" || b.Posted != spent {
			if err := o.k.spend(ctx, o.id, spent); err != nil {
				return err
			}
			b.Spent, b.Posted, changed = "record", spent, true
		}
		return m.rememberIf(ctx, o, b, changed)
	}
	if b.Spent == "record" && b.Posted != 0 { // it has a period now: the ledger has what was spent in it
		if err := o.k.spend(ctx, o.id, 0); err != nil {
			return err
		}
		b.Spent, b.Posted = "", 0
	}
	return m.post(ctx, o, b, account, m.current(o, account, spent), changed)
}

// current is what of an amount was spent in the period that is under way here.
func (m *mover) current(o *one, account people.Account, spent int64) int64 {
	theirs := o.ends()
	if theirs.IsZero() || account.Duration == "" {
		return spent
	}
	if !m.now().Before(theirs) {
		return 0 // over: LiteLLM sets it back within minutes
	}
	window := boot.BudgetOf(account).Window
	if ours := window.Resets(m.now()); !ours.Equal(theirs.Truncate(time.Second)) && spent > 0 {
		m.report.note(o.k.name, o.name, fmt.Sprintf("its budget begins anew at %s here, and at %s in LiteLLM", ours.Format(time.RFC3339), theirs.Format(time.RFC3339)))
	}
	return spent
}

// ends is when the period of a record ends there; zero: nobody says.
func (o *one) ends() time.Time {
	var row struct {
		Own    *people.Time `json:"budget_reset_at"`
		Budget struct {
			Ends *people.Time `json:"budget_reset_at"`
		} `json:"litellm_budget_table"`
	}
	if err := json.Unmarshal(o.source.Bytes(), &row); err != nil {
		return time.Time{}
	}
	switch {
	case row.Own != nil:
		return row.Own.Time
	case row.Budget.Ends != nil:
		return row.Budget.Ends.Time
	}
	return time.Time{}
}

// post makes the ledger's account of a period have an amount of theirs.
func (m *mover) post(ctx context.Context, o *one, b *brought, account people.Account, spent int64, changed bool) error {
	budget := boot.BudgetOf(account)
	into := account.Name() + " " + budget.Window.ID(m.now())
	if b.Spent != into { // what was posted to another period is over
		b.Spent, b.Posted, b.Posting = into, 0, nil
	}
	if b.Posting != nil { // the last import was cut short
		made, err := m.ledger.Adjusted(ctx, b.Posting.ID)
		if err != nil {
			return err
		}
		if made {
			b.Posted += b.Posting.Cost
		}
		b.Posting, changed = nil, true
	}
	if spent == b.Posted {
		return m.rememberIf(ctx, o, b, changed)
	}
	b.Posting = &post{ID: ledger.NewID(m.now()), Cost: spent - b.Posted}
	if err := m.remember(ctx, o.k, o.id, b); err != nil {
		return err
	}
	err := m.ledger.Adjust(ctx, ledger.Adjustment{
		Request: b.Posting.ID, Budgets: []ledger.Budget{budget}, Cost: b.Posting.Cost,
		Facts: ledger.Facts{Op: spend.Adjusts, Start: m.now()},
	})
	if err != nil {
		return err
	}
	b.Posted, b.Posting = spent, nil
	return m.remember(ctx, o.k, o.id, b)
}

func (m *mover) rememberIf(ctx context.Context, o *one, b *brought, changed bool) error {
	if !changed {
		return nil
	}
	return m.remember(ctx, o.k, o.id, b)
}

// noteModels says once what is not known of budgets by model.
func (m *mover) noteModels(o *one, b *brought) {
	if b.Spent == "" {
		m.report.note(o.k.name, o.name, "what it has spent of model_max_budget is not shown by LiteLLM: those budgets begin anew here")
	}
}

// pico reads an amount of dollars; none is 0.
func pico(v json.RawMessage) (int64, error) {
	if len(v) == 0 || string(v) == "null" {
		return 0, nil
	}
	var d people.Dollars
	if err := d.UnmarshalJSON(v); err != nil {
		return 0, err
	}
	return int64(d), nil
}
