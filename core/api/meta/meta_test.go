package meta_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/meta"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type handler func(w *web.Writer, r *http.Request, caller *llm.Caller) error

// get has a handler answer a path, whose last part is also its {id}.
func get(h handler, path string, caller *llm.Caller) (int, string) {
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	r := httptest.NewRequest("GET", path, nil)
	r.SetPathValue("id", strings.TrimPrefix(r.URL.Path, "/v1/models/"))
	w := httptest.NewRecorder()
	edge.Handle("GET /x", func(w *web.Writer, r *http.Request) error { return h(w, r, caller) }).ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// models knows "a", "b" and every name below "acme/"; "ghost" is listed but
// nobody serves it; "" means the default, as a call's missing model does.
func models() *meta.Models {
	return &meta.Models{
		Created: 1767323045,
		List:    func() []string { return []string{"b", "a", "ghost", "acme/*"} },
		Owner: func(model string) (string, bool) {
			return "owner", model == "" || model == "a" || model == "b" || strings.HasPrefix(model, "acme/")
		},
	}
}

func TestModels(t *testing.T) {
	entry := func(name string) string {
		return `{"id":"` + name + `","object":"model","created":1767323045,"owned_by":"owner"}`
	}
	list := func(names ...string) string {
		var all []string
		for _, n := range names {
			all = append(all, entry(n))
		}
		return `{"object":"list","data":[` + strings.Join(all, ",") + `]}`
	}
	m := models()
	for _, c := range []struct {
		name, path string
		caller     *llm.Caller
		status     int
		want       string // of an error: a part of it
	}{
		{"all", "/v1/models", &llm.Caller{}, 200, list("b", "a", "acme/*")},
		{"the caller's", "/v1/models", &llm.Caller{Models: []string{"a"}}, 200, list("a")},
		{"none", "/v1/models", &llm.Caller{Models: []string{}}, 200, list()},
		{"one", "/v1/models/a", &llm.Caller{}, 200, entry("a")},
		{"one that a pattern matches", "/v1/models/acme/large", &llm.Caller{}, 200, entry("acme/large")},
		{"unknown", "/v1/models/c", &llm.Caller{}, 404, "there is no model c"},
		{"of another caller", "/v1/models/b", &llm.Caller{Models: []string{"a"}}, 404, "there is no model b"},
		{"without a name", "/v1/models/", &llm.Caller{}, 404, "there is no model"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := m.One
			if c.path == "/v1/models" {
				h = m.All
			}
			status, body := get(h, c.path, c.caller)
			if status != c.status || status == 200 && body != c.want || !strings.Contains(body, c.want) {
				t.Errorf("got %d %s, want %d %s", status, body, c.status, c.want)
			}
		})
	}
}

// ward is what health checks call: each deployment does as its id says.
type ward struct {
	mu    sync.Mutex
	tried []string
	calls []*llm.Call
}

func (w *ward) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	w.mu.Lock()
	w.tried = append(w.tried, call.To.ID)
	w.calls = append(w.calls, call)
	w.mu.Unlock()
	switch call.To.ID {
	case "ill":
		return nil, &llm.Error{Class: llm.AuthenticationError, Message: "wrong key", Err: errors.New("sk-secret at https://internal.test")}
	case "odd":
		return nil, errors.New("sk-secret")
	case "mad":
		panic("sk-secret")
	case "slow":
		<-ctx.Done()
		return nil, &llm.Error{Class: llm.Timeout, Message: "did not answer in time", Err: ctx.Err()}
	}
	return &llm.Reply{}, nil
}

func deployments(ids ...string) func() []*llm.Deployment {
	var all []*llm.Deployment
	for _, id := range ids {
		all = append(all, &llm.Deployment{ID: id, Group: "group-" + id, Provider: "acme", Model: "m", Base: "https://internal.test"})
	}
	return func() []*llm.Deployment { return all }
}

// TestHealth: each deployment is called once, and the answer tells how each
// fared and nothing that is secret.
func TestHealth(t *testing.T) {
	const (
		fit = `{"model":"group-fit","model_id":"fit","provider":"acme"}`
		ill = `{"model":"group-ill","model_id":"ill","provider":"acme","error":"AuthenticationError: wrong key"}`
		odd = `{"model":"group-odd","model_id":"odd","provider":"acme","error":"the gateway failed"}`
		mad = `{"model":"group-mad","model_id":"mad","provider":"acme","error":"the gateway failed"}`
	)
	for _, c := range []struct{ name, path, tried, want string }{
		{"all", "/health", "fit ill odd", `{"healthy_endpoints":[` + fit + `],"unhealthy_endpoints":[` + ill + `,` + odd + `],"healthy_count":1,"unhealthy_count":2}`},
		{"of a model", "/health?model=group-fit", "fit", `{"healthy_endpoints":[` + fit + `],"unhealthy_endpoints":[],"healthy_count":1,"unhealthy_count":0}`},
		{"by id", "/health?model=ill", "ill", `{"healthy_endpoints":[],"unhealthy_endpoints":[` + ill + `],"healthy_count":0,"unhealthy_count":1}`},
		{"one that panics", "/health?model=mad", "mad", `{"healthy_endpoints":[],"unhealthy_endpoints":[` + mad + `],"healthy_count":0,"unhealthy_count":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &ward{}
			ids := []string{"fit", "ill", "odd"}
			if c.tried == "mad" {
				ids = []string{"mad"}
			}
			status, body := get((&meta.Health{Deployments: deployments(ids...), Try: w}).Check, c.path, &llm.Caller{Master: true})
			if status != 200 || body != c.want {
				t.Errorf("got %d %s\nwant %s", status, body, c.want)
			}
			if len(w.tried) != len(strings.Fields(c.tried)) {
				t.Errorf("tried %q, want each of %q once", w.tried, c.tried)
			}
			for _, call := range w.calls {
				if text := string(call.Body.Bytes()); !strings.Contains(text, `"ping"`) || !strings.Contains(text, `"max_completion_tokens":16`) {
					t.Errorf("got the request %s, want a short one", text)
				}
			}
		})
	}
}

func TestHealthOfNobody(t *testing.T) {
	w := &ward{}
	h := &meta.Health{Deployments: deployments("fit"), Try: w}
	if status, body := get(h.Check, "/health?model=other", &llm.Caller{}); status != 404 || len(w.tried) > 0 {
		t.Errorf("got %d %s, want a 404 and nobody called", status, body)
	}
	h.Deployments = deployments()
	if status, body := get(h.Check, "/health", &llm.Caller{}); status != 200 || !strings.Contains(body, `"healthy_endpoints":[]`) {
		t.Errorf("got %d %s, want empty lists", status, body)
	}
}

// TestHealthTakesItsTime: many are checked side by side, and one that hangs
// costs 20 s, within the 29 s of a buffered route.
func TestHealthTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &meta.Health{Deployments: deployments("fit", "slow", "slow", "slow", "fit"), Try: &ward{}}
		began := time.Now()
		status, body := get(h.Check, "/health", &llm.Caller{})
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("took %v, want 20s", took)
		}
		if status != 200 || !strings.Contains(body, `"healthy_count":2,"unhealthy_count":3`) {
			t.Errorf("got %d %s, want 2 and 3", status, body)
		}
	})
}

// TestProbes: they call nobody.
func TestProbes(t *testing.T) {
	w := &ward{}
	h := &meta.Health{Deployments: deployments("fit"), Try: w}
	if status, body := get(h.Alive, "/health/liveliness", nil); status != 200 || body != `"I'm alive!"` {
		t.Errorf("alive: got %d %s", status, body)
	}
	if status, body := get(h.Ready, "/health/readiness", nil); status != 200 || body != `{"status":"healthy"}` {
		t.Errorf("ready: got %d %s", status, body)
	}
	if len(w.tried) > 0 {
		t.Errorf("tried %q, want nobody", w.tried)
	}
}
