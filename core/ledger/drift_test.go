package ledger

import (
	"context"
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

// TestDrift: an account that others wrote to is told of at the next call that it
// pays for, and one that adds up never is: see also TestSchedules.
func TestDrift(t *testing.T) {
	for name, c := range map[string]struct {
		others store.Write
		want   []Drift
	}{
		"nobody":           {},
		"more committed":   {store.Write{Add: map[string]int64{accCommitted: 5}}, []Drift{{Committed: 9, Spent: 4}}},
		"less spent":       {store.Write{Add: map[string]int64{accSpent: -1}}, []Drift{{Committed: 4, Spent: 3}}},
		"a hold for free":  {store.Write{Set: store.Item{holdPrefix + "x/01/1": holdValue(7, 0, "n")}}, []Drift{{Committed: 4, Spent: 4, Held: 7}}},
		"an unclear hold":  {store.Write{Set: store.Item{holdPrefix + "x/01/1": "?"}, Add: map[string]int64{accCommitted: 7}}, []Drift{{Committed: 11, Spent: 4}}},
		"a hold, properly": {store.Write{Set: store.Item{holdPrefix + "x/01/1": holdValue(7, 0, "n")}, Add: map[string]int64{accCommitted: 7}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			var got []Drift
			b.Drifted = func(_ context.Context, d Drift) { got = append(got, d) }
			h := b.begin([]Budget{daily}, 10)
			account := daily.Account(b.now)
			c.others.Key = account
			if _, err := b.Store.Write(t.Context(), c.others); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Settle(t.Context(), Outcome{Cost: 4}); err != nil {
				t.Fatal(err)
			}
			for i := range c.want {
				c.want[i].Account = account.PK
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
