package boot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// TestBrokenOff: an answer that breaks off before it begins is written down at
// what its prompt may have cost, as what nobody knows for certain.
func TestBrokenOff(t *testing.T) {
	in := memory.New(time.Now)
	h := openOn(t, in, strings.Replace(peopled, "openai/text", "openai/reset", 1)+"router_settings: {num_retries: 0}\n")
	key := issue(t, h, people.Key{Alias: "k"})
	a := h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`, key)
	if a.status < 500 {
		t.Fatalf("got %d %s, want a failure", a.status, a.body)
	}
	rows := rowsOf(t, in)
	if len(rows) != 1 || !rows[0].Unpriced || rows[0].Cost == 0 || rows[0].Cost > 100e6 {
		t.Errorf("got %+v, want one row at a prompt's cost that says nobody knew", rows)
	}
}
