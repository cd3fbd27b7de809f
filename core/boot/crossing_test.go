package boot_test

import (
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestProjected: a key that will be beyond its soft budget by the end of the month
// is told of once in the month, although every day is another reckoning, and again
// when it is beyond.
func TestProjected(t *testing.T) {
	for _, c := range []struct {
		name string
		key  people.Spending
		want string // in a month of a call a day
	}{
		{"monthly", people.Spending{SoftBudget: pico(0.0003), BudgetDuration: "1mo"}, "projected_limit_exceeded soft_budget_crossed"},
		{"below its limit", people.Spending{SoftBudget: pico(0.0003), MaxBudget: pico(1), BudgetDuration: "30d"}, "projected_limit_exceeded soft_budget_crossed"},
		{"above what is told of its limit", people.Spending{SoftBudget: pico(0.0003), MaxBudget: pico(0.00033), BudgetDuration: "30d"}, "budget_crossed soft_budget_crossed threshold_crossed"},
		{"enough", people.Spending{SoftBudget: pico(1), BudgetDuration: "1mo"}, ""},
		{"for ever", people.Spending{SoftBudget: pico(0.0003)}, "soft_budget_crossed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
			ear, in := newEar(t, nil), memory.New(func() time.Time { return now })
			at := func() time.Time { return now }
			one, two := openAt(t, in, at, alerting, ear.env()...), openAt(t, in, at, alerting, ear.env()...)
			key := issue(t, one, people.Key{Spending: c.key})
			for now.Month() == time.November {
				crowd(t, 1, small, key, []*house{one, two}[now.Day()%2])
				now = now.Add(24 * time.Hour)
			}
			got := ear.events(t)
			if names(got) != c.want {
				t.Errorf("got %+v, want %s", got, c.want)
			}
			for _, e := range got {
				if e.Event != "projected_limit_exceeded" {
					continue
				}
				on, err := time.Parse(time.DateOnly, e.On)
				if err != nil || on.Month() != time.November || e.Projected <= e.Soft || e.Spend >= e.Soft {
					t.Errorf("got %+v, want a day of this month and more than the soft budget", e)
				}
			}
		})
	}
}
