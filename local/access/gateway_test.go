// Package access proves from outside who may do what: every route over HTTP by
// every role, one tenant at another's things, secrets in all that leaves the
// gateway, and the attacks that others had to publish.
//
// What is expected is written by hand in testdata, from what LiteLLM documents
// of its roles. It is never taken from the route table or from a reply.
package access_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/docs/swagger"
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// master is the master key of every gateway here.
const master = "sk-master-0123456789"

// gateway is all routes over HTTP, with a store that can be looked into.
type gateway struct {
	t      *testing.T
	app    *boot.App
	store  *watched
	url    string
	client *http.Client
	log    *journal
	vendor *vendor
}

// setting changes what a gateway is started with.
type setting func(*all.Options)

// open starts the gateway of a config.yaml. Every vendor is v, unless a setting
// says otherwise.
func open(t *testing.T, yaml string, settings ...setting) *gateway {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	g := &gateway{t: t, store: watch(memory.New(time.Now)), log: &journal{}, vendor: newVendor(t)}
	o := all.Options{
		ConfigPath: file, Getenv: func(string) (string, bool) { return "", false }, Docs: swagger.Handler(), Store: g.store,
		Log: slog.New(slog.NewJSONHandler(g.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Transport: lead(t, g.vendor.URL),
	}
	for _, set := range settings {
		set(&o)
	}
	setup, problems, err := all.Load(o)
	if err != nil {
		t.Fatal(err, problems)
	}
	if g.app, err = setup.Open(); err != nil {
		t.Fatal(err)
	}
	handler, err := g.app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	g.url, g.client = server.URL, &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(g.client.CloseIdleConnections)
	return g
}

// reply is what a client gets.
type reply struct {
	status int
	header http.Header
	body   string
}

// form is what a body begins with that is multipart/form-data with the boundary
// x.
const form = "--x"

// do asks with a key, "" for none, and other headers, as "Name: value".
func (g *gateway) do(key, method, path, body string, headers ...string) reply {
	g.t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(g.t.Context()), method, g.url+path, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(body, form) {
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return g.send(r)
}

func (g *gateway) send(r *http.Request) reply {
	g.t.Helper()
	res, err := g.client.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(b)}
}

// must is do for what has to work, with the master key.
func (g *gateway) must(method, path, body string) reply {
	g.t.Helper()
	a := g.do(master, method, path, body)
	if a.status >= 300 {
		g.t.Fatalf("%s %s %s: got %d %s", method, path, body, a.status, a.body)
	}
	return a
}

// back makes the store, and what the gateway knows of it, as it was at the mark.
func (g *gateway) back() {
	g.t.Helper()
	g.store.restore(g.t)
	g.app.People().Changed()
}

// journal collects log lines, which handlers write while a test reads.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}
