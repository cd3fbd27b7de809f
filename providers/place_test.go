package providers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		provider, model, base string
		vars                  env
		want                  string
	}{
		{provider: "baseten", model: "abcd1234", want: "https://model-abcd1234.api.baseten.co/environments/production/sync/v1/chat/completions"},
		{provider: "baseten", model: "abcd_234", want: "https://inference.baseten.co/v1/chat/completions"},
		{provider: "baseten", model: "abcd1234", base: "https://b.test/v1", want: "https://b.test/v1/chat/completions"},
		{provider: "gradient_ai", model: "m", want: "https://inference.do-ai.run/v1/chat/completions"},
		{provider: "gradient_ai", model: "m", base: "https://a.agents.do-ai.run/", want: "https://a.agents.do-ai.run/api/v1/chat/completions"},
		{provider: "gradient_ai", model: "m", vars: env{"GRADIENT_AI_AGENT_ENDPOINT": "https://a.test"}, want: "https://a.test/api/v1/chat/completions"},
		{provider: "datarobot", model: "m", want: "https://app.datarobot.com/api/v2/genai/llmgw/chat/completions/"},
		{provider: "datarobot", model: "m", base: "https://eu.test/", want: "https://eu.test/api/v2/genai/llmgw/chat/completions/"},
		{provider: "datarobot", model: "m", base: "https://eu.test/api/v2", want: "https://eu.test/api/v2/genai/llmgw/chat/completions/"},
		{provider: "datarobot", model: "m", base: "https://eu.test/api/v2/deployments/5", want: "https://eu.test/api/v2/deployments/5/chat/completions/"},
		{provider: "datarobot", model: "m", base: "https://eu.test/api/v2/genai/llmgw/chat/completions/", want: "https://eu.test/api/v2/genai/llmgw/chat/completions/"},
		{provider: "huggingface", model: "m", base: "https://tgi.test", want: "https://tgi.test/v1/chat/completions"},
		{provider: "huggingface", model: "m", base: "https://tgi.test/v1", want: "https://tgi.test/v1/chat/completions"},
		{provider: "docker_model_runner", model: "m", base: "http://box/engines/llama.cpp", want: "http://box/engines/llama.cpp/v1/chat/completions"},
	} {
		vars := env{"api_key": "KEY"}
		for n, v := range c.vars {
			vars[n] = v
		}
		if got := send(t, c.provider, llm.Deployment{Model: c.model, Base: c.base, Credential: vars}, false).URL; got != c.want {
			t.Errorf("%s %s at %q: got %s, want %s", c.provider, c.model, c.base, got, c.want)
		}
	}
}

type closed struct{}

func (closed) Value(context.Context, string) (string, error) {
	return "", errors.New("vault is closed")
}

func TestUnreadableAddress(t *testing.T) {
	p, _ := All(http.DefaultClient, http.DefaultClient, time.Now).Lookup("datarobot")
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, To: &llm.Deployment{Model: "m", Credential: closed{}}, Record: &llm.Record{}}
	_, err := p.Do(context.Background(), call)
	var e *llm.Error
	if !errors.As(err, &e) || e.Class != llm.ServiceUnavailableError || e.Provider != "datarobot" || strings.Contains(e.Message, "vault") {
		t.Errorf("got %v, want a ServiceUnavailableError of datarobot that keeps the cause for the log", err)
	}
}

// TestAuth looks at the headers beyond the key.
func TestAuth(t *testing.T) {
	for _, c := range []struct {
		name, provider string
		vars           env
		settings       map[string]string
		header, want   string
	}{
		{"organization of the environment", "openai", env{"OPENAI_ORGANIZATION": "org-KEY"}, nil, "openai-organization", "org-KEY"},
		{"own organization", "openai", env{"OPENAI_ORGANIZATION": "org-KEY"}, map[string]string{"organization": "own-KEY"}, "openai-organization", "own-KEY"},
		{"other vendors do not see it", "groq", env{"OPENAI_ORGANIZATION": "org-KEY"}, nil, "openai-organization", ""},
		{"sarvam", "sarvam", env{}, nil, "api-subscription-key", "KEY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.vars["api_key"] = "KEY"
			r := send(t, c.provider, llm.Deployment{Model: "m", Credential: c.vars, Settings: c.settings}, false)
			if got := r.Auth[c.header]; got != c.want || r.Auth["authorization"] != "Bearer KEY" {
				t.Errorf("got %q and %q, want %q and the key", got, r.Auth["authorization"], c.want)
			}
		})
	}
}

func TestReady(t *testing.T) {
	for _, c := range []struct {
		vars env
		want []string
	}{
		{env{}, nil},
		{env{"OPENAI_API_KEY": "k"}, []string{"openai"}},
		{env{"GROQ_API_KEY": "k", "MISTRAL_API_KEY": "k"}, []string{"groq", "mistral"}},
		{env{"AZURE_API_KEY": "k"}, nil}, // an address is missing
		{env{"AZURE_AD_TOKEN": "k", "AZURE_API_BASE": "https://h.test"}, []string{"azure"}},
		{env{"OLLAMA_API_BASE": "http://box:11434"}, []string{"ollama"}},
		{env{"VLLM_API_BASE": "http://box/v1"}, []string{"hosted_vllm"}},
		{env{"HOSTED_VLLM_API_KEY": "k"}, nil},
	} {
		if got := Ready(func(n string) string { return c.vars[n] }); !slices.Equal(got, c.want) {
			t.Errorf("with %v: got %v, want %v", c.vars, got, c.want)
		}
	}
}

// TestTable holds what the rows promise a reader.
func TestTable(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("got names that are not sorted or not unique: %v", names)
	}
	before := ""
	for _, r := range table {
		if r.name <= before {
			t.Errorf("got %s after %s, want alphabetical order", r.name, before)
		}
		before = r.name
		if r.base == "" && r.baseEnv == "" && r.name != "oobabooga" {
			t.Errorf("%s has no address and no variable for one", r.name)
		}
		if r.key == "" && !r.noKey {
			t.Errorf("%s needs a key but has no variable for it", r.name)
		}
		if strings.HasSuffix(r.base, "/") {
			t.Errorf("%s: got a base that ends in a slash: %s", r.name, r.base)
		}
	}
	if n := len(names) - len(aliases()) - 1; n < 100 { // without the demo
		t.Errorf("got %d providers, want at least 100", n)
	}
	if _, ok := Describe("nobody"); ok || KeyEnv("nobody") != nil {
		t.Error("got a description of nobody")
	}
	if i, _ := Describe("ollama_chat"); i.Name != "ollama_chat" || i.Alias != "ollama" || i.Base == "" {
		t.Errorf("got %+v, want ollama's under another name", i)
	}
	t.Logf("%d rows, %d aliases, %d providers in all", len(table), len(aliases()), len(names))
}

func BenchmarkAll(b *testing.B) {
	for b.Loop() {
		All(http.DefaultClient, http.DefaultClient, time.Now)
	}
}
