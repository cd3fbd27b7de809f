package boot

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestLost: what nobody comes back from costs its prompt only where an operator
// chose that, and never more than was held.
func TestLost(t *testing.T) {
	call := thousand(t)
	prompt := int64(len(call.Body.Bytes()) + overhead)
	for _, c := range []struct {
		name    string
		lenient bool
		held    int64
		want    int64
	}{
		{"all of it", false, 20_000, 0},
		{"its prompt", true, 20_000, prompt},
		{"no more than was held", true, 5, 5},
		{"nothing was held", true, 0, 0},
	} {
		m := &meter{price: tenfold, lenient: c.lenient}
		if got := m.lost(call, c.held); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// thousand is a call whose answer may have a thousand tokens.
func thousand(t *testing.T) *llm.Call {
	t.Helper()
	body, err := raw.Parse([]byte(`{"model":"m","max_tokens":1000,"messages":[{"role":"user","content":"hi"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, To: &llm.Deployment{}}
}

// tenfold is a price of 1 a token in, and of 10 a token out.
func tenfold(_ *llm.Deployment, _ raw.Object, u llm.Usage, _ time.Duration) (int64, bool) {
	return u.Prompt() + 10*u.Out, true
}

// TestShorter: an answer that is made shorter is held for as a whole: what is
// held is what its prompt and its limit cost, and there is room for it.
func TestShorter(t *testing.T) {
	m := &meter{price: tenfold}
	for _, left := range []int64{0, 100, 300, 1_000, 5_000, 9_999} {
		call := thousand(t)
		most, ok := boundOf(call)
		whole, _ := m.worst(call, most.Usage)
		less, cost := m.shorter(call, most, whole, left)
		if less == nil {
			if left >= most.In+10*leastAnswer {
				t.Errorf("%d left: got no call, want a short one", left)
			}
			continue
		}
		var limit int64
		v, _ := less.Body.Raw("max_tokens")
		if err := json.Unmarshal(v, &limit); err != nil || !ok {
			t.Fatalf("got a limit of %s: %v", v, err)
		}
		if want := most.In + 10*limit; cost != want || cost > left || limit < leastAnswer {
			t.Errorf("%d left: got %d held for %d tokens, want %d", left, cost, limit, want)
		}
	}
}
