package access_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// trap is a server on the gateway's own machine that nobody may lead the
// gateway to.
type trap struct {
	*httptest.Server
	mu    sync.Mutex
	heard string // all that it was asked, headers included
	n     int
}

func setTrap(t *testing.T) *trap {
	t.Helper()
	p := &trap{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body) // what came of it is enough
		p.mu.Lock()
		defer p.mu.Unlock()
		p.n++
		p.heard += fmt.Sprintf("%s %s %v %s\n", r.Method, r.URL, r.Header, b)
		_, _ = io.WriteString(w, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"trapped"},"finish_reason":"stop"}]}`)
	}))
	t.Cleanup(p.Close)
	return p
}

// visits are how often it was asked, and what it heard.
func (p *trap) visits() (int, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n, p.heard
}

// dialling lets a gateway call out as it does for operators, through the
// guards of its own clients.
func dialling(o *all.Options) { o.Transport = nil }

// refused fails unless a reply is a refusal and nothing has changed.
func (g *gateway) refused(t *testing.T, what string, a reply, statuses ...int) {
	t.Helper()
	expected := false
	for _, status := range statuses {
		expected = expected || a.status == status
	}
	if !expected {
		t.Errorf("%s: got %d %.300s, want one of %v", what, a.status, a.body, statuses)
	}
	if changed := g.store.changed(t); len(changed) > 0 {
		t.Errorf("%s: got %d, and it changed %q", what, a.status, changed)
		g.back()
	}
}

// nowhere asks for what this gateway does not have, as nobody, as a user and as
// its owner: it is not there, and asking changes nothing.
func nowhere(t *testing.T, requests ...string) {
	t.Helper()
	w := newTown(t)
	for _, request := range requests {
		f := append(strings.SplitN(request, " ", 3), "")
		for _, who := range []string{"none", "user", "admin", "master"} {
			asked := w.vendor.asked.Load()
			w.refused(t, who+": "+request, w.do(keyOf(who), f[0], f[1], f[2]), 404, 405)
			if n := w.vendor.asked.Load() - asked; n > 0 {
				t.Errorf("%s: %s: a vendor was asked %d times", who, request, n)
			}
		}
	}
}
