package lambdahttp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

func TestBuffered(t *testing.T) {
	write := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Add("Set-Cookie", "a=1")
			w.Header().Add("Set-Cookie", "b=2")
			fmt.Fprint(w, body)
		}
	}
	tests := []struct {
		name, event string
		mode        routes.Mode
		handler     http.HandlerFunc
		want        string
	}{
		{
			"REST", "rest-models", routes.Buffered, write("application/json; charset=utf-8", `{"a":"<é>"}`),
			`{"statusCode":200,"headers":null,"multiValueHeaders":{"Content-Type":["application/json; charset=utf-8"],"Set-Cookie":["a=1","b=2"]},"body":"{\"a\":\"<é>\"}"}`,
		},
		{
			"HTTP API", "http-models", routes.Buffered, write("text/event-stream", "data: x\n\n"),
			`{"statusCode":200,"headers":{"Content-Type":"text/event-stream"},"multiValueHeaders":null,"body":"data: x\n\n","cookies":["a=1","b=2"]}`,
		},
		{
			"an HTTP API never streams", "http-chat-stream", routes.Stream, write("text/plain", "x"),
			`{"statusCode":200,"headers":{"Content-Type":"text/plain"},"multiValueHeaders":null,"body":"x","cookies":["a=1","b=2"]}`,
		},
		{
			"Function URL", "url-models", routes.Buffered, write("audio/mpeg", "\xff\xfb"),
			`{"statusCode":200,"headers":{"Content-Type":"audio/mpeg"},"multiValueHeaders":null,"body":"//s=","isBase64Encoded":true,"cookies":["a=1","b=2"]}`,
		},
		{
			"subtitles", "url-models", routes.Buffered, write("application/x-subrip", "1\n"),
			`{"statusCode":200,"headers":{"Content-Type":"application/x-subrip"},"multiValueHeaders":null,"body":"1\n","cookies":["a=1","b=2"]}`,
		},
		{
			"text that is none", "url-models", routes.Buffered, write("text/plain", "\xff"),
			`{"statusCode":200,"headers":{"Content-Type":"text/plain"},"multiValueHeaders":null,"body":"/w==","isBase64Encoded":true,"cookies":["a=1","b=2"]}`,
		},
		{
			"nothing written", "rest-models", routes.Buffered, func(http.ResponseWriter, *http.Request) {},
			`{"statusCode":200,"headers":null,"multiValueHeaders":{},"body":""}`,
		},
		{"no body allowed", "rest-models", routes.Buffered, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusContinue)
			w.WriteHeader(http.StatusNoContent)
			if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
				t.Errorf("got %v, want ErrBodyNotAllowed", err)
			}
		}, `{"statusCode":204,"headers":null,"multiValueHeaders":{},"body":""}`},
		{"content type guessed", "rest-models", routes.Buffered, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<!doctype html>")
		}, `{"statusCode":200,"headers":null,"multiValueHeaders":{"Content-Type":["text/html; charset=utf-8"]},"body":"<!doctype html>"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := invoke(t, test.mode, test.event, test.handler)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSuffix(string(got), "\n"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestBufferedEncoding: a handler compresses only what its client can read
// after API Gateway had it.
func TestBufferedEncoding(t *testing.T) {
	for event, want := range map[string]string{"rest-models": "", "http-models": "gzip", "url-models": "gzip"} {
		var got string
		f := &Function{Mode: routes.Buffered, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Accept-Encoding") })}
		sent := edited(t, event, `{"headers":{"accept-encoding":"gzip"}}`)
		if event == "rest-models" {
			sent = edited(t, event, `{"headers":{"Accept-Encoding":"gzip"},"multiValueHeaders":{"Accept-Encoding":["gzip"]}}`)
		}
		if _, err := f.Invoke(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", event, got, want)
		}
	}
}

func TestBufferedHead(t *testing.T) {
	f := &Function{Mode: routes.Buffered, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "unseen")
	})}
	r, err := f.Invoke(t.Context(), edited(t, "rest-models", `{"httpMethod":"HEAD"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(r); !strings.Contains(string(got), `"body":""`) {
		t.Errorf("got %s, want no body", got)
	}
}

func TestBufferedLimit(t *testing.T) {
	const want = `{"statusCode":500,"headers":null,"multiValueHeaders":{"Content-Type":["application/json"]},"body":"{\"error\":{\"message\":\"the reply is over Lambda's limit of 6 MB for a buffered reply\",\"type\":\"internal_server_error\",\"param\":null,\"code\":\"500\"}}"}`
	tests := map[string]struct {
		body string
		fits bool
	}{
		"fits":                {strings.Repeat("x", 6<<20-200), true},
		"written":             {strings.Repeat("x", 6<<20+1), false},
		"with its escapes":    {strings.Repeat("\n", 4<<20), false},
		"base64 is a third":   {strings.Repeat("\xff", 5<<20), false},
		"base64 that does it": {strings.Repeat("\xff", 4<<20), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := invoke(t, routes.Buffered, "rest-models", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				_, _ = io.WriteString(w, test.body)
			})
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if test.fits {
				if len(b) < len(test.body) || len(b) > 6<<20 || !strings.Contains(string(b[:200]), `"statusCode":200`) {
					t.Errorf("got %d bytes, want the reply", len(b))
				}
				return
			}
			if got := strings.TrimSpace(string(b)); got != want {
				t.Errorf("got %.300s, want %s", got, want)
			}
		})
	}
}

func TestBufferedPanic(t *testing.T) {
	_, err := invoke(t, routes.Buffered, "rest-models", func(http.ResponseWriter, *http.Request) { panic(errors.New("boom")) })
	if err == nil || err.Error() != "the handler panicked: boom" {
		t.Errorf("got %v, want the panic", err)
	}
}

func TestResponseMode(t *testing.T) {
	for s, want := range map[string]routes.Mode{"": routes.Stream, "STREAM": routes.Stream, "BUFFERED": routes.Buffered, "stream": ""} {
		got, err := responseMode(s)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("got %q, %v of %q, want %q", got, err, s, want)
		}
	}
}
