package huggingface

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

func TestErrors(t *testing.T) {
	providertest.RunErrors(t, *New(nil, nil, providertest.Now), "testdata/errors.json")
}

// TestRouted: which models the router is asked for, and that an endpoint is
// asked for what was written.
func TestRouted(t *testing.T) {
	const router, endpoint = "https://router.huggingface.co/v1", "https://x.endpoints.huggingface.cloud"
	for _, c := range []struct{ base, model, want string }{
		{"", "meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Llama-3.3-70B-Instruct"},
		{"", "meta-llama/Llama-3.3-70B-Instruct:fastest", "meta-llama/Llama-3.3-70B-Instruct:fastest"},
		{"", "together/deepseek-ai/DeepSeek-R1", "deepseek-ai/DeepSeek-R1:together"},
		{router, "hf-inference/HuggingFaceTB/SmolLM3-3B", "HuggingFaceTB/SmolLM3-3B:hf-inference"},
		{"", "together/deepseek-ai/DeepSeek-R1:cheapest", "deepseek-ai/DeepSeek-R1:cheapest"},
		{endpoint, "a/b/c", "a/b/c"},
		{endpoint, "tgi", "tgi"},
	} {
		call := &llm.Call{To: &llm.Deployment{Base: c.base, Model: c.model}}
		if got := routed(call).To.Model; got != c.want {
			t.Errorf("%s at %q: got %s, want %s", c.model, c.base, got, c.want)
		}
		if call.To.Model != c.model {
			t.Errorf("%s: the call was changed to %s", c.model, call.To.Model)
		}
	}
}

// TestPlace: the addresses that people write, and whether TGI's own API is
// called there.
func TestPlace(t *testing.T) {
	const host = "https://x.endpoints.huggingface.cloud"
	for _, c := range []struct {
		base, want string
		text       bool
	}{
		{"", "", false},
		{host, host, false},
		{host + "/v1/", host + "/v1", false},
		{host + "/v1/chat/completions", host + "/v1/chat/completions", false},
		{host + "/generate", host, true},
		{host + "/generate/", host, true},
		{host + "/generate_stream", host, true},
	} {
		to := &llm.Deployment{Base: c.base, Model: "tgi"}
		if got, err := place(t.Context(), to, c.base); got != c.want || err != nil || text(to) != c.text {
			t.Errorf("%q: got %q, %v, text %v, want %q, text %v", c.base, got, err, text(to), c.want, c.text)
		}
	}
}
