package providers

import (
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

func TestInfer(t *testing.T) {
	for _, c := range []struct {
		model, custom, base string
		provider, name      string
	}{
		{model: "groq/llama-3.1-8b", provider: "groq", name: "llama-3.1-8b"},
		{model: "huggingface/org/model", provider: "huggingface", name: "org/model"},
		{model: "openrouter/openai/gpt-4o", provider: "openrouter", name: "openai/gpt-4o"},
		{model: "openai/org/model", base: "http://localhost:8000/v1", provider: "openai", name: "org/model"},
		{model: "azure/my-deployment", provider: "azure", name: "my-deployment"},
		{model: "gpt-4o", provider: "openai", name: "gpt-4o"},
		{model: "o3", provider: "openai", name: "o3"},
		{model: "o4-mini", provider: "openai", name: "o4-mini"},
		{model: "ft:gpt-4o:org::id", provider: "openai", name: "ft:gpt-4o:org::id"},
		{model: "demo", provider: "demo", name: "demo"},
		{model: "demo-tools", provider: "demo", name: "demo-tools"},
		{model: "demo/demo-slow", provider: "demo", name: "demo-slow"},
		{model: "gpt-4o", custom: "azure", provider: "azure", name: "gpt-4o"},
		{model: "groq/llama", custom: "groq", provider: "groq", name: "llama"},
		{model: "groq/llama", custom: "openai", provider: "openai", name: "groq/llama"},
		{model: "m", base: "https://API.groq.com/openai/v1/", provider: "groq", name: "m"},
		{model: "org/m", base: "api.deepinfra.com/v1/openai", provider: "deepinfra", name: "org/m"},
		{model: "gpt-4o", base: "https://openrouter.ai/api/v1", provider: "openrouter", name: "gpt-4o"},
		{model: "gpt-4o", base: "https://proxy.example/v1", provider: "openai", name: "gpt-4o"},
	} {
		provider, name, err := Infer(c.model, c.custom, c.base)
		if provider != c.provider || name != c.name || err != nil {
			t.Errorf("Infer(%q, %q, %q): got %q, %q, %v, want %q, %q", c.model, c.custom, c.base, provider, name, err, c.provider, c.name)
		}
	}
}

func TestInferRefuses(t *testing.T) {
	for _, c := range []struct{ model, custom, base, says string }{
		{model: "llama-3", says: `no provider for model "llama-3"`},
		{model: "meta-llama/Llama-3", says: `"meta-llama" is no known provider`},
		{model: "meta-llama/Llama-3", says: "openai/meta-llama/Llama-3 with api_base"},
		{model: "m", base: "http://localhost:1234/v1", says: "openai/m with api_base"},
		{model: "gorq/llama", says: "did you mean groq?"},
		{model: "togetherai/llama", says: "did you mean together_ai?"},
		{model: "together/llama", says: "did you mean together_ai?"},
		{model: "x", custom: "mistal", says: "did you mean mistral?"},
		{model: "nobody/gemini-2.5-pro", says: `"nobody" is no known provider`},
		{model: "groq/", says: "groq/"},
		{model: "", says: `no provider for model ""`},
	} {
		provider, name, err := Infer(c.model, c.custom, c.base)
		var e *llm.Error
		if provider != "" || name != "" || !errors.As(err, &e) || !errors.Is(err, llm.BadRequestError) {
			t.Errorf("Infer(%q, %q, %q): got %q, %q, %v, want a BadRequestError", c.model, c.custom, c.base, provider, name, err)
			continue
		}
		if !strings.Contains(e.Message, c.says) || e.Param != "model" {
			t.Errorf("Infer(%q): got %q about %q, want it to say %q about model", c.model, e.Message, e.Param, c.says)
		}
	}
}

// TestInferAgrees compares to the names that LiteLLM resolved.
func TestInferAgrees(t *testing.T) {
	var theirs struct {
		Infer []struct {
			Model, Name, Provider string
			Custom                string `json:"custom_llm_provider"`
			Base                  string `json:"api_base"`
			Error                 bool
		}
	}
	readJSON(t, "litellm.json", &theirs)
	var list []*difference
	readJSON(t, "differences.json", &list)
	agree := 0
	for _, c := range theirs.Infer {
		provider, name, err := Infer(c.Model, c.Custom, c.Base)
		if provider == c.Provider && (name == c.Name || c.Error) && (err != nil) == c.Error {
			agree++
			continue
		}
		asked := strings.TrimSpace(c.Model + " " + c.Custom + " " + c.Base)
		check(t, list, asked, "infer", provider, c.Provider)
	}
	for _, d := range list {
		if d.Field == "infer" && d.used != len(d.Providers) {
			t.Errorf("differences.json: got %d of these that differ, want all: %v", d.used, d.Providers)
		}
	}
	t.Logf("%d names, %d resolved as LiteLLM does", len(theirs.Infer), agree)
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"groq", "gorq", 1}, {"ca", "abc", 3}, {"kitten", "sitting", 3}, {"same", "same", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q): got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
