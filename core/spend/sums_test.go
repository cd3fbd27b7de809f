package spend_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// TestSums: whatever happens to requests, and wherever runs end, the documents
// say what the rows add up to, and the rows what the accounts say.
func TestSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse()
		t.Repeat(map[string]func(*rapid.T){
			"begin":  h.begin,
			"settle": h.settle,
			"sweep":  func(t *rapid.T) { h.sweep(t) },
			"wait": func(t *rapid.T) {
				h.now = h.now.Add(time.Duration(rapid.SampledFrom([]int{1, 7, 30, 300}).Draw(t, "minutes")) * time.Minute)
			},
			"update": func(t *rapid.T) {
				h.update(t, rapid.IntRange(0, 600).Draw(t, "dies at"), rapid.Bool().Draw(t, "after"))
			},
			"check": func(t *rapid.T) { h.check(t) },
		})
		h.now = h.now.Add(time.Hour)
		h.sweep(t)
		h.now = h.now.Add(48 * time.Hour)
		h.update(t, 0, false)
		late, err := ledger.LateRows(context.Background(), h.store)
		if err != nil || len(late) > 0 {
			t.Fatalf("got %v, %v, want nothing left to do", late, err)
		}
		h.check(t)
		for scope, who := range map[string]spend.Who{"G": spend.All(), "K:k1": {Kind: spend.Key, ID: "k1"}, "K:k2": {Kind: spend.Key, ID: "k2"}} {
			is, err := h.ledger.Spent(context.Background(), []ledger.Budget{{Scope: scope, Limit: ledger.MaxLimit}})
			if want := costOf(h.rows(t), who); err != nil || is[0].Spent != want {
				t.Fatalf("%s: got %s, want %d", scope, fmt.Sprint(is, err), want)
			}
		}
	})
}
