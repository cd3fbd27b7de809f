package litellm_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/boot/litellm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the reports anew")

const masterKey = "sk-litellm-master"

// proxy answers as LiteLLM did when it was recorded (local/clients/proxy/record.py).
type proxy struct {
	*httptest.Server
	scene atomic.Pointer[map[string][]byte]
}

func newProxy(t *testing.T) *proxy {
	p := &proxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(p.reply))
	t.Cleanup(p.Close)
	p.play(t, "first")
	return p
}

func (p *proxy) reply(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+masterKey {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":{"message":"Authentication Error, got ` + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + `"}}`))
		return
	}
	reply, ok := (*p.scene.Load())[r.URL.RequestURI()]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		reply = []byte(`{"detail":"Not Found"}`)
	}
	_, _ = w.Write(reply)
}

// answer makes the proxy answer paths.
func (p *proxy) answer(replies map[string][]byte) { p.scene.Store(&replies) }

// play makes the proxy one of testdata's.
func (p *proxy) play(t *testing.T, scene string) map[string][]byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", scene+".json"))
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &read); err != nil {
		t.Fatal(err)
	}
	replies := map[string][]byte{}
	for path, reply := range read {
		replies[path] = reply
	}
	p.answer(replies)
	return replies
}

// noon is when the replies were recorded for.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// world is a store and a clock that stands at noon.
type world struct {
	proxy *proxy
	store people.Store
	now   time.Time
	dry   bool
}

func newWorld(t *testing.T) *world {
	w := &world{proxy: newProxy(t), now: noon}
	w.store = memory.New(w.clock)
	return w
}

func (w *world) clock() time.Time { return w.now }

func (w *world) directory() *people.Directory {
	return people.New(people.Config{Store: w.store, Now: w.clock})
}

// imported runs an import and returns what it prints.
func (w *world) imported(t *testing.T) string {
	t.Helper()
	report, err := litellm.Import{URL: w.proxy.URL, Key: masterKey, Store: w.store, Now: w.clock, Dry: w.dry}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := report.Print(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// each hands over the records of a list.
func each[T any](t *testing.T, list func(context.Context, people.Actor, people.Listing) (people.Page[T], error), l people.Listing, f func(T)) {
	t.Helper()
	page, err := list(t.Context(), people.Root(""), l)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range page.Items {
		f(v)
	}
}

// encoded is a record's JSON.
func encoded(t *testing.T, v any) raw.Object {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	o, err := raw.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}
