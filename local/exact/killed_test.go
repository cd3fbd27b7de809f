package exact

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/embedded"
)

// lives are those of one gateway that keeps its books in a file, and what 64
// clients got of it until it died.
type lives struct {
	books *books
	path  string
	began time.Time
	keys  []holder
	limit map[string]int64

	mu      sync.Mutex
	clients map[string]client
	whole   map[string]bool // requests whose answers came to their ends
}

// TestKilled kills the program under load and starts it again, time after time:
// what a client has received whole is in the books at what the upstream billed.
func TestKilled(t *testing.T) {
	kills, rng := size(t, "EXACT_KILLS", 10), rand.New(rand.NewPCG(1, 1))
	l := &lives{
		books: startUpstream(t), path: filepath.Join(t.TempDir(), "tollgate.db"), began: time.Now(),
		limit: map[string]int64{}, clients: map[string]client{}, whole: map[string]bool{},
	}
	p := build(t, l.books)
	g := p.start(t, "--data", l.path)
	l.administer(t, g)
	restarted := &findings{}
	for life := range kills {
		l.live(t, g, life, 20+rng.Int64N(150))
		g = p.start(t, "--data", l.path)
		l.look(t, restarted)
	}
	g.end(t, syscall.SIGTERM)
	out := t.Output()
	fmt.Fprintf(out, "SIGKILL: %d\nanswers received whole: %d\n", kills, len(l.whole))
	fmt.Fprintf(out, "lost, doubled or wrong rows after a restart: %d\n", restarted.lost+restarted.doubled+restarted.unequal)
	restarted.fail(t)
	all := l.recover(t)
	all.print(out)
	all.fail(t)
}

// administer makes keys of one team, of which every fourth has a budget that
// will not do.
func (l *lives) administer(t *testing.T, g *running) {
	t.Helper()
	const team = 1e12
	administer(t, g, g.url+"/team/new", `{"team_id":"all","max_budget":1}`)
	l.limit["team/all"] = team
	for i := range 16 {
		dollars, pico := "0.9", int64(9e11)
		if i%4 == 0 {
			dollars, pico = "0.03", 3e10
		}
		with, scopes := `,"team_id":"all"`, []string{"team/all"}
		if i > 3 { // or all their holds would be in one item
			with, scopes = "", nil
		}
		m := administer(t, g, g.url+"/key/generate", fmt.Sprintf(`{"key_alias":"k%d","max_budget":%s%s}`, i, dollars, with))
		l.keys = append(l.keys, holder{key: m.Key, scopes: append([]string{"api_key/" + m.TokenID}, scopes...)})
		l.limit["api_key/"+m.TokenID] = pico
	}
}

// live has 64 clients ask until so many answers were received whole, and kills
// the gateway then.
func (l *lives) live(t *testing.T, g *running, life int, answers int64) {
	var came atomic.Int64
	enough := make(chan struct{})
	var all sync.WaitGroup
	for of := range workers {
		all.Go(func() {
			for n := 0; ; n++ {
				id, stream, h := fmt.Sprintf("%d-%d-%d", life, of, n), (of+n)%2 == 0, l.keys[(of+n)%len(l.keys)]
				status, reply, err := post(t.Context(), g, g.url+"/v1/chat/completions", h.key, question("mixed", id, stream, 250))
				l.mu.Lock()
				l.clients[id] = client{scopes: h.scopes, killed: err != nil}
				if wasWhole(stream, status, reply, err) {
					l.whole[id] = true
					if came.Add(1) == answers {
						close(enough)
					}
				}
				l.mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	<-enough
	g.end(t, syscall.SIGKILL)
	all.Wait()
}

// open opens the gateway's file, and reads its spend log.
func (l *lives) open(t *testing.T, ahead time.Duration) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(l.path, func() time.Time { return time.Now().Add(ahead) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (l *lives) rows(t *testing.T, s store.Store) []row {
	days := []time.Time{l.began}
	if now := time.Now(); now.UTC().Day() != l.began.UTC().Day() {
		days = append(days, now)
	}
	return rowsOf(t, s, days...)
}

// look compares the answers that were received whole, and the limits, beside the
// gateway that has just started.
func (l *lives) look(t *testing.T, f *findings) {
	t.Helper()
	s := l.open(t, 0)
	rows := l.rows(t, s)
	f.limits(t, s, rows, l.limit)
	bills := l.books.read(t)
	f.compare(
		slices.DeleteFunc(bills, func(b bill) bool { return !l.whole[b.ID] }),
		slices.DeleteFunc(rows, func(r row) bool { return !l.whole[r.user] }), l.clients,
	)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// recover lets an hour pass, and others finish what the killed began.
func (l *lives) recover(t *testing.T) *findings {
	t.Helper()
	const ahead = time.Hour
	s := l.open(t, ahead)
	books := &ledger.Ledger{Store: s, Now: func() time.Time { return time.Now().Add(ahead) }}
	if _, err := books.Sweep(t.Context(), l.began); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range l.rows(t, s) {
		for _, account := range r.accounts {
			if seen[account] {
				continue
			}
			seen[account] = true
			if err := books.Recover(t.Context(), store.Key{PK: "A#" + account, SK: "#"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	f, rows := &findings{}, l.rows(t, s)
	f.balance(t, s, rows, f.compare(l.books.read(t), rows, l.clients), l.limit)
	return f
}
