package emulator

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// bootstrap is the compiled testdata/bootstrap.
var bootstrap string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "emulator")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bootstrap = filepath.Join(dir, "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, "./testdata/bootstrap").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build bootstrap: %v\n%s", err, out)
		return 1
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// gateway serves the route table by two test functions behind a real server.
// stop ends everything and returns the log; the test's end calls it too.
func gateway(t *testing.T, o Options) (url string, g *Gateway, stop func() string) {
	t.Helper()
	log := new(bytes.Buffer)
	o.Log = log
	o.Routes = routes.All()
	if o.Functions == nil {
		o.Functions = routes.Functions()
	}
	o.Bootstraps = map[string]string{"chat": bootstrap, "meta": bootstrap}
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	stop = sync.OnceValue(func() string {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		server.Close() // waits for the requests
		http.DefaultClient.CloseIdleConnections()
		return log.String()
	})
	t.Cleanup(func() { stop() })
	return server.URL, g, stop
}

// gate is a URL that answers when open is closed, and says when it was called.
func gate(t *testing.T) (url string, open, called chan struct{}) {
	t.Helper()
	open, called = make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(called)
		select {
		case <-open:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, open, called
}

// send makes a request with headers given as name, value, name, value...
func send(t *testing.T, ctx context.Context, method, url, body string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read reply: %v after %q", err, b)
	}
	return string(b)
}

func readN(t *testing.T, r io.Reader, n int) string {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

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

// TestBroken holds that a reply which breaks off in the middle breaks the
// client's connection, after what came.
func TestBroken(t *testing.T) {
	functions := routes.Functions()
	functions[0].TimeoutSeconds = 1
	for do, reason := range map[string]string{
		"abort": "Tollgate.StreamAborted",
		"crash": "Runtime.ExitError: the bootstrap of function chat ended: exit status 4",
		"hang":  "Sandbox.Timedout: task timed out after 1s",
	} {
		t.Run(do, func(t *testing.T) {
			url, _, stop := gateway(t, Options{Functions: functions})
			held, open, _ := gate(t)
			resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", "{}", "X-Do", do, "X-Gate", held)
			if got := readN(t, resp.Body, 3); got != "one" {
				t.Errorf("got %q, want one", got)
			}
			close(open)
			if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("got %q, %v, want a broken connection", rest, err)
			}
			if log := stop(); !strings.Contains(log, reason) {
				t.Errorf("got log %s, want %s", log, reason)
			}
		})
	}
}

// TestFailed holds what a client gets of a function that does not reply.
func TestFailed(t *testing.T) {
	functions := routes.Functions()
	functions[1].TimeoutSeconds = 1
	tests := []struct {
		name    string
		env     []string
		options Options
		do      string
		status  int
		want    string
	}{
		{"init error", []string{"TEST_START=error"}, Options{}, "", 502, "Tollgate.InitError: config.yaml: no model_list"},
		{"init exit", []string{"TEST_START=exit"}, Options{}, "", 502, "Runtime.ExitError: the bootstrap of function meta ended: exit status 3"},
		{"init timeout", []string{"TEST_START=hang"}, Options{InitTimeout: 100 * time.Millisecond}, "", 502, "Sandbox.Timedout: function meta: no initialization within 100ms"},
		{"panic", nil, Options{}, "panic", 502, "errorString: the handler panicked: boom"},
		{"exit", nil, Options{}, "exit", 502, "Runtime.ExitError"},
		{"function timeout", nil, Options{Functions: functions}, "hang", 502, "Sandbox.Timedout: task timed out after 1s"},
		{"integration timeout", nil, Options{IntegrationTimeout: 500 * time.Millisecond}, "hang", 504, "the function did not reply within 500ms"},
		{"reply over 6 MB", []string{"TEST_START=raw", "TEST_TYPE=application/json", "TEST_REPLY=" + base64.StdEncoding.EncodeToString(make([]byte, 90_000))}, Options{}, "", 502, "malformed proxy reply: invalid character"},
		{"not a proxy reply", []string{"TEST_START=raw", "TEST_TYPE=application/json", "TEST_REPLY=" + base64.StdEncoding.EncodeToString([]byte(`{}`))}, Options{}, "", 502, "malformed proxy reply: statusCode is 0"},
		{"streams on a buffered route", []string{"TEST_START=raw", "TEST_TYPE=" + streamType}, Options{}, "", 502, "malformed proxy reply: the function streams"},
		{"asks again without a reply", []string{"TEST_START=raw", "TEST_TYPE=none"}, Options{}, "", 502, "Runtime.NoResponse"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.options.Env = test.env
			url, _, _ := gateway(t, test.options)
			checkError(t, send(t, t.Context(), "GET", url+"/health", "", "X-Do", test.do), test.status, test.want)
		})
	}
}

func TestMalformedStream(t *testing.T) {
	tests := []struct{ name, kind, reply, want string }{
		{"does not stream", "application/json", `{"statusCode":200}`, "does not stream"},
		{"no prelude", streamType, `{"statusCode":200}`, "no prelude: EOF"},
		{"prelude without an end", streamType, strings.Repeat(" ", 17<<10), "no end of the prelude in 16384 bytes"},
		{"prelude is not JSON", streamType, "x\x00\x00\x00\x00\x00\x00\x00\x00", "invalid character"},
		{"no status", streamType, "{}\x00\x00\x00\x00\x00\x00\x00\x00", "statusCode is 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, _, _ := gateway(t, Options{Env: []string{"TEST_START=raw", "TEST_TYPE=" + test.kind, "TEST_REPLY=" + base64.StdEncoding.EncodeToString([]byte(test.reply))}})
			checkError(t, send(t, t.Context(), "POST", url+"/v1/chat/completions", "{}"), 502, test.want)
		})
	}
}

func TestNoRoute(t *testing.T) {
	url, _, _ := gateway(t, Options{})
	for _, request := range []string{"GET /", "GET /v1/chat/completions", "POST /engines//chat/completions", "GET /v1/models/", "HEAD2 /health", "GET /prod"} {
		method, path, _ := strings.Cut(request, " ")
		checkError(t, send(t, t.Context(), method, url+path, ""), 404, "there is no such route")
	}
}

// checkError holds the status and OpenAI's error body.
func checkError(t *testing.T, resp *http.Response, status int, want string) {
	t.Helper()
	got := read(t, resp.Body)
	form := regexp.MustCompile(fmt.Sprintf(`^{"error":{"code":"%d","message":".+","param":null,"type":"[a-z_]+"}}$`, status))
	if resp.StatusCode != status || !form.MatchString(got) || !strings.Contains(got, want) || resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %d %s, want %d and OpenAI's error body with %q", resp.StatusCode, got, status, want)
	}
}

func TestSizes(t *testing.T) {
	url, g, _ := gateway(t, Options{})
	g.maxStreamed = 8 << 20
	t.Run("request", func(t *testing.T) {
		resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", strings.Repeat("x", 6<<20))
		checkError(t, resp, 413, "the request is over Lambda's limit of 6 MB")
	})
	t.Run("request that fits", func(t *testing.T) {
		resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", strings.Repeat("x", 5<<20))
		if got := read(t, resp.Body); len(got) < 5<<20 {
			t.Errorf("got %d bytes, want the body back", len(got))
		}
	})
	t.Run("buffered", func(t *testing.T) {
		resp := send(t, t.Context(), "GET", url+"/health", "", "X-Do", "big", "X-Bytes", fmt.Sprint(7<<20))
		if got := read(t, resp.Body); resp.StatusCode != 500 || !strings.Contains(got, "6 MB") {
			t.Errorf("got %d %.200s, want 500 naming the limit", resp.StatusCode, got)
		}
	})
	t.Run("streamed", func(t *testing.T) {
		resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", "{}", "X-Do", "big", "X-Bytes", fmt.Sprint(7<<20))
		if got := read(t, resp.Body); len(got) != 7<<20 {
			t.Errorf("got %d bytes, want 7 MB", len(got))
		}
	})
	t.Run("streamed over the limit", func(t *testing.T) {
		resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", "{}", "X-Do", "big", "X-Bytes", fmt.Sprint(9<<20))
		if b, err := io.ReadAll(resp.Body); len(b) > 8<<20 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %d bytes, %v, want a broken connection", len(b), err)
		}
	})
}

// TestBufferedLimit holds the emulator's own limit, which lambdahttp never reaches.
func TestBufferedLimit(t *testing.T) {
	a := &answer{body: bytes.NewReader(make([]byte, 6<<20+1)), done: make(chan int, 1)}
	var known *functionError
	if err := writeBuffered(httptest.NewRecorder(), a); !errors.As(err, &known) || known.Type != "Function.ResponseSizeTooLarge" {
		t.Errorf("got %v, want Function.ResponseSizeTooLarge", err)
	}
	if status := <-a.done; status != http.StatusRequestEntityTooLarge {
		t.Errorf("got status %d for the process, want 413", status)
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

// waitIdle waits until a function's process has asked for its next event, which
// it does a moment after its reply is read.
func waitIdle(t *testing.T, f *function) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		f.mu.Lock()
		idle := len(f.idle)
		f.mu.Unlock()
		if idle > 0 {
			return
		}
	}
	t.Fatalf("no process of %s is idle", f.Name)
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
