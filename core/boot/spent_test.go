package boot_test

import (
	"encoding/json"
	"testing"

	"github.com/tollgate-llm/tollgate/core/people"
)

// TestSetSpend holds that what a key has spent can be set, whatever counts it:
// its budget, that of somebody else that it shares, or the spend log alone.
func TestSetSpend(t *testing.T) {
	h := open(t, peopled)
	root := people.Root("master")
	if _, err := h.app.People().Budgets.Create(t.Context(), root, people.Budget{Spending: people.Spending{BudgetID: "hourly", MaxBudget: pico(1), BudgetDuration: "1h"}}); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]people.Spending{
		"no budget": {}, "for ever": {MaxBudget: pico(2)}, "a month": {MaxBudget: pico(2), BudgetDuration: "30d"}, "shared": {BudgetID: "hourly"},
	} {
		t.Run(name, func(t *testing.T) {
			key := issue(t, h, people.Key{Spending: s, Spend: 250_000_000_000})
			if a := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"max_tokens":20}`, key); a.status != 200 {
				t.Fatalf("got %d %s, want 200", a.status, a.body)
			}
			token := key[len("Authorization: Bearer "):]
			for _, to := range []string{"0.75", "0.5", "0"} {
				a := h.do(t, "POST", "/key/update", `{"key":"`+token+`","spend":`+to+`}`, "Authorization: Bearer sk-master")
				if a.status != 200 {
					t.Fatalf("spend %s: got %d %s, want 200", to, a.status, a.body)
				}
				a = h.do(t, "GET", "/key/info?key="+token, "", "Authorization: Bearer sk-master")
				var reply struct {
					Info struct{ Spend json.Number }
				}
				if err := json.Unmarshal([]byte(a.body), &reply); err != nil {
					t.Fatal(err)
				}
				if got := reply.Info.Spend.String(); got != to {
					t.Errorf("spend %s: got %s", to, got)
				}
			}
		})
	}
}
