package upstream_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vendors are the two ways to ask the upstream.
var vendors = []struct{ name, path, body string }{
	{"openai", "/v1/chat/completions", `{"model":%q,"stream":%s,"messages":[{"role":"user","content":"hi"}]}`},
	{"anthropic", "/v1/messages", `{"model":%q,"stream":%s,"max_tokens":100,"messages":[{"role":"user","content":"hi"}]}`},
}

// got is what a client saw of a reply.
type got struct {
	status int
	header http.Header
	body   string
	err    error // of the request or of reading the body
}

func post(ctx context.Context, t *testing.T, url, body string) got {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer sk-test")
	req.Header.Set("Anthropic-Version", "2023-06-01")
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return got{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	return got{res.StatusCode, res.Header, string(b), err}
}

func fill(format, model string, stream bool) string {
	s := strings.Replace(format, "%q", `"`+model+`"`, 1)
	if stream {
		return strings.Replace(s, "%s", "true", 1)
	}
	return strings.Replace(s, "%s", "false", 1)
}

// count says how often each part occurs in a body.
type count map[string]int

func TestStreams(t *testing.T) {
	srv := upstream.Start(t)
	rst := syscall.ECONNRESET
	cases := []struct {
		model  string
		openai count
		claude count
		err    error // nil: a clean end
	}{
		{"text", count{`"content":"`: 9, "[DONE]": 1, `"finish_reason":"stop"`: 1}, count{"text_delta": 8, "event: message_stop": 1, "end_turn": 1}, nil},
		{"text-3", count{`"content":" charlie"`: 1, `"content":" delta"`: 0}, count{`"text":" charlie"`: 1, `"text":" delta"`: 0}, nil},
		{"overload", count{`"role"`: 1, `"error":{`: 1, "alpha": 0, "[DONE]": 0}, count{"event: message_start": 1, "event: error": 1, "overloaded_error": 1, "alpha": 0}, nil},
		{"overload-late", count{"bravo": 1, "charlie": 0, `"error":{`: 1}, count{"bravo": 1, "charlie": 0, "event: error": 1}, nil},
		{"reset-first", count{`"role"`: 1, "alpha": 0}, count{"event: ping": 1, "alpha": 0}, rst},
		{"reset-late", count{"bravo": 1, "charlie": 0}, count{"bravo": 1, "charlie": 0}, rst},
		{"reset-40", count{"data: ": 1}, count{"event: message_start": 1}, rst},
		{"cut-first", count{"alpha": 0, `"role"`: 1}, count{"alpha": 0, "event: ping": 1}, nil},
		{"cut", count{"bravo": 1, "charlie": 0, "finish_reason\":\"": 0, "[DONE]": 0}, count{"bravo": 1, "charlie": 0, "message_delta": 0}, nil},
		{"cut-last", count{`"finish_reason":"stop"`: 1, "[DONE]": 0}, count{"event: message_delta": 1, "message_stop": 0}, nil},
		{"garbage-late", count{"bravo": 1, "{{{]not json": 1}, count{"bravo": 1, "{{{]not json": 1}, nil},
		{"split", count{"[DONE]": 1}, count{"message_stop": 2}, nil},
		{"crlf", count{"data: [DONE]\r\n\r\n": 1, ": keep-alive\r\n\r\n": 11}, count{": keep-alive\r\n\r\n": 14}, nil},
		{"burst", count{"[DONE]": 1}, count{"message_stop": 2}, nil},
		{"huge-1", count{strings.Repeat("a", 1<<20): 1}, count{strings.Repeat("a", 1<<20): 1}, nil},
	}
	for _, c := range cases {
		for i, v := range vendors {
			t.Run(c.model+"/"+v.name, func(t *testing.T) {
				g := post(t.Context(), t, srv.URL+v.path, fill(v.body, c.model, true))
				if !errors.Is(g.err, c.err) || (c.err == nil) != (g.err == nil) {
					t.Errorf("error: got %v, want %v", g.err, c.err)
				}
				for part, want := range []count{c.openai, c.claude}[i] {
					if n := strings.Count(g.body, part); n != want {
						t.Errorf("%.40q: got %d times, want %d, in\n%.2000s", part, n, want, g.body)
					}
				}
				if ct := g.header.Get("Content-Type"); ct != "text/event-stream; charset=utf-8" {
					t.Errorf("content type: got %q", ct)
				}
			})
		}
	}
}

func TestPlain(t *testing.T) {
	srv := upstream.Start(t)
	cases := []struct {
		model  string
		status int // 0: no status line
		part   string
		kind   string // content type
		broken bool   // the body ends with an error
	}{
		{"text-2", 200, "alpha bravo", "application/json", false},
		{"400-context", 400, "8192 tokens|208310 tokens", "application/json", false},
		{"400-policy", 400, "flagged|Output blocked", "application/json", false},
		{"401", 401, "invalid_api_key|invalid x-api-key", "application/json", false},
		{"403", 403, "does not have", "application/json", false},
		{"404", 404, "model_not_found|not_found_error", "application/json", false},
		{"no-such-model", 404, "no-such-model", "application/json", false},
		{"422", 422, "processed", "application/json", false},
		{"429-7", 429, "ate limit", "application/json", false},
		{"500", 500, "rror", "application/json", false},
		{"503", 503, "overloaded|unavailable", "application/json", false},
		{"529", 529, "verloaded", "application/json", false},
		{"reset", 0, "", "", true},
		{"reset-10", 200, "{", "application/json", true},
		{"reset-late", 200, "{", "application/json", true},
		{"cut", 200, "{", "application/json", false},
		{"garbage", 200, "not json", "application/json", false},
		{"html", 200, "<html>", "text/html; charset=utf-8", false},
		{"html-502", 502, "<html>", "text/html; charset=utf-8", false},
		{"type", 200, "alpha", "text/plain; charset=utf-8", false},
		{"empty", 200, "", "application/json", false},
		{"huge-1", 200, strings.Repeat("a", 1<<20), "application/json", false},
	}
	for _, c := range cases {
		for _, v := range vendors {
			t.Run(c.model+"/"+v.name, func(t *testing.T) {
				g := post(t.Context(), t, srv.URL+v.path, fill(v.body, c.model, false))
				if g.status != c.status || g.header.Get("Content-Type") != c.kind || (g.err != nil) != c.broken {
					t.Errorf("got %d %q, error %v; want %d %q, broken %v", g.status, g.header.Get("Content-Type"), g.err, c.status, c.kind, c.broken)
				}
				found := false
				for part := range strings.SplitSeq(c.part, "|") {
					found = found || strings.Contains(g.body, part)
				}
				if !found {
					t.Errorf("body: got %.300q, want one of %.300q in it", g.body, c.part)
				}
				if want := c.model == "429-7"; want != (g.header.Get("Retry-After") == "7") {
					t.Errorf("Retry-After: got %q", g.header.Get("Retry-After"))
				}
			})
		}
	}
}

func TestOnceFailsOnce(t *testing.T) {
	srv := upstream.Start(t)
	for i, want := range []int{429, 200, 200} {
		g := post(t.Context(), t, srv.URL+vendors[0].path, fill(vendors[0].body, "429-once", false))
		if g.status != want {
			t.Errorf("request %d: got %d, want %d", i, g.status, want)
		}
	}
}

func TestStrictness(t *testing.T) {
	srv := upstream.Start(t)
	cases := []struct{ path, body, want string }{
		{"/v1/chat/completions", `{"model":"text","top_k":1,"messages":[{"role":"user","content":"x"}]}`, "Unrecognized request argument supplied: top_k"},
		{"/v1/chat/completions", `{"model":"lax-2","top_k":1,"messages":[{"role":"user","content":"x"}]}`, "alpha bravo"},
		{"/v1/chat/completions", `{"model":"text"`, "could not parse"},
		{"/v1/nowhere", `{}`, "Invalid URL (POST /v1/nowhere)"},
		{"/openai/deployments/text-2/chat/completions", `{"messages":[{"role":"user","content":"x"}]}`, "alpha bravo"},
		{"/v1/messages", `{"model":"text","messages":[{"role":"user","content":"x"}]}`, "max_tokens: Field required"},
		{"/v1/messages", `{"model":"text","max_tokens":5,"n":2,"messages":[{"role":"user","content":"x"}]}`, "n: Extra inputs are not permitted"},
		{"/v1/messages", `{"model":"text","max_tokens":5,"messages":[{"role":"system","content":"x"}]}`, "Input should be 'user' or 'assistant'"},
		{"/v1/messages", `{"model":"text","max_tokens":5,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]}]}`, "unexpected `tool_use_id`"},
	}
	for _, c := range cases {
		g := post(t.Context(), t, srv.URL+c.path, c.body)
		if !strings.Contains(g.body, c.want) {
			t.Errorf("%s %s: got %s, want %s", c.path, c.body, g.body, c.want)
		}
	}
}

func TestHoldUntilReleased(t *testing.T) {
	srv := upstream.Start(t)
	for _, v := range vendors {
		t.Run(v.name, func(t *testing.T) {
			req, err := http.NewRequest("POST", srv.URL+v.path, strings.NewReader(fill(v.body, "hold-"+v.name, true)))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer sk-test")
			req.Header.Set("Anthropic-Version", "2023-06-01")
			transport := &http.Transport{DisableKeepAlives: true}
			res, err := transport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			lines := bufio.NewScanner(res.Body)
			for lines.Scan() && !strings.Contains(lines.Text(), "alpha") {
			}
			if !strings.Contains(lines.Text(), "alpha") {
				t.Fatal("the first content event did not come before the release")
			}
			srv.Release(v.name)
			var rest bytes.Buffer
			for lines.Scan() {
				rest.WriteString(lines.Text())
			}
			if !strings.Contains(rest.String(), "hotel") {
				t.Errorf("after the release: got %q, want the last word in it", rest.String())
			}
		})
	}
}

// A client that goes away is seen, and when.
func TestClientLeaves(t *testing.T) {
	for _, model := range []string{"never", "hold-x", "pace-1000-20ms", "slow-1h", "endless"} {
		t.Run(model, func(t *testing.T) {
			srv := upstream.Start(t)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan got)
			go func() { done <- post(ctx, t, srv.URL+vendors[0].path, fill(vendors[0].body, model, true)) }()
			limit, stop := context.WithTimeout(t.Context(), 5*time.Second)
			defer stop()
			if _, err := srv.Await(limit, func(e upstream.Exchange) bool { return e.Model == model }); err != nil {
				t.Fatal("the request did not arrive")
			}
			before := time.Now()
			cancel()
			<-done
			e, err := srv.Await(limit, func(e upstream.Exchange) bool { return !e.Left.IsZero() })
			if err != nil {
				t.Fatal("the upstream did not see the client leave")
			}
			if model != "endless" && e.Left.Sub(before) > time.Second {
				t.Errorf("left: got %v after the client went, want under a second", e.Left.Sub(before))
			}
		})
	}
}

// An endless line ends for nobody but the reader: it has to cap it.
func TestEndlessIsEndless(t *testing.T) {
	srv := upstream.Start(t)
	g := post(t.Context(), t, srv.URL+vendors[0].path, fill(vendors[0].body, "endless", true))
	if len(g.body) != 4<<20 || strings.ContainsAny(g.body, "\n") {
		t.Errorf("got %d bytes, want the reader's cap of 4 MB without a line end", len(g.body))
	}
}

func TestRedirectNamesAnotherHost(t *testing.T) {
	srv := upstream.Start(t)
	g := post(t.Context(), t, srv.URL+vendors[0].path, fill(vendors[0].body, "redirect", false))
	if want := "http://localhost:"; g.status != 307 || !strings.HasPrefix(g.header.Get("Location"), want) {
		t.Errorf("got %d to %q, want 307 to %s...", g.status, g.header.Get("Location"), want)
	}
}

func TestAliasAndOtherwise(t *testing.T) {
	srv := upstream.Start(t)
	srv.Alias("gpt-4o", "429-once")
	srv.Otherwise("text-1")
	for _, c := range []struct {
		model string
		want  int
	}{{"gpt-4o", 429}, {"gpt-4o", 200}, {"gpt-3.5-turbo", 200}, {"500", 500}} {
		if g := post(t.Context(), t, srv.URL+vendors[0].path, fill(vendors[0].body, c.model, false)); g.status != c.want {
			t.Errorf("%s: got %d, want %d", c.model, g.status, c.want)
		}
	}
}

func TestControlShowsExactBytes(t *testing.T) {
	srv := upstream.Start(t)
	body := `{ "model":"text",  "messages":[{"role":"user","content":"h\u00e9"}] }`
	post(t.Context(), t, srv.URL+"/some/prefix/v1/chat/completions?a=b", body)
	res := get(t, srv.URL+"/control/requests?model=text")
	var seen []upstream.Exchange
	if err := json.Unmarshal(res, &seen); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || string(seen[0].Body) != body || seen[0].Path != "/some/prefix/v1/chat/completions" || seen[0].Query != "a=b" || seen[0].Header.Get("Authorization") != "Bearer sk-test" || seen[0].Status != 200 {
		t.Errorf("got %+v", seen)
	}
	if log := string(get(t, srv.URL+"/control/log?until=ended")); strings.Contains(log, "sk-test") || !strings.Contains(log, `"ended"`) {
		t.Errorf("log: got %s, want the end and no headers", log)
	}
	srv.Reset()
	if left := srv.Exchanges(); len(left) != 0 {
		t.Errorf("after reset: got %d exchanges, want 0", len(left))
	}
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
