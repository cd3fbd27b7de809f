package upstream

import "sync"

// gates hold replies back until a token is released. A token released before
// anyone waits for it stays released until the next reset.
type gates struct {
	mu   sync.Mutex
	open map[string]chan struct{}
}

func (g *gates) wait(token string) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.gate(token)
}

func (g *gates) release(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	gate := g.gate(token)
	select {
	case <-gate:
	default:
		close(gate)
	}
}

func (g *gates) gate(token string) chan struct{} {
	if g.open == nil {
		g.open = map[string]chan struct{}{}
	}
	if g.open[token] == nil {
		g.open[token] = make(chan struct{})
	}
	return g.open[token]
}

// reset forgets released tokens and keeps those that somebody may wait for.
func (g *gates) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for token, gate := range g.open {
		select {
		case <-gate:
			delete(g.open, token)
		default:
		}
	}
}

// Release lets the reply of model "hold-TOKEN" go on.
func (s *Server) Release(token string) { s.gates.release(token) }
