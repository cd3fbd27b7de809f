package boot_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestSettingsBudgets: a budget of the configuration's is never passed, whoever
// asks for it and however many at once; who asks alone can spend nearly all.
func TestSettingsBudgets(t *testing.T) {
	for _, c := range []struct {
		name, litellm, router string
		more                  string // of the requests
		headers               []string
	}{
		{"of all calls, by the master key", "max_budget: 0.002, budget_duration: 30d", "", "", []string{asMaster}},
		{"of all calls, by all", "max_budget: 0.002", "", "", []string{asMaster, "$KEY"}},
		{"of a provider", "", "provider_budget_config: {openai: {budget_limit: 0.002, time_period: 1d}}", "", []string{asMaster, "$KEY"}},
		{"of a customer", "max_end_user_budget: 0.002", "", `"user":"ann",`, []string{asMaster, "$KEY"}},
		{"of a tag", "tag_budget_config: {red: {max_budget: 0.002, budget_duration: 1d}}", "", `"tags":["red"],`, []string{asMaster, "$KEY"}},
	} {
		for crowd, calls := range map[int]int{1: 200, 8: 40} {
			t.Run(fmt.Sprint(c.name, " ", crowd), func(t *testing.T) {
				h := open(t, settled("", c.litellm)+"router_settings: {num_retries: 0, disable_cooldowns: true"+strings.TrimSuffix(", "+c.router, ", ")+"}\n")
				auth := make([]string, len(c.headers))
				for i, header := range c.headers {
					if auth[i] = header; header == "$KEY" {
						auth[i] = issue(t, h, people.Key{})
					}
				}
				b := &spending{statuses: map[int]int{}}
				var all sync.WaitGroup
				for i := range crowd {
					all.Go(func() {
						for n := range calls {
							b.add(t, h.do(t, "POST", "/v1/chat/completions", strings.Replace(plainChat, "{", "{"+c.more, 1), auth[(i+n)%len(auth)]))
						}
					})
				}
				all.Wait()
				const budget = 2_000_000_000
				if spent := b.tokens * 1_000_000; spent > budget || spent == 0 || crowd == 1 && float64(spent) < 0.95*budget {
					t.Errorf("got %d pico-dollars spent at the provider's, of a budget of %d: %v", spent, budget, b.statuses)
				}
				if crowd == 1 && b.statuses[http.StatusBadRequest]+b.statuses[http.StatusTooManyRequests] == 0 {
					t.Errorf("got %v, want refusals", b.statuses)
				}
			})
		}
	}
}

// TestDeploymentBudget: where a deployment's budget is spent another one of its
// group answers, and where there is none nobody does.
func TestDeploymentBudget(t *testing.T) {
	const priced = `, api_base: $UP, api_key: k, input_cost_per_token: 0.000001, output_cost_per_token: 0.000001`
	h := open(t, `
model_list:
  - {model_name: gpt, litellm_params: {model: openai/text`+priced+`, max_budget: 0.0001, budget_duration: 1d}, model_info: {max_input_tokens: 1000, max_output_tokens: 100}}
  - {model_name: gpt, litellm_params: {model: openai/lax`+priced+`, max_budget: 0.0001}, model_info: {max_input_tokens: 1000, max_output_tokens: 100}}
general_settings: {master_key: sk-master}
router_settings: {disable_cooldowns: true, num_retries: 1}
`)
	got := map[int]int{}
	for range 11 {
		got[h.do(t, "POST", "/v1/chat/completions", plainChat, asMaster).status]++
	}
	asked := map[string]int{}
	for _, model := range strings.Fields(strings.NewReplacer(",", " ").Replace(h.asked())) {
		asked[model]++
	}
	if got[200] == 0 || got[http.StatusTooManyRequests] == 0 || got[200]+got[http.StatusTooManyRequests] != 11 {
		t.Errorf("got %v, want answers, then refusals", got)
	}
	if len(asked) != 2 || asked["text"] > 5 || asked["lax"] > 5 {
		t.Errorf("got %v, want each deployment asked for as long as its budget lasts", asked)
	}
}

// TestSettingsParallel: no more requests are under way at a time than the
// configuration lets, of a key that says nothing itself and of all.
func TestSettingsParallel(t *testing.T) {
	five := int64(5)
	for _, c := range []struct {
		general string
		own     *int64 // max_parallel_requests of the key
		want    string // of the same key, another one and the master's, while a request of the key is under way
	}{
		{"max_parallel_requests: 1", nil, "429 200 200"},
		{"max_parallel_requests: 1", &five, "200 200 200"},
		{"max_parallel_requests: 2", nil, "200 200 200"},
		{"global_max_parallel_requests: 1", nil, "429 429 429"},
		{"global_max_parallel_requests: 2", nil, "200 200 200"},
	} {
		h := open(t, strings.Replace(settled(c.general, ""), "general_settings", "  - {model_name: slow, litellm_params: {model: openai/hold-slow, api_base: $UP, api_key: k}}\ngeneral_settings", 1))
		key, other := issue(t, h, people.Key{Spending: people.Spending{Parallel: c.own}}), issue(t, h, people.Key{})
		var slow sync.WaitGroup
		slow.Go(func() { h.do(t, "POST", "/v1/chat/completions", chatBody("slow", ""), key) })
		if _, err := h.Await(t.Context(), func(e upstream.Exchange) bool { return true }); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, header := range []string{key, other, asMaster} {
			got = append(got, fmt.Sprint(h.do(t, "POST", "/v1/chat/completions", plainChat, header).status))
		}
		h.Release("slow")
		slow.Wait()
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %s, want %s", c.general, got, c.want)
		}
	}
}

// TestSettingsOfKeys: a key that is asked for over HTTP has what the operator
// says, and no more.
func TestSettingsOfKeys(t *testing.T) {
	h := open(t, settled("", "default_key_generate_params: {models: [gpt], metadata: {by: us}}, upperbound_key_generate_params: {max_budget: 5, duration: 30d}, key_generation_settings: {personal_key_generation: {required_params: [key_alias]}}"))
	for body, want := range map[string]string{
		`{"key_alias":"a"}`: `200 "max_budget":5,`, `{"key_alias":"b"}`: `200 "models":["gpt"],`, `{"key_alias":"c"}`: `200 "metadata":{"by":"us"}`,
		`{"key_alias":"d","max_budget":6}`: "403 max_budget", `{"key_alias":"e","duration":"60d"}`: "400 over max limit", `{}`: "400 Required param key_alias",
	} {
		a := h.do(t, "POST", "/key/generate", body, asMaster)
		status, says, _ := strings.Cut(want, " ")
		if fmt.Sprint(a.status) != status || !strings.Contains(a.body, says) {
			t.Errorf("%s: got %d %s, want %s", body, a.status, a.body, want)
		}
	}
}

// TestHiddenCustomers: the spend log names no customer where it must not, and
// the customer is held to its budget all the same.
func TestHiddenCustomers(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		in := memory.New(time.Now)
		h := openOn(t, in, settled("", fmt.Sprintf("disable_end_user_cost_tracking: %t, max_end_user_budget: 0", hidden)))
		if a := h.do(t, "POST", "/v1/chat/completions", strings.Replace(plainChat, "{", `{"user":"ann",`, 1), asMaster); a.status != 400 || !strings.Contains(a.body, "default_end_user") {
			t.Errorf("got %d %s, want the customer's budget", a.status, a.body)
		}
		h = openOn(t, in, settled("", fmt.Sprintf("disable_end_user_cost_tracking: %t", hidden)))
		h.do(t, "POST", "/v1/chat/completions", strings.Replace(plainChat, "{", `{"user":"ann",`, 1), asMaster)
		named := false
		for _, row := range rowsOf(t, in) {
			named = named || row.Facts.EndUser == "ann"
		}
		if named == hidden {
			t.Errorf("got %t that the customer is named, want %t", named, !hidden)
		}
	}
}

// TestNoSpendLogs: where nothing is to be written down, what a budget pays for is
// all the same.
func TestNoSpendLogs(t *testing.T) {
	in := memory.New(time.Now)
	h := openOn(t, in, settled("disable_spend_logs: true", ""))
	free, poor := issue(t, h, people.Key{Alias: "free"}), issue(t, h, people.Key{Alias: "poor", Spending: people.Spending{MaxBudget: pico(1)}})
	for _, auth := range []string{asMaster, free, poor} {
		if a := h.do(t, "POST", "/v1/chat/completions", plainChat, auth); a.status != 200 {
			t.Errorf("got %d %s, want an answer", a.status, a.body)
		}
	}
	var of []string
	for _, row := range rowsOf(t, in) {
		of = append(of, row.Facts.KeyAlias)
	}
	if len(of) != 1 || of[0] != "poor" {
		t.Errorf("got rows of %q, want one of the key with a budget", of)
	}
}

// TestHashedNames: the spend log has hashes where names are not to be in it, the
// same for the same customer, and who erases by the name finds them.
func TestHashedNames(t *testing.T) {
	in := memory.New(time.Now)
	h := openOn(t, in, settled("hash_spend_log_names: true", ""))
	for range 2 {
		h.do(t, "POST", "/v1/chat/completions", strings.Replace(plainChat, "{", `{"user":"ann",`, 1), asMaster)
	}
	names := map[string]int{}
	for _, row := range rowsOf(t, in) {
		f := row.Facts
		names[f.EndUser]++
		if len(f.IP) != 32 || strings.Contains(f.IP, ".") {
			t.Errorf("got the address %q, want a hash", f.IP)
		}
	}
	for name, n := range names {
		if len(name) != 32 || n != 2 {
			t.Errorf("got %q in %d rows, want one hash in both", name, n)
		}
	}
	if a := h.do(t, "POST", "/spend/erase", `{"end_user":"ann"}`, asMaster); a.status != 200 || !strings.Contains(a.body, `"erased_rows":2`) {
		t.Errorf("got %d %s, want both rows erased by the name", a.status, a.body)
	}
}

// TestTokenLimits: a limit of tokens counts those that the configuration says.
func TestTokenLimits(t *testing.T) {
	left := map[string]string{}
	for _, kind := range []string{"input", "output", "total"} {
		h := open(t, settled("token_rate_limit_type: "+kind, ""))
		limit := int64(1000)
		key := issue(t, h, people.Key{Spending: people.Spending{TPM: &limit}})
		h.do(t, "POST", "/v1/chat/completions", plainChat, key)
		left[kind] = h.do(t, "POST", "/v1/chat/completions", plainChat, key).header.Get("X-Ratelimit-Remaining-Tokens")
	}
	b, _ := json.Marshal(left)
	if left["input"] == left["output"] || left["output"] == left["total"] || left["input"] == left["total"] || left["total"] == "" {
		t.Errorf("got %s left, want three amounts", b)
	}
}
