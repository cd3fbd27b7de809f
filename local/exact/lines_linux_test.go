//go:build dynamodb

package exact

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/local/emulator"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/dynamo"
	"github.com/tollgate-llm/tollgate/store/dynamo/dynamotest"
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

// functions are the Lambda functions that batches need, on one machine, in an
// account that moto and DynamoDB Local play.
type functions struct {
	gateway    *emulator.Gateway
	queue      all.Queue
	url        string
	bootstraps map[string]string // the programs' paths
}

func newFunctions(t *testing.T, b *books, table, account string) *functions {
	t.Helper()
	dir := t.TempDir()
	f := &functions{bootstraps: map[string]string{}}
	var some []routes.Function
	for _, fn := range routes.Functions() {
		if fn.Name != "chat" && fn.Name != "batch" && fn.Name != "admin" {
			continue
		}
		f.bootstraps[fn.Name] = compile(t, fn, dir)
		if fn.Name == "batch" {
			fn.TimeoutSeconds = workerSeconds
		}
		some = append(some, fn)
	}
	var theirs []routes.Route
	for _, r := range routes.All() {
		if f.bootstraps[r.Function] != "" {
			theirs = append(theirs, r)
		}
	}
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL_SQS": account, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, v)
	}
	url := makeQueue(t, account)
	var err error
	if f.queue, err = all.OpenQueue(url, nil); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	f.gateway, err = emulator.New(emulator.Options{
		Routes: theirs, Functions: some, Bootstraps: f.bootstraps, Log: log,
		Env: []string{
			"CONFIG_FILE_PATH=" + configure(t, b), "TABLE_NAME=" + tableName, "QUEUE_URL_BATCH=" + url,
			"AWS_ENDPOINT_URL_DYNAMODB=" + table, "AWS_ENDPOINT_URL_SQS=" + account, "AWS_REGION=us-east-1",
			"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(f.gateway)
	f.url = server.URL
	t.Cleanup(func() {
		if err := f.gateway.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
		if t.Failed() {
			t.Logf("%s", log.Bytes()[max(0, log.Len()-20_000):])
		}
	})
	return f
}

// compile compiles a function for this machine, as NAME/bootstrap in a folder.
func compile(t *testing.T, fn routes.Function, dir string) (path string) {
	t.Helper()
	path = filepath.Join(dir, fn.Name, "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", path, "../../"+fn.Dir).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", fn.Name, err, out)
	}
	return path
}

// startMoto starts moto, which plays AWS, until the test ends.
func startMoto(t *testing.T) string {
	t.Helper()
	program := programOf(t, "MOTO")
	address := dynamotest.FreeAddress(t)
	host, port, _ := strings.Cut(address, ":")
	run := exec.CommandContext(t.Context(), program, "-H", host, "-p", port)
	if err := run.Start(); err != nil {
		t.Fatalf("start moto: %v", err)
	}
	t.Cleanup(func() { _ = run.Wait() }) // killed by the end of the test's context
	url := "http://" + address
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get(url + "/moto-api/")
		if err == nil {
			answer.Body.Close()
			return url
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto does not answer: %v", err)
		}
	}
}

// makeQueue makes the queue. Its messages are not put aside here, however often
// they came.
func makeQueue(t *testing.T, account string) (url string) {
	t.Helper()
	body := fmt.Sprintf(`{"QueueName":"batch","Attributes":{"VisibilityTimeout":"%d"}}`, hiddenSeconds)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, account, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS.CreateQueue")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var made struct {
		QueueURL string `json:"QueueUrl"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || made.QueueURL == "" {
		t.Fatalf("make a queue: got %d, %v", answer.StatusCode, err)
	}
	return made.QueueURL
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
