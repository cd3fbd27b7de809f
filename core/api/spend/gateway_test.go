package spend_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/admin"
	api "github.com/tollgate-llm/tollgate/core/api/spend"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/core/web"
	"github.com/tollgate-llm/tollgate/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gateway is the routes, those of who administers beside them, on a store in
// memory, with a clock and chance of its own, so that every reply can be foretold.
type gateway struct {
	t      *testing.T
	mux    *http.ServeMux
	now    time.Time
	ledger *ledger.Ledger
	book   *spend.Book
	calls  uint64
}

// rights are what a key gives its holder.
type rights struct{ *people.Grant }

// May implements llm.Rights.
func (r rights) May(model string) error { return r.Grant.May(model, nil) }

func newGateway(t *testing.T) *gateway {
	g := &gateway{t: t, mux: http.NewServeMux(), now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return g.now }
	s := memory.New(clock)
	g.ledger = &ledger.Ledger{Store: s, Now: clock}
	g.book = &spend.Book{Store: s, Now: clock}
	authority := people.NewAuthority(s, clock)
	directory := people.New(people.Config{Store: s, Now: clock, Random: rand.NewChaCha8([32]byte{}), Changed: authority.Forget})
	actor := func(_ *http.Request, caller *llm.Caller) people.Actor {
		if held, ok := caller.Rights.(rights); ok {
			return held.Actor()
		}
		return people.Root(caller.KeyHash)
	}
	spent := func(ctx context.Context, k *people.Key) (int64, time.Time, error) {
		pico, err := g.book.Spent(ctx, spend.Who{Kind: spend.Key, ID: k.Token}, k.CreatedAt.Time)
		return pico, time.Time{}, err
	}
	h := &api.Handler{
		Book: g.book, People: directory, Actor: actor, Spent: spent,
		Cost:   func(model string, u llm.Usage) (int64, bool) { return 1000*u.In + 2000*u.Out, model == "gpt" },
		Count:  func(_ string, messages []byte) (int64, error) { return int64(len(messages)), nil },
		Logged: func(_ context.Context, endUser string) []string { return []string{endUser} },
	}
	others := &admin.Handler{
		People: directory, Actor: actor, Spent: spent,
		SpentBy: func(context.Context, people.Account) (int64, time.Time, error) { return 0, time.Time{}, nil },
		Reset:   func(context.Context, people.Actor, *people.Key, int64) error { return nil },
	}
	all := h.Routes()
	for pattern, handle := range others.Routes() {
		all[pattern] = handle
	}
	edge := &web.Edge{Now: clock, NewID: func() string { return "id" }, MaxBody: 1 << 20}
	for pattern, handle := range maps.All(all) {
		g.mux.Handle(pattern, edge.Handle("", func(w *web.Writer, r *http.Request) error {
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
	w := httptest.NewRecorder()
	g.mux.ServeHTTP(w, r)
	reply := strings.TrimSpace(w.Body.String())
	if next := w.Header().Get(api.CursorHeader); next != "" {
		reply += " next " + next
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		reply = strconv.Quote(reply)
	}
	return w.Code, reply
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

// spend is a request's row, or several with / between: "key=ann user=ann cost=5
// tags=a,b / class=RateLimitError status=429", in micro-dollars.
func (g *gateway) spend(text string) {
	g.calls++
	var tail [10]byte
	binary.BigEndian.PutUint64(tail[:], g.calls)
	id := ledger.ID(g.now, tail)
	for i, try := range strings.Split(text, " / ") {
		f := ledger.Facts{
			Op: "chat", Group: "gpt", Model: "gpt-4o", Provider: "openai", Deployment: "d1", Host: "api.openai.com", Status: 200,
			Usage: llm.Usage{Known: true, In: 8, CacheRead: 2, Out: 5}, Start: g.now, FirstEvent: g.now.Add(300 * time.Millisecond),
			End: g.now.Add(2 * time.Second),
		}
		cost := int64(0)
		for field := range strings.FieldsSeq(try) {
			name, v, _ := strings.Cut(field, "=")
			switch name {
			case "key":
				f.KeyHash, f.KeyAlias = people.Hash(token(v)), v
			case "tags":
				f.Tags = strings.Split(v, ",")
			case "cost", "status":
				n, err := strconv.ParseInt(v, 10, 64)
				if err != nil {
					g.t.Fatal(err)
				}
				if name == "cost" {
					cost = n * 1_000_000
				} else {
					f.Status = int(n)
				}
			case "hit":
				f.CacheHit = true
			default:
				to := map[string]*string{
					"user": &f.User, "team": &f.Team, "org": &f.Organization, "project": &f.Project, "end": &f.EndUser, "ip": &f.IP,
					"session": &f.Session, "model": &f.Model, "group": &f.Group, "provider": &f.Provider, "class": &f.Class, "op": &f.Op,
				}[name]
				if to == nil {
					g.t.Fatalf("there is no field %q", name)
				}
				*to = v
			}
		}
		if f.Op == spend.Adjusts {
			if err := g.ledger.Adjust(g.t.Context(), ledger.Adjustment{Request: id, Cost: cost, Facts: f}); err != nil {
				g.t.Fatal(err)
			}
			continue
		}
		if f.Class != "" {
			f.Usage = llm.Usage{}
		}
		h, err := g.ledger.Begin(g.t.Context(), ledger.Attempt{Request: id, N: i + 1, Deadline: g.now.Add(time.Minute), Facts: f})
		if err == nil {
			_, err = h.Settle(g.t.Context(), ledger.Outcome{Cost: cost, Facts: f})
		}
		if err != nil {
			g.t.Fatal(fmt.Errorf("%s: %w", text, err))
		}
	}
}
