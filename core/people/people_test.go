package people_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// town is a directory, an authority that hears of its changes and one of
// another process, which does not.
type town struct {
	*people.Directory
	t         *testing.T
	ctx       context.Context
	clock     *time.Time
	store     *counted
	authority *people.Authority
	elsewhere *people.Authority
}

// counted counts the reads of a store. Meanwhile is called once, between a read
// and its answer.
type counted struct {
	*memory.Store
	gets      atomic.Int64
	meanwhile atomic.Pointer[func()]
}

func (c *counted) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	c.gets.Add(1)
	item, err := c.Store.Get(ctx, key, consistent)
	if f := c.meanwhile.Swap(nil); f != nil {
		(*f)()
	}
	return item, err
}

func newTown(t *testing.T, more ...func(*people.Config)) *town {
	t.Helper()
	clock := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	w := &town{t: t, ctx: t.Context(), clock: &clock}
	now := func() time.Time { return clock }
	w.store = &counted{Store: memory.New(now)}
	w.authority, w.elsewhere = people.NewAuthority(w.store, now), people.NewAuthority(w.store, now)
	c := people.Config{Store: w.store, Now: now, Changed: w.authority.Forget}
	for _, f := range more {
		f(&c)
	}
	w.Directory = people.New(c)
	return w
}

func (w *town) pass(d time.Duration) { *w.clock = w.clock.Add(d) }

var root = people.Root("the hash of the master key")

// object reads JSON that a test wrote.
func object(t *testing.T, text string) raw.Object {
	t.Helper()
	o, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

// must gives what a call returned, if it went well.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("got %v, want no error", err)
		}
		return v
	}
}

// issue generates a key by a request in LiteLLM's words.
func (w *town) issue(a people.Actor, request string) (string, *people.Key, error) {
	w.t.Helper()
	n, err := people.Parse[people.NewKey](object(w.t, request))
	if err != nil {
		return "", nil, err
	}
	return w.Keys.Generate(w.ctx, a, n)
}

// key issues one that must be.
func (w *town) key(a people.Actor, request string) string {
	w.t.Helper()
	value, _, err := w.issue(a, request)
	if err != nil {
		w.t.Fatalf("generate %s: %v", request, err)
	}
	return value
}

// as is the holder of a key.
func (w *town) as(token string) people.Actor {
	w.t.Helper()
	g, err := w.authority.Grant(w.ctx, token)
	if err != nil {
		w.t.Fatalf("grant: %v", err)
	}
	return g.Actor()
}

// create makes a record of LiteLLM's words.
func create[T any, P interface{ *T }](w *town, make func(context.Context, people.Actor, T) (*T, error), request string) *T {
	w.t.Helper()
	v, err := people.Parse[T](object(w.t, request))
	if err != nil {
		w.t.Fatalf("%s: %v", request, err)
	}
	made, err := make(w.ctx, root, v)
	if err != nil {
		w.t.Fatalf("create %s: %v", request, err)
	}
	return made
}

// says checks an error: "" is none, else its class and a part of its message.
func says(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("got %v, want no error", err)
		}
		return
	}
	name, part, _ := strings.Cut(want, ": ")
	class, ok := llm.ClassNamed(name)
	var e *llm.Error
	if !ok || !errors.As(err, &e) || e.Class != class || !strings.Contains(e.Message, part) && !strings.Contains(e.Type, part) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func parse(text string) (raw.Object, error) { return raw.Parse([]byte(text)) }
