package boot_test

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// TestDeploymentLimits: a deployment is asked no faster than its limits say when
// the configuration enforces them; while one rests the next
// is asked.
func TestDeploymentLimits(t *testing.T) {
	const models = `
model_list:
  - {model_name: m, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream, rpm: 2}, model_info: {id: small}}
  - {model_name: m, litellm_params: {model: openai/text, api_base: $UP, api_key: sk-upstream, rpm: 3}, model_info: {id: large}}
router_settings: {num_retries: 0}
`
	ask := func(h *house) int {
		return h.do(t, "POST", "/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}]}`).status
	}
	now := time.Now()
	for _, c := range []struct {
		name, yaml string
		want       int // of 12 calls within a minute are answered
	}{
		{"shares only", models, 12},
		{"enforced", strings.Replace(models, "num_retries: 0", "num_retries: 0, optional_pre_call_checks: [enforce_model_rate_limits]", 1), 5},
	} {
		h := openAt(t, nil, func() time.Time { return now }, c.yaml)
		got := 0
		for range 12 {
			if ask(h) == 200 {
				got++
			}
		}
		if got != c.want {
			t.Errorf("%s: got %d of 12 calls answered, want %d", c.name, got, c.want)
		}
	}
}

// TestDeploymentParallel: no more requests are at a deployment at a time than it
// may have.
func TestDeploymentParallel(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: slow, litellm_params: {model: openai/slow-300ms, api_base: $UP, api_key: sk-upstream, max_parallel_requests: 2}}
router_settings: {num_retries: 0}
`)
	var all sync.WaitGroup
	answered := make([]int, 6)
	for i := range answered {
		all.Go(func() {
			answered[i] = h.do(t, "POST", "/v1/chat/completions", `{"model":"slow","messages":[{"role":"user","content":"hi"}]}`).status
		})
	}
	all.Wait()
	got := map[int]int{}
	for _, status := range answered {
		got[status]++
	}
	if got[200] < 2 || got[429] == 0 || got[200]+got[429] != len(answered) {
		t.Errorf("got %v, want two answered at a time and the others refused", got)
	}
}
