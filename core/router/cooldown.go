package router

import (
	"context"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// window is how far back failures count.
const window = time.Minute

// Cooldowns lets a deployment rest that failed more often than allowed within
// a minute, or that said itself how long it wants to be left alone. The only
// deployment of a group never rests: a caller is better served by its error.
// The zero value is ready; it lives in this process.
type Cooldowns struct {
	mu    sync.Mutex
	state map[string]*health
}

type health struct {
	fails []time.Time // within the window, oldest first
	until time.Time
}

// failed counts a failure against a deployment.
func (c *Cooldowns) failed(id string, err error, allowed int, rest time.Duration, now time.Time) {
	if rest <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == nil {
		c.state = map[string]*health{}
	}
	h := c.state[id]
	if h == nil {
		h = &health{}
		c.state[id] = h
	}
	for len(h.fails) > 0 && now.Sub(h.fails[0]) >= window {
		h.fails = h.fails[1:]
	}
	h.fails = append(h.fails, now)
	asked := asksFor(err)
	if len(h.fails) > allowed {
		asked = max(asked, rest)
		h.fails = nil
	}
	if until := now.Add(asked); asked > 0 && until.After(h.until) {
		h.until = until
	}
}

// until is when a deployment may be called again; zero when it may now.
func (c *Cooldowns) until(id string, now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.state[id]; h != nil && h.until.After(now) {
		return h.until
	}
	return time.Time{}
}

// asksFor is how long a deployment wants to be left alone; 0 when it did not say.
func asksFor(err error) time.Duration {
	if classOf(err) == llm.RateLimitError {
		return wait(err)
	}
	return 0
}

// Rests are cooldowns that several processes share. A Router with them also
// keeps its own, which act at once and when Rests fail.
type Rests interface {
	// Until is when a deployment may be called again; what is not in the future
	// means now. It must not take long: each pick asks for each deployment.
	Until(ctx context.Context, id string) time.Time
	// Failed counts a failure. The deployment is to rest for a time, more than
	// zero, if there were more than allowed within a minute; and for as long as
	// it asked itself, which is zero if it did not.
	Failed(ctx context.Context, id string, allowed int, rest, asked time.Duration)
}
