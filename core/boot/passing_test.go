package boot_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/people"
)

// TestPassingIsPaid: a request that is passed on costs its key what the operator
// said, within the key's budget and limits; of one whose cost nobody said a
// budget pays nothing.
func TestPassingIsPaid(t *testing.T) {
	h := open(t, strings.Replace(passing, "general_settings: {master_key: sk-master}", "", 1)+`
general_settings:
  master_key: sk-master
  pass_through_endpoints:
    - {path: /paid, target: "$UP/chat/completions", headers: {Authorization: Bearer sk-upstream}, cost_per_request: 0.01}
    - {path: /unsaid, target: "$UP/chat/completions", headers: {Authorization: Bearer sk-upstream}}
`)
	one := int64(1)
	routes := []string{"/paid", "/unsaid", "/openai/*"}
	poor := issue(t, h, people.Key{Alias: "poor", Passthrough: routes, Spending: people.Spending{MaxBudget: pico(0.025)}})
	slow := issue(t, h, people.Key{Alias: "slow", Passthrough: routes, Spending: people.Spending{RPM: &one}})
	free := issue(t, h, people.Key{Alias: "free", Passthrough: routes})
	const ok, refused = `{"model":"text","messages":[{"role":"user","content":"hi"}]}`, `{"model":"429","messages":[{"role":"user","content":"hi"}]}`
	for _, c := range []struct {
		name, path, key, body string
		status                []int
	}{
		{"within the budget", "/paid", poor, ok, []int{200}},
		{"what is refused costs nothing", "/paid", poor, refused, []int{429, 429, 429}},
		{"until it is spent", "/paid", poor, ok, []int{200, 400}},
		{"nobody said what it costs", "/unsaid", poor, ok, []int{400}},
		{"nor what a vendor does", "/openai/v1/chat/completions", poor, ok, []int{400}},
		{"within a limit", "/paid", slow, ok, []int{200, 429}},
		{"the same limit", "/openai/v1/chat/completions", slow, ok, []int{429}},
		{"without either", "/unsaid", free, ok, []int{200, 200}},
	} {
		for i, want := range c.status {
			if a := h.do(t, "POST", c.path, c.body, c.key); a.status != want {
				t.Errorf("%s, request %d: got %d %s, want %d", c.name, i+1, a.status, a.body, want)
			}
		}
	}
}
