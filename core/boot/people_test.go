package boot_test

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/api/admin"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// peopled is a gateway with models that have prices of their own: a dollar for
// each million tokens, in or out.
const peopled = `
model_list:
  - {model_name: gpt, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream, input_cost_per_token: 0.000001, output_cost_per_token: 0.000001}, model_info: {max_input_tokens: 1000, max_output_tokens: 100}}
  - {model_name: other, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream}}
general_settings: {master_key: sk-master}
`

// issue makes a virtual key.
func issue(t *testing.T, h *house, k people.Key) string {
	t.Helper()
	key, _, err := h.app.People().Keys.Generate(t.Context(), people.Root("master"), people.NewKey{Key: k})
	if err != nil {
		t.Fatal(err)
	}
	return "Authorization: Bearer " + key
}

// TestVirtualKeys: a key may ask for its models, under its own names for them,
// and for nothing of the master's.
func TestVirtualKeys(t *testing.T) {
	h := open(t, peopled)
	key := issue(t, h, people.Key{Alias: "k", Models: []string{"gpt"}, Aliases: map[string]string{"mine": "gpt"}, EnforcedParams: []string{"user"}})
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/v1/chat/completions", `{"model":"gpt","user":"u","messages":[{"role":"user","content":"hi"}]}`, 200, "alpha"},
		{"POST", "/v1/chat/completions", `{"model":"mine","user":"u","messages":[{"role":"user","content":"hi"}]}`, 200, "alpha"},
		{"POST", "/v1/chat/completions", `{"model":"other","user":"u","messages":[{"role":"user","content":"hi"}]}`, 401, "key_model_access_denied"},
		{"POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`, 400, "param=user"},
		{"GET", "/v1/models", "", 200, `"id":"gpt"`},
		{"POST", "/openai/v1/chat/completions", `{}`, 403, "master key"},
		{"GET", "/health", "", 403, "master key"},
	} {
		a := h.do(t, c.method, c.path, c.body, key)
		if a.status != c.status || !strings.Contains(a.body, c.says) {
			t.Errorf("%s %s: got %d %s, want %d %s", c.path, c.body, a.status, a.body, c.status, c.says)
		}
		if c.path == "/v1/models" && strings.Contains(a.body, "other") {
			t.Errorf("got %s, want only the key's models", a.body)
		}
	}
	if a := h.do(t, "POST", "/v1/chat/completions", `{}`, "Authorization: Bearer sk-nobody-has-this-key"); a.status != 401 {
		t.Errorf("got %d %s for a made-up key, want 401", a.status, a.body)
	}
}

func pico(dollars float64) *people.Dollars {
	d := people.Dollars(dollars * 1e12)
	return &d
}

// TestBudget: whoever asks, and however many at once, what the provider counts
// costs no more than the budget; who asks alone can spend nearly all of it.
func TestBudget(t *testing.T) {
	for _, c := range []struct {
		name         string
		crowd, calls int
		least        float64 // of the budget that is spent
	}{
		{"crowd", 16, 20, 0},
		{"alone", 1, 200, 0.95},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, peopled)
			limit := pico(0.002)
			key := issue(t, h, people.Key{Spending: people.Spending{MaxBudget: limit}})
			b := &spending{statuses: map[int]int{}}
			var all sync.WaitGroup
			for range c.crowd {
				all.Go(func() {
					for range c.calls {
						b.add(t, h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"max_tokens":20}`, key))
					}
				})
			}
			all.Wait()
			if b.statuses[200]+b.statuses[http.StatusBadRequest] != c.crowd*c.calls || b.statuses[200] == 0 || b.statuses[http.StatusBadRequest] == 0 {
				t.Errorf("got %v, want some answered and the others refused", b.statuses)
			}
			if spent, budget := b.tokens*1_000_000, int64(*limit); spent > budget || float64(spent) < c.least*float64(budget) {
				t.Errorf("got %d pico-dollars spent at the provider's, of a budget of %d", spent, budget)
			}
		})
	}
}

// spending is what answers cost by their own count.
type spending struct {
	mu       sync.Mutex
	statuses map[int]int
	tokens   int64
}

func (s *spending) add(t *testing.T, a answer) {
	var used struct {
		Usage struct {
			Total int64 `json:"total_tokens"`
		}
	}
	if err := json.Unmarshal([]byte(a.body), &used); err != nil {
		t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statuses[a.status]++
	s.tokens += used.Usage.Total
}

// TestRateLimit: a key with a limit of 3 requests a minute gets 3 answers, and is
// told so.
func TestRateLimit(t *testing.T) {
	h := open(t, peopled)
	three := int64(3)
	key := issue(t, h, people.Key{Spending: people.Spending{RPM: &three}})
	got := map[int]int{}
	for range 5 {
		a := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`, key)
		got[a.status]++
		if a.status == 429 && a.header.Get("Retry-After") == "" {
			t.Errorf("got %v, want a Retry-After", a.header)
		}
		if a.status == 200 && a.header.Get("X-Ratelimit-Limit-Requests") != "3" {
			t.Errorf("got %v, want the limit in the headers", a.header)
		}
	}
	if got[429] < 2 {
		t.Errorf("got %v, want 3 answered and 2 refused", got)
	}
}

// TestAdministration: every route that the handlers have is in the route table.
func TestAdministration(t *testing.T) {
	table := map[string]bool{}
	for _, r := range routes.All() {
		table[r.Method+" "+r.Path] = r.Function == "admin"
	}
	for route := range new(admin.Handler).Routes() {
		if !table[route] {
			t.Errorf("core/routes has no %s of the function admin", route)
		}
	}
}

// TestSharedBudget: what a key has spent of a budget that others share the terms
// of is what its own account says, in the period of that budget.
func TestSharedBudget(t *testing.T) {
	h := open(t, peopled)
	root := people.Root("master")
	if _, err := h.app.People().Budgets.Create(t.Context(), root, people.Budget{Spending: people.Spending{BudgetID: "daily", MaxBudget: pico(1), BudgetDuration: "1d"}}); err != nil {
		t.Fatal(err)
	}
	key := issue(t, h, people.Key{Spending: people.Spending{BudgetID: "daily"}})
	a := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"max_tokens":20}`, key)
	b := &spending{statuses: map[int]int{}}
	b.add(t, a)
	var info struct {
		Info struct {
			Spend float64 `json:"spend"`
			Reset string  `json:"budget_reset_at"`
		}
	}
	if err := json.Unmarshal([]byte(h.do(t, "GET", "/key/info", "", key).body), &info); err != nil {
		t.Fatal(err)
	}
	if spent := int64(math.Round(info.Info.Spend * 1e12)); spent != b.tokens*1_000_000 || spent == 0 || info.Info.Reset == "" {
		t.Errorf("got %+v, want %d pico-dollars spent and when the day ends", info.Info, b.tokens*1_000_000)
	}
}
