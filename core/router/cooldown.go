package router

import (
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
	asked := time.Duration(0)
	if classOf(err) == llm.RateLimitError {
		asked = wait(err)
	}
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
