package boot_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/people"
)

// TestSpending: what a key without a budget has spent is what its provider
// counted, wherever it is read, before it is added up and after that.
func TestSpending(t *testing.T) {
	var mu sync.Mutex
	passed := time.Duration(0)
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return time.Now().Add(passed)
	}
	h := openAt(t, nil, now, peopled)
	key := issue(t, h, people.Key{Alias: "k", Tags: []string{"mine"}})
	b := &spending{statuses: map[int]int{}}
	for range 3 {
		b.add(t, h.do(t, "POST", "/v1/chat/completions", `{"model":"gpt","user":"e1","messages":[{"role":"user","content":"hi"}],"max_tokens":20}`, key))
	}
	for _, passing := range []time.Duration{0, 40 * time.Minute, 30 * time.Hour} {
		mu.Lock()
		passed += passing
		mu.Unlock()
		if err := h.app.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		for path, member := range map[string]string{"/key/info": "info.spend", "/me/usage": "metadata.total_spend", "/global/spend": "spend"} {
			a := h.do(t, "GET", path, "", key)
			if got := int64(math.Round(number(t, a.body, member) * 1e12)); got != b.tokens*1_000_000 || got == 0 {
				t.Errorf("%s after %s: got %d pico-dollars, want %d", path, passed, got, b.tokens*1_000_000)
			}
		}
	}
}

// number is a member of a JSON text, by its path.
func number(t *testing.T, text, path string) float64 {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(path, ".") {
		o, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("got %s, want %s in it", text, path)
		}
		v = o[name]
	}
	n, ok := v.(float64)
	if !ok {
		t.Fatalf("got %s, want a number at %s", text, path)
	}
	return n
}

// TestTend: it ends when it is told to.
func TestTend(t *testing.T) {
	h := open(t, peopled)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	live, err := boot.NewLive(h.app, boot.Work(), nil)
	if err != nil {
		t.Fatal(err)
	}
	live.Tend(ctx, func(err error) { t.Error(err) })
}
