package people

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Budget is a spending that others take by its id, each for itself; its own id
// is the spending's budget_id, as in LiteLLM's table of budgets.
type Budget struct {
	Stamp
	Spending
}

func budgetPK(id string) string { return "BU#" + id }

func (b *Budget) id() string { return b.BudgetID }
func (b *Budget) name(id string) {
	if b.BudgetID == "" {
		b.BudgetID = id
	}
}

func (b *Budget) links() []link { return []link{listed("budgets", b.CreatedAt.Time, b.BudgetID)} }
func (b *Budget) valid() error  { return b.Spending.valid() }

func budgetKind() kind[Budget] {
	return kind[Budget]{
		field: "budget_id", table: "LiteLLM_BudgetTable", list: "budgets", pk: budgetPK, used: true,
		may: func(_ context.Context, _ *Directory, a Actor, before, after *Budget, _ []string) error {
			return adminsOnly(a, before, after)
		},
	}
}

// filled is a spending with what its Budget gives.
func (d *Directory) filled(ctx context.Context, s *Spending) (Spending, error) {
	if s.BudgetID == "" {
		return *s, nil
	}
	b, err := d.Budgets.load(ctx, s.BudgetID)
	if err != nil {
		return Spending{}, err
	}
	return s.over(&b.Spending), nil
}

// AccountOf is the budget that somebody is charged to, its own or its Budget's:
// the one that a Grant has for it. Without a limit it has none, and counts.
func (d *Directory) AccountOf(ctx context.Context, who Scope, s *Spending, stamp *Stamp, spent Dollars) (Account, error) {
	full, version := *s, stamp.Version
	if s.BudgetID != "" {
		b, err := d.Budgets.load(ctx, s.BudgetID)
		if err != nil && !gone(err) {
			return Account{}, err
		}
		if err == nil {
			full, version = s.over(&b.Spending), version+b.Version
		}
	}
	accounts, _ := limitsOf(who, &full, version, stamp.CreatedAt.Time, spent)
	if len(accounts) > 0 && accounts[0].Model == "" {
		return accounts[0], nil
	}
	return Account{Scope: who, Since: stamp.CreatedAt.Time, Spent: spent, Version: version}, nil
}

// MemberAccount is AccountOf for a membership, on top of what its club gives
// every member.
func MemberAccount(who Scope, m *Member, base *Spending, version int64) Account {
	s := m.spending().over(base)
	accounts, _ := limitsOf(who, &s, m.Version+version, m.Since.Time, 0)
	if len(accounts) > 0 {
		return accounts[0]
	}
	return Account{Scope: who, Since: m.Since.Time, Version: m.Version + version}
}

// over is a spending on top of another, which gives what is absent. A limit and
// the period it is for are one thing.
func (s Spending) over(base *Spending) Spending {
	if s.MaxBudget == nil && base.MaxBudget != nil {
		s.MaxBudget, s.BudgetDuration, s.BudgetResetAt = base.MaxBudget, base.BudgetDuration, base.BudgetResetAt
	}
	s.SoftBudget = either(s.SoftBudget, base.SoftBudget)
	s.Parallel, s.TPM, s.RPM = either(s.Parallel, base.Parallel), either(s.TPM, base.TPM), either(s.RPM, base.RPM)
	if len(s.ModelMaxBudget) == 0 {
		s.ModelMaxBudget = base.ModelMaxBudget
	}
	if len(s.ModelRPM) == 0 {
		s.ModelRPM = base.ModelRPM
	}
	if len(s.ModelTPM) == 0 {
		s.ModelTPM = base.ModelTPM
	}
	return s
}

func either[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// budgetVersion is what a Budget adds to the version of who takes from it.
func budgetVersion(b *Budget) int64 {
	if b == nil {
		return 0
	}
	return b.Version
}

// gone reports whether an error says that something does not exist.
func gone(err error) bool { return errors.Is(err, llm.NotFoundError) }
