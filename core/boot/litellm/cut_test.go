package litellm_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/litellm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// cut is a store whose connection breaks at a write, before it is made or after,
// for good.
type cut struct {
	people.Store
	mu     sync.Mutex
	writes int
	at     int  // which write; 0: none
	late   bool // after it is made
}

var errBroken = errors.New("connection reset")

// breaks counts a write, and reports whether it is made and what is said of it.
func (c *cut) breaks() (made bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	switch {
	case c.at == 0 || c.writes < c.at:
		return true, nil
	case c.writes == c.at && c.late:
		return true, errBroken
	}
	return false, errBroken
}

func (c *cut) Write(ctx context.Context, w store.Write) (store.Item, error) {
	made, broken := c.breaks()
	if !made {
		return nil, broken
	}
	item, err := c.Store.Write(ctx, w)
	if broken != nil {
		return nil, broken
	}
	return item, err
}

func (c *cut) WriteAll(ctx context.Context, all []store.Write) error {
	made, broken := c.breaks()
	if !made {
		return broken
	}
	return errors.Join(c.Store.WriteAll(ctx, all), broken)
}

// keyList is LiteLLM's list of some keys.
func keyList(t *testing.T, aliases ...string) []byte {
	var hashes []string
	for _, alias := range aliases {
		hashes = append(hashes, people.Hash("sk-moving-"+alias))
	}
	return encoded(t, map[string]any{"keys": hashes, "total_count": len(hashes), "total_pages": 1}).Bytes()
}

// inside is a transport without a network, for where time is not real.
type inside struct{ http.Handler }

func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w.Result(), nil
}

// TestCutShort holds that an import that is cut short at any write, with or
// without it, is completed by the next: everything is there once, and what was
// spent counts once.
func TestCutShort(t *testing.T) {
	proxy := newProxy(t)
	few := proxy.play(t, "first")
	few["/key/list?page=1&size=100&sort_by=created_at&sort_order=asc"] = keyList(t, "forever", "hour", "shared", "team")
	proxy.answer(few)
	client := &http.Client{Transport: inside{proxy.Config.Handler}}
	importing := func(t *testing.T, w *world, to people.Store) error {
		_, err := litellm.Import{URL: proxy.URL, Key: masterKey, Client: client, Store: to, Now: w.clock}.Run(t.Context())
		return err
	}
	whole := &world{now: noon}
	whole.store = memory.New(whole.clock)
	counted := &cut{Store: whole.store}
	if err := importing(t, whole, counted); err != nil {
		t.Fatal(err)
	}
	want := whole.kept(t)
	for n := 1; n <= counted.writes; n++ {
		late := n%2 == 0                      // each kind of write is made often enough for both
		synctest.Test(t, func(t *testing.T) { // the ledger waits before it tries again
			w := &world{now: noon}
			w.store = memory.New(w.clock)
			if err := importing(t, w, &cut{Store: w.store, at: n, late: late}); err == nil {
				t.Fatalf("cut at write %d of %d: got no error", n, counted.writes)
			}
			if err := importing(t, w, w.store); err != nil {
				t.Fatal(err)
			}
			w.now = w.now.Add(10 * time.Minute) // what an adjustment held and left is due
			if got := w.kept(t); got != want {
				t.Fatalf("cut at write %d of %d (late: %v): got\n%s\nwant\n%s", n, counted.writes, late, got, want)
			}
		})
	}
	t.Logf("%d writes, each cut once", counted.writes)
}

// TestSourceErrors holds what is said of a proxy that does not answer as LiteLLM
// does: whose fault it is, and never the key.
func TestSourceErrors(t *testing.T) {
	w := newWorld(t)
	first := w.proxy.play(t, "first")
	for name, c := range map[string]struct {
		url, key, path, reply, want string
	}{
		"no address":  {url: "localhost:4000", want: "not one such as"},
		"a password":  {url: "http://me:secret@localhost:4000", want: "not one such as"},
		"wrong key":   {key: "sk-canary-key", want: "status 401: Authentication Error, got ****"},
		"no JSON":     {path: "/team/list", reply: "<html>", want: "GET /team/list: the reply is not LiteLLM's"},
		"no list":     {path: "/budget/list", reply: `{"detail":"x"}`, want: "GET /budget/list: the reply is not LiteLLM's"},
		"fewer keys":  {path: "/key/list?page=1&size=100&sort_by=created_at&sort_order=asc", reply: `{"keys":[],"total_count":3,"total_pages":1}`, want: "0 of 3 keys were listed"},
		"other teams": {path: "/team/list", reply: `[{"team_id":"a","members_with_roles":"no"}]`, want: "a team that is not LiteLLM's"},
	} {
		t.Run(name, func(t *testing.T) {
			replies := maps.Clone(first)
			if c.path != "" {
				replies[c.path] = []byte(c.reply)
			}
			w.proxy.answer(replies)
			i := litellm.Import{URL: w.proxy.URL, Key: masterKey, Store: w.store, Now: w.clock, Client: &http.Client{}}
			if c.url != "" {
				i.URL = c.url
			}
			if c.key != "" {
				i.Key = c.key
			}
			_, err := i.Run(t.Context())
			i.Client.CloseIdleConnections()
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want an error with %q and no secret", err, c.want)
			}
		})
	}
	if got, want := w.kept(t), (&world{proxy: w.proxy, now: w.now, store: memory.New(w.clock)}).kept(t); got != want {
		t.Errorf("what could not be read was kept: got\n%s", got)
	}
}

// TestOlder holds that a LiteLLM that lacks some of the routes is read as far as
// it goes.
func TestOlder(t *testing.T) {
	w := newWorld(t)
	replies := w.proxy.play(t, "first")
	for _, path := range []string{"/project/list", "/v1/access_group", "/tag/list", "/credentials", "/model/info"} {
		delete(replies, path)
	}
	w.proxy.answer(replies)
	golden(t, "older.txt", w.imported(t))
}
