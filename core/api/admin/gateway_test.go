package admin_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/admin"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/web"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gateway is the routes on a store in memory, with a clock and chance of its
// own, so that every reply can be foretold.
type gateway struct {
	t     *testing.T
	mux   *http.ServeMux
	store *watched
	now   time.Time
	spent people.Dollars
	log   strings.Builder
}

// rights are what a key gives its holder.
type rights struct{ *people.Grant }

// May implements llm.Rights.
func (r rights) May(model string) error { return r.Grant.May(model, nil) }

func newGateway(t *testing.T) *gateway {
	g := &gateway{t: t, mux: http.NewServeMux(), now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return g.now }
	g.store = &watched{Store: memory.New(clock)}
	authority := people.NewAuthority(g.store, clock)
	h := &admin.Handler{
		People: people.New(people.Config{Store: g.store, Now: clock, Random: rand.NewChaCha8([32]byte{}), Changed: authority.Forget}),
		Actor: func(r *http.Request, caller *llm.Caller) people.Actor {
			a := people.Root(caller.KeyHash)
			if held, ok := caller.Rights.(rights); ok {
				a = held.Actor()
			}
			a.For = r.Header.Get("Litellm-Changed-By")
			return a
		},
		Spent: func(_ context.Context, k *people.Key) (int64, time.Time, error) {
			return int64(k.Spend + g.spent), time.Time{}, nil
		},
		SpentBy: func(_ context.Context, a people.Account) (int64, time.Time, error) {
			if a.Duration == "" {
				return int64(a.Spent), time.Time{}, nil
			}
			return int64(a.Spent), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), nil
		},
		Fits: func(_ context.Context, m *people.Model) error {
			if strings.Contains(string(m.Params["model"]), "nowhere") {
				return &llm.Error{Class: llm.BadRequestError, Message: "there is no provider nowhere"}
			}
			return nil
		},
		Reset: func(_ context.Context, _ people.Actor, _ *people.Key, pico int64) error {
			g.spent = people.Dollars(pico)
			return nil
		},
	}
	edge := &web.Edge{Log: slog.New(slog.NewTextHandler(&g.log, nil)), Now: clock, NewID: func() string { return "id" }, MaxBody: 1 << 20}
	for pattern, handle := range h.Routes() {
		g.mux.Handle(pattern, edge.Handle(pattern, func(w *web.Writer, r *http.Request) error {
			token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			caller := &llm.Caller{Master: true, KeyHash: people.Hash("sk-root")}
			if token != "sk-root" {
				grant, err := authority.Grant(r.Context(), token)
				if err != nil {
					return err
				}
				caller = &llm.Caller{KeyHash: grant.KeyHash, Rights: rights{grant}}
			}
			return handle(w, r, caller)
		}))
	}
	return g
}

// do asks as somebody, and returns the status and the reply.
func (g *gateway) do(who, method, path, body string) (int, string) {
	r := httptest.NewRequestWithContext(g.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token(who))
	if who == "root" {
		r.Header.Set("Litellm-Changed-By", "terraform")
	}
	w := httptest.NewRecorder()
	g.mux.ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

// token is the key of somebody in a test.
func token(who string) string {
	if who == "root" {
		return "sk-root"
	}
	return "sk-" + who + "-0123456789"
}

func (g *gateway) pass(text string) {
	d, err := time.ParseDuration(text)
	if err != nil {
		g.t.Fatal(err)
	}
	g.now = g.now.Add(d)
}

func (g *gateway) spend(text string) {
	if err := g.spent.UnmarshalJSON([]byte(text)); err != nil {
		g.t.Fatal(err)
	}
}

// watched is a store that remembers how what is written was before.
type watched struct {
	*memory.Store
	before map[store.Key]store.Item
}

func (s *watched) begin() { s.before = map[store.Key]store.Item{} }

func (s *watched) remember(ctx context.Context, key store.Key) {
	if _, known := s.before[key]; known || s.before == nil {
		return
	}
	item, err := s.Get(ctx, key, true)
	if err == nil || errors.Is(err, store.ErrNotFound) {
		s.before[key] = item
	}
}

// Write is the store's.
func (s *watched) Write(ctx context.Context, w store.Write) (store.Item, error) {
	s.remember(ctx, w.Key)
	return s.Store.Write(ctx, w)
}

// WriteAll is the store's.
func (s *watched) WriteAll(ctx context.Context, all []store.Write) error {
	for _, w := range all {
		s.remember(ctx, w.Key)
	}
	return s.Store.WriteAll(ctx, all)
}

// changed are the partitions of the items that are not as they were.
func (s *watched) changed(t *testing.T) []string {
	var all []string
	for key, was := range maps.All(s.before) {
		is, err := s.Get(t.Context(), key, true)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(is, was) {
			all = append(all, key.PK)
		}
	}
	slices.Sort(all)
	return all
}
