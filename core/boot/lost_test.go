package boot

import (
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestLost: what nobody comes back from costs its prompt only where an operator
// chose that, and never more than was held.
func TestLost(t *testing.T) {
	body, err := raw.Parse([]byte(`{"model":"m","max_tokens":1000,"messages":[{"role":"user","content":"hi"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, To: &llm.Deployment{}}
	each := func(_ *llm.Deployment, _ raw.Object, u llm.Usage, _ time.Duration) (int64, bool) {
		return u.Prompt() + 10*u.Out, true
	}
	prompt := int64(len(body.Bytes()) + overhead)
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
		m := &meter{price: each, lenient: c.lenient}
		if got := m.lost(call, c.held); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}
