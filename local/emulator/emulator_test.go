package emulator

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name       string
		source     Source
		method     string
		path, body string
		want       string // in the reply's text
	}{
		{"REST streamed", RESTAPI, "POST", "/v1/chat/completions?a=1&a=%2F", `{"x":"é\n"}`, `POST /v1/chat/completions?a=1&a=%2F `},
		{"REST body", RESTAPI, "POST", "/v1/chat/completions", `{"x":"é\n"}`, `mode=STREAM body="{\"x\":\"é\\n\"}"`},
		{"REST with the stage", RESTAPI, "GET", "/prod/v1/models", ``, `GET /v1/models `},
		{"REST escaped segment", RESTAPI, "POST", "/engines/a%2Fb/chat/completions", `{}`, `POST /engines/a%2Fb/chat/completions `},
		{"REST rest of the path", RESTAPI, "GET", "/v1/models/openai/gpt%2F4", ``, `GET /v1/models/openai/gpt%2F4 `},
		{"REST buffered", RESTAPI, "GET", "/health", ``, `mode=BUFFERED body=""`},
		{"HTTP API, streaming function", HTTPAPI, "POST", "/v1/chat/completions?q=%20", `{}`, `POST /v1/chat/completions?q=%20 `},
		{"HTTP API, buffered function", HTTPAPI, "GET", "/prod/v1/models/a/b", ``, `GET /v1/models/a/b `},
		{"Function URL streamed", FunctionURL, "POST", "/v1/chat/completions?a=1&a=%2F", `{}`, `POST /v1/chat/completions?a=1&a=%2F `},
		{"Function URL buffered", FunctionURL, "GET", "/v1/models/a%2Fb", ``, `GET /v1/models/a%2Fb `},
	}
	urls := map[Source]string{}
	for _, s := range []Source{RESTAPI, HTTPAPI, FunctionURL} {
		urls[s], _, _ = gateway(t, Options{Source: s})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			resp := send(t, t.Context(), test.method, urls[test.source]+test.path, test.body, "Cookie", "c=1; d=2", "Content-Type", "application/json")
			got := read(t, resp.Body)
			if resp.StatusCode != http.StatusTeapot || !strings.Contains(got, test.want) || !strings.Contains(got, " cookie=c=1; d=2 ") {
				t.Errorf("got %d %s, want 418 and %s", resp.StatusCode, got, test.want)
			}
			if cookies := resp.Header["Set-Cookie"]; len(cookies) != 2 {
				t.Errorf("got cookies %q, want two", cookies)
			}
		})
	}
}

func TestBinaryBody(t *testing.T) {
	for _, s := range []Source{RESTAPI, HTTPAPI, FunctionURL} {
		url, _, _ := gateway(t, Options{Source: s})
		resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", "\x00\xff", "Content-Type", "audio/mpeg")
		if got := read(t, resp.Body); !strings.Contains(got, `body="\x00\xff"`) {
			t.Errorf("%s: got %s, want the bytes back", s, got)
		}
	}
}

// TestStream holds that a chunk arrives while the function holds the next.
func TestStream(t *testing.T) {
	for _, s := range []Source{RESTAPI, FunctionURL} {
		t.Run(string(s), func(t *testing.T) {
			url, _, _ := gateway(t, Options{Source: s})
			held, open, _ := gate(t)
			resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", "{}", "X-Do", "stream", "X-Gate", held)
			if got := readN(t, resp.Body, 3); got != "one" {
				t.Errorf("got %q, want one", got)
			}
			close(open)
			if got := read(t, resp.Body); got != "two" {
				t.Errorf("got %q, want two", got)
			}
		})
	}
}

// TestClientLeaves holds that a function runs on when its client is gone.
func TestClientLeaves(t *testing.T) {
	url, _, _ := gateway(t, Options{})
	held, open, _ := gate(t)
	done, finish, called := gate(t)
	close(finish)
	ctx, leave := context.WithCancel(t.Context())
	resp := send(t, ctx, "POST", url+"/v1/chat/completions", "{}", "X-Do", "stream", "X-Gate", held, "X-Done", done)
	readN(t, resp.Body, 3)
	leave()
	close(open)
	select {
	case <-called:
	case <-time.After(10 * time.Second):
		t.Error("the function did not run to its end")
	}
}

func TestNoRoute(t *testing.T) {
	url, _, _ := gateway(t, Options{Routes: []routes.Route{
		{Method: "POST", Path: "/v1/chat/completions", Function: "chat"},
		{Method: "POST", Path: "/engines/{model}/chat/completions", Function: "chat"},
		{Method: "GET", Path: "/v1/models/{id...}", Function: "meta"},
		{Method: "GET", Path: "/health", Function: "meta"},
	}})
	for _, request := range []string{"GET /", "GET /v1/chat/completions", "POST /engines//chat/completions", "GET /v1/models/", "HEAD2 /health", "GET /prod"} {
		method, path, _ := strings.Cut(request, " ")
		checkError(t, send(t, t.Context(), method, url+path, ""), 404, "there is no such route")
	}
}

var pid = regexp.MustCompile(`pid=(\d+)`)

// TestProcesses holds that a process is used again while it lives, replaced
// when it does not, and that none is shared by two invocations.
func TestProcesses(t *testing.T) {
	url, g, _ := gateway(t, Options{})
	first := pid.FindString(read(t, send(t, t.Context(), "GET", url+"/health", "").Body))
	waitIdle(t, g.functions["meta"])
	second := pid.FindString(read(t, send(t, t.Context(), "GET", url+"/health", "").Body))
	if first == "" || first != second {
		t.Errorf("got %s after %s, want the same process", second, first)
	}
	waitIdle(t, g.functions["meta"])
	checkError(t, send(t, t.Context(), "GET", url+"/health", "", "X-Do", "exit"), 502, "exit status 4")
	third := pid.FindString(read(t, send(t, t.Context(), "GET", url+"/health", "").Body))
	if third == "" || third == first {
		t.Errorf("got %s after the exit of %s, want a new process", third, first)
	}

	const inFlight = 10
	var ready, wg sync.WaitGroup
	ready.Add(inFlight)
	all := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		ready.Done()
		ready.Wait() // the gate opens when all are in it at once
	}))
	t.Cleanup(all.Close)
	for range inFlight {
		wg.Go(func() {
			resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", "{}", "X-Do", "stream", "X-Gate", all.URL)
			if got := read(t, resp.Body); got != "onetwo" {
				t.Errorf("got %q, want onetwo", got)
			}
		})
	}
	wg.Wait()
	if got := len(g.functions["chat"].all); got != inFlight {
		t.Errorf("got %d processes, want %d", got, inFlight)
	}
	var environments []*environment
	for e := range g.functions["chat"].all {
		environments = append(environments, e)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	for _, e := range environments {
		if e.alive() || e.cmd.ProcessState == nil {
			t.Errorf("got process %d alive after Close", e.cmd.Process.Pid)
		}
	}
	checkError(t, send(t, t.Context(), "GET", url+"/health", ""), 502, "the emulator is closed")
}

func TestNewRefuses(t *testing.T) {
	functions := routes.Functions()
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"no bootstrap", Options{Functions: functions}, "bootstrap of function chat: exec:"},
		{"no function", Options{Routes: routes.All()}, `route POST /v1/chat/completions: no function "chat"`},
		{"source", Options{Source: "alb"}, `unknown event source "alb"`},
	}
	for _, test := range tests {
		if _, err := New(test.o); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}
