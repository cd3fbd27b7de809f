package price

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestDocuments holds that each model in the documents of LiteLLM costs
// something, or is known not to.
func TestDocuments(t *testing.T) {
	text, err := os.ReadFile("testdata/documents.txt")
	if err != nil {
		t.Fatal(err)
	}
	usages := map[string]llm.Usage{
		"priced":     {In: 1000, Out: 1000},
		"own":        {In: 1000, Out: 1000},
		"deployment": {In: 1000, Out: 1000},
		"retired":    {In: 1000, Out: 1000},
		"family":     {In: 1000, Out: 1000},
		"picture":    {Images: 1},
		"query":      {Searches: 1},
		"second":     {Millis: 1000},
		"character":  {Characters: 1000},
	}
	var c Catalogue
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		model, provider, kind := fields[0], fields[1], fields[2]
		usage, ok := usages[kind]
		if !ok {
			t.Fatalf("%s: got the kind %q, want one of the head of the file", model, kind)
		}
		counts[kind]++
		call := Call{Model: model, Usage: usage, Elapsed: time.Second, OwnBase: kind == "own"}
		cost, err := c.CompletionCost(call)
		free := provider == "ollama" || kind == "own" || strings.HasPrefix(model, "text-moderation")
		switch kind {
		case "retired":
			if !errors.Is(err, ErrNoPrice) {
				t.Errorf("%s: got error %v, want %v: it has a price now", model, err, ErrNoPrice)
			}
		case "deployment":
			if !errors.Is(err, ErrUnknownModel) {
				t.Errorf("%s: got error %v, want %v", model, err, ErrUnknownModel)
			}
			call.BaseModel = "azure/gpt-4o"
			if cost, err := c.CompletionCost(call); err != nil || cost.Total() != 12_500_000_000 {
				t.Errorf("%s with base_model: got %d pico-dollars and error %v, want 12500000000", model, cost.Total(), err)
			}
			continue
		case "family":
			if !errors.Is(err, ErrUnknownModel) || len(fields) < 4 {
				t.Errorf("%s: got error %v and %d fields, want %v and what is meant", model, err, len(fields), ErrUnknownModel)
			}
			continue
		default:
			if err != nil || (cost.Total() == 0) != free {
				t.Errorf("%s: got %d pico-dollars and error %v", model, cost.Total(), err)
			}
		}
		if m, err := c.Info(model, ""); err == nil && m.Provider != provider {
			t.Errorf("%s: got provider %s, want %s", model, m.Provider, provider)
		}
	}
	t.Log(counts)
}
