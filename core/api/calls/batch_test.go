package calls_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// TestBatch: answers stand where their requests stood, whoever is ready first,
// and one that fails stops no other.
func TestBatch(t *testing.T) {
	var mu sync.Mutex
	running, most := 0, 0
	ids := map[string]bool{}
	h := &calls.Handler{Serve: func(_ context.Context, call *llm.Call) (*llm.Reply, error) {
		mu.Lock()
		running++
		most = max(most, running)
		ids[call.Record.RequestID] = true
		mu.Unlock()
		v, _ := call.Body.Raw("messages")
		wait, said := time.Millisecond, strings.Trim(string(v), `[]"`)
		if said == "first" {
			wait = 50 * time.Millisecond
		}
		time.Sleep(wait)
		mu.Lock()
		running--
		mu.Unlock()
		if said == "panics" {
			panic("at the vendor's")
		}
		if said == "bad" {
			return nil, &llm.Error{Class: llm.RateLimitError, Message: "slow down"}
		}
		return &llm.Reply{Body: raw.Object{}.WithText("said", said+" by "+call.Model)}, nil
	}}
	got := answered(t, h, `{"model":"shared","max_concurrent_requests":2,"requests":[{"messages":["first"]},{"messages":["bad"]},{"model":"own","messages":["third"]},{"messages":["x"],"stream":true},{"n":1},{"messages":["panics"]}]}`)
	want := `{"object":"list","data":[` +
		`{"index":0,"response":{"said":"first by shared"}},` +
		`{"index":1,"error":{"message":"RateLimitError: slow down","type":"throttling_error","param":null,"code":"429"}},` +
		`{"index":2,"response":{"said":"third by own"}},` +
		`{"index":3,"error":{"message":"BadRequestError: a request of a batch cannot be streamed","type":"invalid_request_error","param":"stream","code":"400"}},` +
		`{"index":4,"error":{"message":"BadRequestError: messages is required","type":"invalid_request_error","param":"messages","code":"400"}},` +
		`{"index":5,"error":{"message":"InternalServerError: the gateway failed","type":"internal_server_error","param":null,"code":"500"}}]}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if most > 2 || len(ids) != 4 {
		t.Errorf("got %d at a time and ids %v, want 2 at most and an id each", most, ids)
	}
}

// TestBatchRefused: a batch that is none is refused whole.
func TestBatchRefused(t *testing.T) {
	h := &calls.Handler{Serve: func(context.Context, *llm.Call) (*llm.Reply, error) {
		t.Error("a request was served")
		return nil, nil
	}}
	for body, says := range map[string]string{
		`{}`:               "requests must be an array",
		`{"requests":{}}`:  "requests must be an array",
		`{"requests":[1]}`: "not a JSON object",
		`{"requests":[]}`:  "1 to 50000",
		`{"requests":[{}],"max_concurrent_requests":0}`:          "1 to 100",
		`{"requests":[{}],"max_concurrent_requests":"all"}`:      "1 to 100",
		`{"requests":[` + strings.Repeat(`{},`, 50_000) + `{}]}`: "1 to 50000",
		`{"requests":[` + strings.Repeat(`{},`, 100) + `{}]}`:    "more than 100 requests, and those with async, need a queue: there is none",
		`{"requests":[{}],"async":true}`:                         "need a queue",
		`{"requests":[{}],"async":"yes"}`:                        "async must be true or false",
	} {
		got := answered(t, h, body)
		var e struct{ Error struct{ Message string } }
		if err := json.Unmarshal([]byte(got), &e); err != nil || !strings.Contains(e.Error.Message, says) {
			t.Errorf("%.60s: got %s, want %s", body, got, says)
		}
	}
}

// answered posts a body to a gateway without a queue, and returns the answer.
func answered(t *testing.T, h *calls.Handler, body string) string {
	t.Helper()
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	w := httptest.NewRecorder()
	edge.Handle("POST /x", func(w *web.Writer, r *http.Request) error {
		return (&calls.Later{Calls: h, Missing: "there is none"}).Batch(w, r, nil)
	}).ServeHTTP(w, httptest.NewRequest("POST", "/x", strings.NewReader(body)))
	return w.Body.String()
}
