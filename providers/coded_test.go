package providers

import (
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestCoded: what is said of a provider is what it does, and each has a name
// of its own.
func TestCoded(t *testing.T) {
	for name, make := range factories() {
		i := slices.IndexFunc(coded[:], func(i Info) bool { return i.Name == name })
		if i < 0 {
			t.Errorf("%s: nothing describes it", name)
			continue
		}
		p, ok := make(nil, nil, providertest.Now).(*wire.Provider)
		if !ok {
			continue // it wraps one
		}
		info := coded[i]
		placed := p.Base == "" || strings.Contains(info.Base, "{") // by the provider's Place
		if p.Name != name || p.Base != info.Base && !placed || info.NoKey && !p.NoKey ||
			!slices.Equal(p.KeyEnv, info.KeyEnv) || !slices.Equal(p.BaseEnv, info.BaseEnv) {
			t.Errorf("%s: got %s at %q with %q and %q, want what describes it: %+v", name, p.Name, p.Base, p.KeyEnv, p.BaseEnv, info)
		}
	}
	if got, want := len(coded), len(factories()); got != want {
		t.Errorf("got %d descriptions of %d providers", got, want)
	}
	seen := map[string]bool{}
	for _, name := range Names() {
		if seen[name] {
			t.Errorf("%s: got two providers of that name", name)
		}
		seen[name] = true
	}
}

// TestAllSpeakChat: no provider is there for nothing. The few that do not chat do
// something else.
func TestAllSpeakChat(t *testing.T) {
	set := All(nil, nil, providertest.Now)
	distinct := 0
	var others []string
	for _, name := range Names() {
		p, ok := set.Lookup(name)
		does := 0
		for op := llm.Chat; ok && op <= llm.Speech; op++ {
			if p.Speaks(op, llm.OpenAI) {
				does++
			}
		}
		i, _ := Describe(name)
		switch {
		case does == 0:
			t.Errorf("%s: got no operation", name)
		case !p.Speaks(llm.Chat, llm.OpenAI):
			others = append(others, name)
		case i.Alias == "":
			distinct++
		}
	}
	t.Logf("%d distinct providers chat; %q do something else", distinct, others)
	if distinct < 100 {
		t.Errorf("got %d distinct providers, want 100 at least", distinct)
	}
}
