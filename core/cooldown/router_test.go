package cooldown_test

import (
	"context"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/router"
)

// failing fails deployment a with a rate limit, and counts who was tried.
type failing map[string]int

func (f failing) Do(_ context.Context, call *llm.Call) (*llm.Reply, error) {
	f[call.To.ID]++
	if call.To.ID == "a" {
		return nil, &llm.Error{Class: llm.RateLimitError, RetryAfter: 20 * time.Second}
	}
	return &llm.Reply{}, nil
}

// TestRouters: what one process's router is told, another's keeps to.
func TestRouters(t *testing.T) {
	w := newWorld()
	tried := failing{}
	var routers []*router.Router
	for range 2 {
		routers = append(routers, router.New(router.Config{
			Groups: &router.Groups{Groups: []router.Group{{Name: "m", Members: []router.Member{
				{Deployment: &llm.Deployment{ID: "a", Group: "m"}}, {Deployment: &llm.Deployment{ID: "b", Group: "m"}},
			}}}},
			NumRetries: 1, AllowedFails: 3, Cooldown: 5 * time.Second, Rests: w.process(),
			Now: w.now, Random: func() float64 { return 0 },
		}, tried))
	}
	for _, c := range []struct {
		name    string
		process int
		after   time.Duration
		a, b    int
	}{
		{"one is told to wait", 0, 0, 1, 1},
		{"it does", 0, 0, 0, 1},
		{"and so does the other", 1, 2 * time.Second, 0, 1},
		{"until the time is up", 1, 17999 * time.Millisecond, 0, 1},
		{"and no longer", 1, time.Millisecond, 1, 1},
	} {
		w.at = w.at.Add(c.after)
		clear(tried)
		call := &llm.Call{Model: "m", Caller: &llm.Caller{}, Record: &llm.Record{}}
		if _, err := routers[c.process].Do(t.Context(), call); err != nil || tried["a"] != c.a || tried["b"] != c.b {
			t.Errorf("%s: got %v tries of a and b, %v, want %d and %d", c.name, tried, err, c.a, c.b)
		}
	}
}
