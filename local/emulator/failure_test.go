package emulator

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/routes"
)

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
	for i := range functions {
		functions[i].TimeoutSeconds = 1
	}
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
		{"reply that is not JSON", []string{"TEST_START=raw", "TEST_TYPE=application/json", "TEST_REPLY=" + base64.StdEncoding.EncodeToString([]byte("x"))}, Options{}, "", 502, "malformed proxy reply: invalid character"},
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

func TestSizes(t *testing.T) {
	url, g, _ := gateway(t, Options{})
	g.maxStreamed = 8 << 20
	t.Run("request", func(t *testing.T) {
		resp := send(t, t.Context(), "POST", url+"/v1/chat/completions", strings.Repeat("x", 6<<20))
		checkError(t, resp, 413, tooLarge)
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
	if err := writeBuffered(httptest.NewRecorder(), a, true); !errors.As(err, &known) || known.Type != "Function.ResponseSizeTooLarge" {
		t.Errorf("got %v, want Function.ResponseSizeTooLarge", err)
	}
	if status := <-a.done; status != http.StatusRequestEntityTooLarge {
		t.Errorf("got status %d for the process, want 413", status)
	}
}
