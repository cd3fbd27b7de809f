package responses_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// serve answers the routes; the caller's key is in the header Owner.
func serve(t *testing.T, store responses.Store) *httptest.Server {
	t.Helper()
	h := &responses.Handler{Store: store, Forget: func(_ context.Context, deployment, _ string, _ *llm.Record) error {
		if deployment == "down" {
			return &llm.Error{Class: llm.ServiceUnavailableError, Message: "down"}
		}
		return nil
	}}
	edge := &web.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "id" }}
	mux := http.NewServeMux()
	for pattern, handle := range map[string]func(*web.Writer, *http.Request, *llm.Caller) error{
		"GET /v1/responses/{id}": h.Retrieve, "DELETE /v1/responses/{id}": h.Delete,
		"POST /v1/responses/{id}/cancel": h.Cancel, "GET /v1/responses/{id}/input_items": h.InputItems,
	} {
		mux.Handle(pattern, edge.Handle(pattern, func(w *web.Writer, r *http.Request) error {
			return handle(w, r, &llm.Caller{KeyHash: r.Header.Get("Owner")})
		}))
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func fetch(t *testing.T, s *httptest.Server, owner, route string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(route, " ")
	r, err := http.NewRequest(method, s.URL+"/v1/responses/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Owner", owner)
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

const stored = `{"id":"resp_1","object":"response","output":[]}`

func full(t *testing.T) responses.Store {
	t.Helper()
	m := &responses.Kept{Store: memory.New(time.Now), Now: time.Now}
	input := []json.RawMessage{
		json.RawMessage(`{"role":"user","content":"a"}`),
		json.RawMessage(`{"role":"assistant","content":"b"}`),
		json.RawMessage(`{"type":"reasoning","id":"rs_7","summary":[]}`),
		json.RawMessage(`{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}`),
		json.RawMessage(`{"type":"function_call_output","call_id":"c","output":"<1>"}`),
		json.RawMessage(`{"type":"message","role":"user","content":[{"type":"input_text","text":"d"}],"id":"msg_own","status":"incomplete"}`),
	}
	if err := m.Put(t.Context(), responses.Stored{ID: "resp_1", Owner: "me", Input: input, Response: json.RawMessage(stored)}); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestRoutes: what each route says, and that another's response is not there.
func TestRoutes(t *testing.T) {
	for _, c := range []struct {
		route  string
		status int
		says   string
	}{
		{"GET resp_1", 200, stored},
		{"GET resp_1?stream=true", 400, `"param":"stream"`},
		{"POST resp_1/cancel", 400, "Only background responses can be cancelled."},
		{"GET resp_1/input_items?limit=0", 400, `"param":"limit"`},
		{"GET resp_1/input_items?limit=101", 400, `"param":"limit"`},
		{"GET resp_1/input_items?limit=x", 400, `"param":"limit"`},
		{"GET resp_1/input_items?order=up", 400, `"param":"order"`},
		{"GET resp_1/input_items?after=msg_none", 400, `"param":"after"`},
		{"DELETE resp_1", 200, `{"id":"resp_1","object":"response","deleted":true}`},
		{"GET resp_2", 404, "Response with id 'resp_2' not found."},
		{"DELETE resp_2", 404, "not found"},
		{"POST resp_2/cancel", 404, "not found"},
		{"GET resp_2/input_items", 404, "not found"},
	} {
		s := serve(t, full(t))
		if status, body := fetch(t, s, "me", c.route); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: got %d %s, want %d %s", c.route, status, body, c.status, c.says)
		}
		if !strings.Contains(c.route, "?") {
			if status, body := fetch(t, s, "you", c.route); status != 404 || !strings.Contains(body, "not found") {
				t.Errorf("%s of another: got %d %s, want 404", c.route, status, body)
			}
		}
	}
	s := serve(t, full(t))
	fetch(t, s, "me", "DELETE resp_1")
	if status, _ := fetch(t, s, "me", "GET resp_1"); status != 404 {
		t.Errorf("after DELETE: got %d, want 404", status)
	}
}

// TestDeleteAtProvider: one that its provider cannot delete now stays, to be
// deleted again.
func TestDeleteAtProvider(t *testing.T) {
	m := full(t)
	if err := m.Put(t.Context(), responses.Stored{ID: "resp_3", Owner: "me", Deployment: "down", Response: json.RawMessage(stored)}); err != nil {
		t.Fatal(err)
	}
	s := serve(t, m)
	if status, body := fetch(t, s, "me", "DELETE resp_3"); status != 503 {
		t.Errorf("got %d %s, want 503", status, body)
	}
	if status, _ := fetch(t, s, "me", "GET resp_3"); status != 200 {
		t.Errorf("after it: got %d, want it kept", status)
	}
}

// TestInputItems: items in order, page by page, with all that they need.
func TestInputItems(t *testing.T) {
	s := serve(t, full(t))
	type page struct {
		Object  string
		Data    []json.RawMessage
		FirstID string `json:"first_id"`
		LastID  string `json:"last_id"`
		HasMore bool   `json:"has_more"`
	}
	read := func(query string) (p page, items string) {
		t.Helper()
		status, body := fetch(t, s, "me", "GET resp_1/input_items"+query)
		if err := json.Unmarshal([]byte(body), &p); err != nil || status != 200 || p.Object != "list" {
			t.Fatalf("%s: got %d %s", query, status, body)
		}
		for _, item := range p.Data {
			items += string(item) + "\n"
		}
		return p, items
	}
	const want = `{"role":"user","content":[{"type":"input_text","text":"a"}],"type":"message","status":"completed","id":"msg_1_i0"}
{"role":"assistant","content":[{"type":"output_text","text":"b","annotations":[],"logprobs":[]}],"type":"message","status":"completed","id":"msg_1_i1"}
{"type":"reasoning","id":"rs_7","summary":[]}
{"type":"function_call","call_id":"c","name":"f","arguments":"{}","status":"completed","id":"fc_1_i3"}
{"type":"function_call_output","call_id":"c","output":"\u003c1\u003e","status":"completed","id":"fco_1_i4"}
{"type":"message","role":"user","content":[{"type":"input_text","text":"d"}],"id":"msg_own","status":"incomplete"}
`
	if p, items := read("?order=asc"); items != want || p.FirstID != "msg_1_i0" || p.LastID != "msg_own" || p.HasMore {
		t.Errorf("got %+v and\n%s\nwant\n%s", p, items, want)
	}
	var ids []string
	for after := ""; ; {
		p, _ := read("?limit=4" + after)
		ids = append(ids, p.FirstID, p.LastID)
		if !p.HasMore {
			break
		}
		after = "&after=" + p.LastID
	}
	if got, want := strings.Join(ids, " "), "msg_own rs_7 msg_1_i1 msg_1_i0"; got != want {
		t.Errorf("pages: got %s, want %s", got, want)
	}
	if p, _ := read("?after=msg_1_i0"); len(p.Data) != 0 || p.HasMore || p.FirstID != "" {
		t.Errorf("after the last: got %+v, want nothing", p)
	}
}
