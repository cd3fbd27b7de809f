//go:build dynamodb

package exact

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/local/emulator"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/dynamo"
)

// The times of a worker here, so that others soon take over what it leaves: how
// long it lives, and for how long a message is hidden, which is longer than a
// line is claimed.
const (
	workerSeconds = 5
	hiddenSeconds = 8
)

// TestServersBatch asks for many lines that nobody waits for. Messages come twice,
// workers and the function that was asked are killed time and again; in the end
// every line has its result, once, and the spend log has what the upstream billed.
func TestServersBatch(t *testing.T) {
	lines := size(t, "EXACT_LINES", 100)
	began := time.Now()
	kept, c := startTable(t)
	b, account := startUpstream(t), startMoto(t)
	f := newFunctions(t, b, *c.BaseEndpoint, account)
	key := administer(t, outside{http.DefaultClient}, f.url+"/key/generate", `{"max_budget":1}`)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	id := f.ask(t, key.Key, lines)

	ctx, done := context.WithCancel(t.Context())
	from := &twice{Messages: f.queue, begun: make(chan struct{}), rng: rand.New(rand.NewPCG(7, 7))}
	var working sync.WaitGroup
	working.Go(func() { f.gateway.Poll(ctx, from, routes.Queue{Name: "batch", Function: "batch", BatchSize: 10}) })
	kills := f.killed(t, ctx, &working, from.begun, max(6, lines/20))
	results := f.wait(t, key.Key, id)
	done()
	working.Wait()

	scope := "api_key/" + key.TokenID
	rows := recovered(t, kept, c, began)
	bills := b.read(t)
	checked := &findings{}
	billed := checked.lines(bills, rows)
	checked.balance(t, kept, rows, map[string]int64{scope: billed}, map[string]int64{scope: 1e12})
	answers := checked.results(results, lines)
	out := t.Output()
	fmt.Fprintf(out, "lines: %d\nanswers: %d\nmessages delivered: %d\nof those, copies: %d\nSIGKILL: %d\nanswers billed: %d\nrows that their workers did not end: %d\n",
		lines, answers, from.all, from.copies, *kills, len(bills), lost(rows))
	checked.print(out)
	checked.fail(t)
	if from.copies < from.all/20 || *kills < 3 || from.all-from.copies == lines {
		t.Errorf("got %d copies of %d messages for %d lines, and %d kills, want more", from.copies, from.all, lines, *kills)
	}
}

// modelOf is whom a line asks: mostly one that takes its time, some that fail now
// and then, and one that there is not.
func modelOf(line int) string {
	switch {
	case line%10 == 7:
		return "nobody"
	case line%5 == 3:
		return "mixed"
	}
	return "tardy"
}

// ask asks for lines, and returns the name of the batch.
func (f *functions) ask(t *testing.T, key string, lines int) string {
	t.Helper()
	var requests []string
	for n := range lines {
		requests = append(requests, question(modelOf(n), fmt.Sprintf("line-%d", n), false, 40))
	}
	began := time.Now()
	status, reply, err := post(t.Context(), outside{http.DefaultClient}, f.url+"/v1/batch/completions", key, `{"async":true,"requests":[`+strings.Join(requests, ",")+`]}`)
	var made struct{ ID, Status string }
	if err != nil || status != http.StatusAccepted || json.Unmarshal(reply, &made) != nil || made.Status != "queued" {
		t.Fatalf("got %d %s, %v, want a batch that is queued", status, reply, err)
	}
	fmt.Fprintf(t.Output(), "ms until it was accepted: %d\n", time.Since(began).Milliseconds())
	return made.ID
}

// answered is what is read of a batch.
type answered struct {
	Status string
	Counts struct{ Total, Completed, Failed int } `json:"request_counts"`
	Data   []struct {
		Index    int
		Response *struct{ ID string }
		Error    *struct{ Message, Code string }
	}
}

// wait asks for a batch until it is done. Whoever is asked may be killed.
func (f *functions) wait(t *testing.T, key, id string) *answered {
	t.Helper()
	began := time.Now()
	for time.Since(began) < 5*time.Minute {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+"/v1/batch/completions/"+id, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		a := &answered{}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			err = json.NewDecoder(answer.Body).Decode(a)
			answer.Body.Close()
			if err == nil && a.Status == "completed" {
				fmt.Fprintf(t.Output(), "ms until all was answered: %d\n", time.Since(began).Milliseconds())
				return a
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatal("the batch is not done after 5 minutes")
	return nil
}

// twice delivers one message in ten twice, while the first of it may be at work.
type twice struct {
	emulator.Messages
	begun chan struct{} // closed by the first message

	once        sync.Once
	mu          sync.Mutex
	rng         *rand.Rand
	again       []queue.Message
	all, copies int
}

// Receive implements emulator.Messages.
func (w *twice) Receive(ctx context.Context, most int) ([]queue.Message, error) {
	w.mu.Lock()
	got := w.again[:min(most, len(w.again))]
	w.again = w.again[len(got):]
	w.mu.Unlock()
	if len(got) > 0 {
		return got, nil
	}
	got, err := w.Messages.Receive(ctx, most)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range got {
		w.once.Do(func() { close(w.begun) })
		w.all++
		if w.rng.IntN(10) == 0 {
			w.again = append(w.again, m)
			w.all, w.copies = w.all+1, w.copies+1
		}
	}
	return got, err
}

// lines holds the spend log against the upstream's, and returns what was billed.
// Each call of the upstream's has a row of its own: at what was billed when its
// worker lived to be told, else at no less. A row without a call is that of a
// worker that was killed before it.
func (f *findings) lines(bills []bill, rows []row) (billed int64) {
	of, by := attempts(rows), map[string][]bill{}
	for _, one := range bills {
		by[one.ID] = append(by[one.ID], one)
		billed += one.Pico
		if of[one.ID] == nil {
			of[one.ID] = []attempt{}
		}
	}
	f.billed, f.requests = len(bills), len(of)
	for id, tries := range of {
		left := append([]attempt(nil), tries...)
		take := func(fits func(attempt) bool) bool {
			for i, a := range left {
				if fits(a) {
					left = append(left[:i], left[i+1:]...)
					return true
				}
			}
			return false
		}
		var rest []bill
		for _, one := range by[id] {
			if !one.Told || !take(func(a attempt) bool { return a.state == "POSTED" && a.cost == one.Pico }) {
				rest = append(rest, one)
			}
		}
		for _, one := range rest {
			if !take(func(a attempt) bool { return (a.state != "POSTED" || !one.Told) && a.cost >= one.Pico }) {
				f.say(&f.lost, "%s: no row for %+v among %+v", id, one, tries)
			}
		}
		for _, a := range left {
			if a.state == "POSTED" {
				f.say(&f.doubled, "%s: a row %+v, and no bill among %+v", id, a, by[id])
			}
		}
	}
	return billed
}

// results holds that there is one for each line, its own.
func (f *findings) results(a *answered, lines int) (answers int) {
	if len(a.Data) != lines || a.Counts.Total != lines || a.Counts.Completed+a.Counts.Failed != lines {
		f.say(&f.lost, "got %d results and counts %+v, want %d", len(a.Data), a.Counts, lines)
		return 0
	}
	for n, one := range a.Data {
		switch {
		case one.Index != n || (one.Response == nil) == (one.Error == nil):
			f.say(&f.unequal, "result %d is %+v", n, one)
		case one.Response != nil && one.Response.ID != fmt.Sprintf("chatcmpl-line-%d", n):
			f.say(&f.unequal, "line %d has the answer %s", n, one.Response.ID)
		case one.Error != nil && modelOf(n) == "tardy", one.Response != nil && modelOf(n) == "nobody":
			f.say(&f.unequal, "line %d: got %+v, %+v", n, one.Response, one.Error)
		case one.Response != nil:
			answers++
		}
	}
	if answers != a.Counts.Completed {
		f.say(&f.unequal, "got %d answers, and counts %+v", answers, a.Counts)
	}
	return answers
}

// recovered is the spend log after others have ended what the killed began.
func recovered(t *testing.T, kept *dynamo.Store, c aws.Config, began time.Time) []row {
	t.Helper()
	later := func() time.Time { return time.Now().Add(time.Hour) }
	s := dynamo.New(c, tableName, dynamo.Options{Now: later})
	books := &ledger.Ledger{Store: s, Now: later}
	if _, err := books.Sweep(t.Context(), began); err != nil {
		t.Fatal(err)
	}
	days := []time.Time{began}
	if now := time.Now(); now.UTC().Day() != began.UTC().Day() {
		days = append(days, now)
	}
	seen := map[string]bool{}
	for _, r := range rowsOf(t, kept, days...) {
		for _, account := range r.accounts {
			if !seen[account] {
				seen[account] = true
				if err := books.Recover(t.Context(), store.Key{PK: "A#" + account, SK: "#"}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return rowsOf(t, kept, days...)
}

// lost counts the rows whose workers did not live to end them.
func lost(rows []row) (n int) {
	for _, r := range rows {
		if r.state == "LOST" {
			n++
		}
	}
	return n
}

// TestLambdaBatch has the program run the functions, with a table and no queue
// beside it: lines wait in the table.
func TestLambdaBatch(t *testing.T) {
	_, c := startTable(t)
	b, dir := startUpstream(t), t.TempDir()
	for _, fn := range routes.Functions() {
		compile(t, fn, dir)
	}
	p := build(t, b)
	p.env = []string{
		"TABLE_NAME=" + tableName, "AWS_ENDPOINT_URL_DYNAMODB=" + *c.BaseEndpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
	}
	g := p.start(t, "--mode=lambda", "--bootstraps", dir)
	f := &functions{url: g.url}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	const lines = 30
	results := f.wait(t, "sk-master", f.ask(t, "sk-master", lines))
	found := &findings{}
	if answers := found.results(results, lines); answers < lines/2 {
		t.Errorf("got %d answers of %d lines", answers, lines)
	}
	found.fail(t)
	g.end(t, syscall.SIGTERM)
}
