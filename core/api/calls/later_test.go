package calls_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/calls"
	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// office keeps batches, whose lines are run when told to.
type office struct {
	*calls.Later
	kept  *memory.Store
	queue *queue.Stored
	edge  *web.Edge
}

func newOffice() *office {
	now := func() time.Time { return time.Unix(1795262400, 0) }
	kept := memory.New(now)
	o := &office{kept: kept, queue: &queue.Stored{Store: kept, Name: "q", Now: now, Visibility: time.Hour, MaxReceives: 5}}
	o.edge = &web.Edge{Log: slog.New(slog.DiscardHandler), Now: now, NewID: func() string { return "id" }}
	h := &calls.Handler{Serve: func(_ context.Context, call *llm.Call) (*llm.Reply, error) {
		if call.Model == "bad" {
			return nil, &llm.Error{Class: llm.BadRequestError, Message: "no", Provider: "openai"}
		}
		v, _ := call.Body.Raw("messages")
		return &llm.Reply{Body: raw.Object{}.WithRaw("said", v).WithText("by", call.Caller.KeyHash).WithText("for", call.Options.EndUser)}, nil
	}}
	o.Later = &calls.Later{
		Calls: h, Now: now, Log: func(context.Context, *llm.Record) {},
		Asker: func(_ *http.Request, c *llm.Caller) (json.RawMessage, error) { return json.Marshal(c.KeyHash) },
		Caller: func(_ context.Context, who json.RawMessage) (*llm.Caller, error) {
			var hash string
			err := json.Unmarshal(who, &hash)
			return &llm.Caller{KeyHash: hash}, err
		},
	}
	o.Batches = &batch.Batches{
		Store: kept, Queue: o.queue, Now: now, Sleep: func(context.Context, time.Duration) error { return nil }, Keep: batch.Lifetime,
		Run: o.Run, Tell: web.Detail,
	}
	return o
}

// do asks one of the handlers, as the holder of the key of a hash.
func (o *office) do(t *testing.T, hash, id, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", "/x", strings.NewReader(body))
	for _, h := range headers {
		name, v, _ := strings.Cut(h, ": ")
		r.Header.Set(name, v)
	}
	r.SetPathValue("id", id)
	w := httptest.NewRecorder()
	o.edge.Handle("POST /x", func(w *web.Writer, r *http.Request) error {
		if body != "" {
			return o.Batch(w, r, &llm.Caller{KeyHash: hash})
		}
		return o.Retrieve(w, r, &llm.Caller{KeyHash: hash})
	}).ServeHTTP(w, r)
	return w
}

func (o *office) work(t *testing.T) {
	t.Helper()
	m, err := o.queue.Receive(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	if again, why := o.Batches.Work(t.Context(), m); len(again) > 0 {
		t.Fatalf("got %q again: %v", again, why)
	}
}

// TestLaterKeepsNoKeys: what a caller would bring of secrets is refused, because
// it would be kept.
func TestLaterKeepsNoKeys(t *testing.T) {
	for _, body := range []string{
		`{"async":true,"api_key":"sk-planted","requests":[{"model":"m","messages":[]}]}`,
		`{"async":true,"requests":[{"model":"m","messages":[]},{"model":"m","messages":[],"extra_headers":{"X-Key":"sk-planted"}}]}`,
	} {
		rec := newOffice().do(t, "mine", "", body)
		if rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), "would be kept") || strings.Contains(rec.Body.String(), "sk-planted") {
			t.Errorf("%s: got %d %s, want it refused", body, rec.Code, rec.Body)
		}
	}
}

// TestLater: a batch that nobody waits for, from its first reply to its last.
func TestLater(t *testing.T) {
	o := newOffice()
	w := o.do(t, "mine", "", `{"async":true,"model":"m","requests":[{"messages":["<a>"]},{"messages":[],"model":"bad"}]}`, "X-Litellm-Customer-Id: dora")
	var made struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	is := func(status string, at, good, bad int) string {
		completed := "null"
		if at > 0 {
			completed = fmt.Sprint(at)
		}
		return fmt.Sprintf(`{"id":"%s","object":"batch","endpoint":"/v1/chat/completions","completion_window":"24h","status":"%s","created_at":1795262400,"expires_at":1795348800,`+
			`"completed_at":%s,"expired_at":null,"request_counts":{"total":2,"completed":%d,"failed":%d}`, made.ID, status, completed, good, bad)
	}
	if want := is("queued", 0, 0, 0) + "}"; w.Code != http.StatusAccepted || w.Body.String() != want {
		t.Errorf("got %d %s, want 202 %s", w.Code, w.Body, want)
	}
	if w := o.do(t, "mine", made.ID, ""); w.Code != http.StatusOK || w.Body.String() != is("queued", 0, 0, 0)+"}" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	o.work(t)
	want := is("completed", 1795262400, 1, 1) + `,"data":[{"index":0,"response":{"said":["\u003ca\u003e"],"by":"mine","for":"dora"}},` +
		`{"index":1,"error":{"message":"BadRequestError: openai - no","type":"invalid_request_error","param":null,"code":"400"}}]}`
	if w := o.do(t, "mine", made.ID, ""); w.Code != http.StatusOK || w.Body.String() != want || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s, want\n%s", w.Code, w.Body, want)
	}
	for _, tc := range []struct{ hash, id string }{{"yours", made.ID}, {"", made.ID}, {"mine", "batch_1"}} {
		if w := o.do(t, tc.hash, tc.id, ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Batch with id '"+tc.id+"' not found.") {
			t.Errorf("%+v: got %d %s, want 404", tc, w.Code, w.Body)
		}
	}
}

// TestManyAreLater: more than a hundred are not waited for.
func TestManyAreLater(t *testing.T) {
	o := newOffice()
	for n, status := range map[int]int{100: http.StatusOK, 101: http.StatusAccepted} {
		body := `{"requests":[` + strings.Repeat(`{"messages":[]},`, n-1) + `{"messages":[]}]}`
		if w := o.do(t, "mine", "", body); w.Code != status {
			t.Errorf("%d requests: got %d, want %d", n, w.Code, status)
		}
	}
}

// TestBrokenResults: results that cannot all be read are no whole reply.
func TestBrokenResults(t *testing.T) {
	o := newOffice()
	body := `{"async":true,"requests":[` + strings.Repeat(`{"messages":["x"]},`, 129) + `{"messages":["x"]}]}`
	var made struct{ ID string }
	if err := json.Unmarshal(o.do(t, "mine", "", body).Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	o.work(t)
	if w := o.do(t, "mine", made.ID, ""); w.Code != http.StatusOK || !json.Valid(w.Body.Bytes()) {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	page, err := o.kept.Query(t.Context(), store.Query{PK: "BR#" + made.ID + "#1"})
	if err != nil || len(page.Items) == 0 {
		t.Fatalf("got %v, %v, want results of the second hundred", page, err)
	}
	if _, err := o.kept.Write(t.Context(), store.Write{Key: page.Items[0].Key, Delete: true}); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if p := recover(); !errors.Is(p.(error), http.ErrAbortHandler) {
			t.Errorf("got %v, want the connection broken", p)
		}
	}()
	w := o.do(t, "mine", made.ID, "")
	t.Errorf("got a reply that is whole, of %d bytes", w.Body.Len())
}
