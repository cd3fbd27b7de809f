package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/local/report/cost"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestScenes: no function is left out, and none is asked that there is not.
func TestScenes(t *testing.T) {
	left := map[string]bool{}
	for _, f := range routes.Functions() {
		left[f.Name] = true
	}
	asked := map[string]bool{}
	for _, s := range scenes() {
		if !left[s.function] && !asked[s.function] {
			t.Errorf("there is no function %s", s.function)
		}
		asked[s.function] = true
		delete(left, s.function)
	}
	for name := range left {
		t.Errorf("function %s is not asked for anything", name)
	}
}

// TestCount: units are taken from what the table answers, and a function's
// request reaches it but for asking for them.
func TestCount(t *testing.T) {
	var got string
	answer := ""
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = string(b)
		_, _ = io.WriteString(w, answer)
	}))
	defer table.Close()
	d := &dynamo{url: table.URL, client: *table.Client()}
	for _, tc := range []struct {
		operation, answer string
		want              cost.Units
	}{
		{"GetItem", `{"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}}`, cost.Units{Calls: 1, Read: 0.5}},
		{"Query", `{"ConsumedCapacity":{"CapacityUnits":2}}`, cost.Units{Calls: 1, Read: 2}},
		{"BatchGetItem", `{"ConsumedCapacity":[{"CapacityUnits":1},{"CapacityUnits":1.5}]}`, cost.Units{Calls: 1, Read: 2.5}},
		{"UpdateItem", `{"ConsumedCapacity":{"CapacityUnits":3}}`, cost.Units{Calls: 1, Write: 3}},
		{"TransactWriteItems", `{"ConsumedCapacity":[{"CapacityUnits":4}]}`, cost.Units{Calls: 1, Write: 4}},
		{"PutItem", `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}`, cost.Units{Calls: 1, Refused: 1}},
		{"TransactWriteItems", `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException"}`, cost.Units{Calls: 1, Refused: 1}},
		{"GetItem", `not JSON`, cost.Units{Calls: 1}},
	} {
		answer = tc.answer
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"TableName":"t","ReturnConsumedCapacity":"NONE"}`))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+tc.operation)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if taken := d.take(); taken != tc.want {
			t.Errorf("%s %s: got %+v, want %+v", tc.operation, tc.answer, taken, tc.want)
		}
		if w.Body.String() != tc.answer || got != `{"ReturnConsumedCapacity":"TOTAL","TableName":"t"}` {
			t.Errorf("%s: got the request %s and the answer %s", tc.operation, got, w.Body)
		}
	}
	d.client.CloseIdleConnections()
	if taken := d.take(); taken != (cost.Units{}) {
		t.Errorf("got %+v twice", taken)
	}
}

// measured are figures at their limits.
func measured() []figures {
	return []figures{{
		scene: scene{name: "a chat, by a key with a budget", function: "chat"}, memoryMB: 256, zip: mostZip, start: mostStart, init: 5 * time.Millisecond, first: 10 * time.Millisecond,
		warm: 2 * time.Millisecond, table: cost.Units{Calls: 5, Read: 1, Write: 5}, paused: cost.Units{Calls: 7, Read: 2.5, Write: 5}, swept: 2.4, logged: 400, resident: mostResident,
	}, {scene: scene{name: "a minute", function: "schedule"}, memoryMB: 512}}
}

func TestOver(t *testing.T) {
	if err := over(measured()); err != nil {
		t.Errorf("at the limits: got %v", err)
	}
	for want, change := range map[string]func(*figures){
		"the zip of chat":       func(f *figures) { f.zip++ },
		"chat took 60.000001ms": func(f *figures) { f.start++ },
		"in memory":             func(f *figures) { f.resident++ },
	} {
		all := measured()
		change(&all[0])
		if err := over(all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestPrint: 2 ms of work are 14 ms at 256 MB, and 7 calls are taken to last
// 35 ms: 549 ms x 0.25 GB = 137,250 GB-s = 1.830; requests 0.20; 5 writes 3.125;
// 2.5 reads and 2.4 of the sweep 0.6125; 750 bytes of log 0.375; traces 0.25: 6.39, and 3.50 more by a
// REST API.
func TestPrint(t *testing.T) {
	prices, err := cost.Prices()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.template.json"), []byte(`{"Resources":{"Secret":{"Type":"AWS::SecretsManager::Secret"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := &report{out: &out, prices: prices, figures: measured()}
	r.functions()
	r.requests()
	if err := r.months(dir); err != nil {
		t.Fatal(err)
	}
	r.list()
	words := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"chat a chat, by a key with a budget 8.00 60.0 256 5.0 34.6 10.0 69.1 2.0 13.8 64.0",
		"chat a chat, by a key with a budget 5.0 1.00 5.0 0.0 7.0 2.50 5.0 0.0 2.40 400",
		"short chat 0.5 256 9.89 6.39 1.83 10.3 15.9",
		"0.1 0.99 0.64 2.49 2.14 7.49 7.14 101.40",
		"Nobody asks s.template.json",
		"sum 0.40",
		"Prices in us-east-1, read on",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("got %s, want %q", &out, want)
		}
	}
	if err := r.months(t.TempDir()); err == nil {
		t.Error("got no error where there is no template")
	}
}

// TestLetters: a message that was sent is taken once.
func TestLetters(t *testing.T) {
	l := &letters{}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"Entries":[{"Id":"0","MessageBody":"a"},{"Id":"1","MessageBody":"b"}]}`))
	r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessageBatch")
	w := httptest.NewRecorder()
	l.ServeHTTP(w, r)
	if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != `{"Successful":[{"Id":"0","MessageId":"1"},{"Id":"1","MessageId":"2"}],"Failed":null}` {
		t.Errorf("got %d %s", w.Code, got)
	}
	for _, want := range []string{"a", "b"} {
		d, err := l.next()
		if err != nil {
			t.Fatal(err)
		}
		first, _ := d.Receive(t.Context(), 10)
		second, _ := d.Receive(t.Context(), 10)
		if len(first) != 1 || first[0].Body != want || len(second) != 0 {
			t.Errorf("got %v and %v, want %s once", first, second, want)
		}
	}
	if d, err := l.next(); err == nil {
		t.Errorf("got %v out of an empty queue", d)
	}
}

// TestAccount: functions find their configuration, their secret and the table.
func TestAccount(t *testing.T) {
	said := func(word string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, word) })
	}
	a := &account{table: said("table"), queue: said("queue"), configuration: "configuration"}
	for _, tc := range []struct{ method, target, want string }{
		{http.MethodGet, "", "configuration"},
		{http.MethodPost, "secretsmanager.GetSecretValue", `{"SecretString":"{\"LITELLM_MASTER_KEY\":\"sk-report\",\"UPSTREAM_KEY\":\"sk-upstream\"}","VersionId":"1"}`},
		{http.MethodPost, "AmazonSQS.SendMessageBatch", "queue"},
		{http.MethodPost, "DynamoDB_20120810.GetItem", "table"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), tc.method, "/", nil)
		r.Header.Set("X-Amz-Target", tc.target)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if got := strings.TrimSpace(w.Body.String()); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.method, tc.target, got, tc.want)
		}
	}
}
