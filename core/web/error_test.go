package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// TestErrorBody: every class has OpenAI's body, with the status as a text.
func TestErrorBody(t *testing.T) {
	for c := llm.APIError; c <= llm.UnsupportedParamsError; c++ {
		t.Run(c.Error(), func(t *testing.T) {
			e := newEdge()
			w := e.serve(failing(&llm.Error{Class: c, Message: "went <wrong>", Provider: "acme", Param: "tools", Err: errors.New("cause")}))
			if w.Code != c.Status() || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("got %d %s, want %d application/json", w.Code, w.Header().Get("Content-Type"), c.Status())
			}
			want := map[string]any{
				"message": c.Error() + ": acme - went <wrong>", "type": c.Type(), "param": "tools", "code": fmt.Sprint(c.Status()),
			}
			same(t, w.Body.Bytes(), map[string]any{"error": want})
			if line := e.line(t); line["class"] != c.Error() || line["status"] != float64(c.Status()) {
				t.Errorf("log: got class %v and status %v, want %s and %d", line["class"], line["status"], c, c.Status())
			}
		})
	}
}

// TestErrorDetails are the parts of the body that may be missing.
func TestErrorDetails(t *testing.T) {
	for _, c := range []struct {
		name                 string
		err                  error
		message, kind, param string
		status               int
	}{
		{"no param is null", &llm.Error{Class: llm.BadRequestError, Message: "m"}, "BadRequestError: m", "invalid_request_error", "", 400},
		{"the provider's own type", &llm.Error{Class: llm.RateLimitError, Message: "m", Type: "tokens"}, "RateLimitError: m", "tokens", "", 429},
		{"wrapped", fmt.Errorf("serve: %w", &llm.Error{Class: llm.NotFoundError, Message: "m", Param: "model"}), "NotFoundError: m", "not_found_error", "model", 404},
		{"of no class", errors.New("dial tcp 10.0.0.1: secret"), "InternalServerError: the gateway failed", "internal_server_error", "", 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newEdge().serve(failing(c.err))
			var param any
			if c.param != "" {
				param = c.param
			}
			if w.Code != c.status {
				t.Errorf("got %d, want %d", w.Code, c.status)
			}
			same(t, w.Body.Bytes(), map[string]any{"error": map[string]any{
				"message": c.message, "type": c.kind, "param": param, "code": fmt.Sprint(c.status),
			}})
		})
	}
}

func same(t *testing.T, body []byte, want any) {
	t.Helper()
	var got any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

// TestRetryAfter: whole seconds, never earlier than was asked for.
func TestRetryAfter(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "", time.Nanosecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", 20 * time.Second: "20", 61001 * time.Millisecond: "62",
	} {
		w := newEdge().serve(failing(&llm.Error{Class: llm.RateLimitError, RetryAfter: d}))
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

// TestPanic: it becomes a 500 that shows nothing of it, and is logged once.
func TestPanic(t *testing.T) {
	e := newEdge()
	w := e.serve(func(*web.Writer, *http.Request) error { panic("the vault is open") })
	if w.Code != 500 || strings.Contains(w.Body.String(), "vault") || !strings.Contains(w.Body.String(), `"code":"500"`) {
		t.Errorf("got %d %s, want a 500 without the reason", w.Code, w.Body)
	}
	if line := e.line(t); line["status"] != 500.0 || !strings.Contains(line["error"].(string), "vault") || !strings.Contains(line["error"].(string), "error_test.go") {
		t.Errorf("log: got %v, want the reason and where it happened", line)
	}
}

// TestPanicInStream: the caller has the status already and gets an event.
func TestPanicInStream(t *testing.T) {
	e := newEdge()
	w := e.serve(replying(true, stream(func(yield func(llm.Event, error) bool) {
		yield(llm.Event{Data: []byte(`{"a":1}`)}, nil)
		panic("the vault is open")
	})))
	first, last, _ := strings.Cut(w.Body.String(), "\n\n")
	if w.Code != 200 || first != `data: {"a":1}` || !strings.HasPrefix(last, `data: {"error":{"message":"InternalServerError: the gateway failed"`) {
		t.Errorf("got %d %q, want the event and then the error", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "vault") || strings.Contains(w.Body.String(), "[DONE]") {
		t.Errorf("got %q, want neither the reason nor an end", w.Body)
	}
	if line := e.line(t); line["class"] != "InternalServerError" || !strings.Contains(line["error"].(string), "vault") {
		t.Errorf("log: got %v, want the reason", line)
	}
}

// TestPanicAfterReply: a client must not take what it has for whole when the
// server knows better.
func TestPanicAfterReply(t *testing.T) {
	e := newEdge()
	srv := httptest.NewServer(e.Handle("POST /x", func(w *web.Writer, _ *http.Request) error {
		if err := w.JSON(http.StatusOK, []byte(`{"a":1}`)); err != nil {
			return err
		}
		panic("late")
	}))
	defer srv.Close()
	client := srv.Client()
	defer client.CloseIdleConnections()
	res, err := client.Post(srv.URL, "application/json", strings.NewReader("{}"))
	if err == nil {
		res.Body.Close()
		t.Errorf("got %d, want the connection broken", res.StatusCode)
	}
	if line := e.line(t); !strings.Contains(line["error"].(string), "late") {
		t.Errorf("log: got %v, want the reason", line)
	}
}

func TestNotFound(t *testing.T) {
	for _, c := range []struct {
		allowed []string
		status  int
		allow   string
	}{
		{nil, 404, ""},
		{[]string{"GET"}, 405, "GET"},
		{[]string{"GET", "POST"}, 405, "GET, POST"},
	} {
		e := newEdge()
		w := httptest.NewRecorder()
		h := e.NotFound(func(*http.Request) []string { return c.allowed })
		h.ServeHTTP(w, httptest.NewRequest("DELETE", "/v1/nothing?key=sk-1", nil))
		if w.Code != c.status || w.Header().Get("Allow") != c.allow {
			t.Errorf("got %d, Allow %q, want %d, %q", w.Code, w.Header().Get("Allow"), c.status, c.allow)
		}
		if !strings.Contains(w.Body.String(), fmt.Sprintf(`"code":"%d"`, c.status)) || strings.Contains(w.Body.String(), "sk-1") {
			t.Errorf("got %s, want the error's shape and no query", w.Body)
		}
		if line := e.line(t); line["route"] != "unknown" {
			t.Errorf("log: got route %v, want unknown", line["route"])
		}
	}
}
