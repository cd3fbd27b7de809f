package wire_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestScenarios: what becomes of each way to misbehave. "" is a good reply.
func TestScenarios(t *testing.T) {
	const well = llm.Class(0)
	for _, c := range []struct {
		scenario      string
		plain, stream llm.Class
		says          string
	}{
		{"text", well, well, ""},
		{"split", well, well, ""},
		{"crlf", well, well, ""},
		{"burst", well, well, ""},
		{"cut-last", well, well, ""},
		{"400", llm.BadRequestError, llm.BadRequestError, "decimal above maximum"},
		{"400-context", llm.ContextWindowExceededError, llm.ContextWindowExceededError, "maximum context length"},
		{"401", llm.AuthenticationError, llm.AuthenticationError, "Incorrect API key"},
		{"429", llm.RateLimitError, llm.RateLimitError, "Rate limit reached"},
		{"500", llm.InternalServerError, llm.InternalServerError, "server had an error"},
		{"503", llm.ServiceUnavailableError, llm.ServiceUnavailableError, "overloaded"},
		{"html-502", llm.BadGatewayError, llm.BadGatewayError, "Bad Gateway"},
		{"html", llm.BadGatewayError, llm.BadGatewayError, ""},
		{"empty", llm.BadGatewayError, llm.BadGatewayError, ""},
		{"type", well, llm.BadGatewayError, ""},
		{"garbage", llm.BadGatewayError, llm.BadGatewayError, "not its format"},
		{"garbage-late", llm.BadGatewayError, llm.BadGatewayError, "not its format"},
		{"redirect", llm.InternalServerError, llm.InternalServerError, "Temporary Redirect"},
		{"reset", llm.APIConnectionError, llm.APIConnectionError, "cannot be reached"},
		{"reset-late", llm.APIConnectionError, llm.APIConnectionError, "broke off"},
		{"cut", llm.BadGatewayError, llm.APIConnectionError, ""},
		{"cut-first", llm.BadGatewayError, llm.APIConnectionError, ""},
		{"endless", llm.APIConnectionError, llm.BadGatewayError, ""},
	} {
		for _, stream := range []bool{false, true} {
			name, want := c.scenario+"/plain", c.plain
			if stream {
				name, want = c.scenario+"/stream", c.stream
			}
			t.Run(name, func(t *testing.T) {
				up := upstream.Start(t)
				err := run(t, vendor(t), ask(up.URL+"/v1", c.scenario, stream))
				if want == well {
					if err != nil {
						t.Errorf("got %v, want a reply", err)
					}
					return
				}
				e := failure(t, err)
				if e.Class != want || !strings.Contains(e.Message, c.says) || e.Provider != "acme" || e.Model != c.scenario {
					t.Errorf("got %+v, want %s: %s", e, want, c.says)
				}
				if strings.Contains(e.Message, "<html") {
					t.Errorf("got a page in the message: %q", e.Message)
				}
				for _, x := range up.Exchanges() {
					if strings.HasPrefix(x.Path, "/elsewhere") {
						t.Error("the redirect was followed, with the key")
					}
				}
			})
		}
	}
}

// TestErrorInSuccess: gateways in front of models put errors into a 200.
func TestErrorInSuccess(t *testing.T) {
	const body = `{"error":{"message":"slow down","type":"rate_limit_error","code":429}}`
	for _, c := range []struct {
		name, kind, body string
		stream           bool
	}{
		{"plain", "application/json", body, false},
		{"JSON for a stream", "application/json", body, true},
		{"event", "text/event-stream", "data: " + body + "\n\n", true},
		{"named event", "text/event-stream", "event: error\ndata: " + body + "\n\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := answering(t, 200, http.Header{"Content-Type": {c.kind}}, c.body)
			if e := failure(t, run(t, vendor(t), ask(base, "m", c.stream))); e.Class != llm.RateLimitError || e.Message != "slow down" {
				t.Errorf("got %v, want the RateLimitError in it", e)
			}
		})
	}
}

// TestSilentError: a codec that knows no more than the class of an error leaves
// the words to wire.
func TestSilentError(t *testing.T) {
	base := answering(t, 200, http.Header{"Content-Type": {"application/json"}}, `{}`)
	p, call := vendor(t), ask(base, "m", false)
	codec := p.Dialect.Codecs[call.Key()]
	codec.Decode = func(*llm.Call, *wire.Response) (*llm.Reply, error) {
		return nil, &llm.Error{Class: llm.BadGatewayError}
	}
	p.Dialect.Codecs = map[llm.Key]wire.Codec{call.Key(): codec}
	if e := failure(t, run(t, p, call)); e.Class != llm.BadGatewayError || e.Message != "acme answered an error that says nothing" {
		t.Errorf("got %v, want an error with words", e)
	}
}

// TestKeyInAnError: vendors repeat what they were sent.
func TestKeyInAnError(t *testing.T) {
	body := `{"error":{"message":"bad key ` + key + `","type":"` + key + `","param":"` + key + `","code":"` + key + `"}}`
	for _, c := range []struct {
		name, kind, body string
		status           int
		stream           bool
	}{
		{"status", "application/json", body, 401, false},
		{"plain 200", "application/json", body, 200, false},
		{"event", "text/event-stream", "data: " + body + "\n\n", 200, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := answering(t, c.status, http.Header{"Content-Type": {c.kind}}, c.body)
			e := failure(t, run(t, vendor(t), ask(base, "m", c.stream)))
			if text := e.Error() + e.Type + e.Param + e.Code; strings.Contains(text, key) {
				t.Errorf("got %q, which shows the key", text)
			}
			if !strings.Contains(e.Message, "bad key [key]") {
				t.Errorf("got %q, want the rest of the message", e.Message)
			}
		})
	}
}

// TestRetryAfter: the forms in which vendors say how long to wait.
func TestRetryAfter(t *testing.T) {
	const date = "Sat, 03 Jan 2026 10:00:00 GMT"
	for _, c := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"none", nil, 0},
		{"seconds", http.Header{"Retry-After": {"20"}}, 20 * time.Second},
		{"fractions", http.Header{"Retry-After": {"0.5"}}, 500 * time.Millisecond},
		{"milliseconds first", http.Header{"Retry-After": {"20"}, "Retry-After-Ms": {"1500"}}, 1500 * time.Millisecond},
		{"date by the vendor's clock", http.Header{"Retry-After": {"Sat, 03 Jan 2026 10:00:30 GMT"}, "Date": {date}}, 30 * time.Second},
		{"date beyond a day", http.Header{"Retry-After": {"Sat, 10 Jan 2026 10:00:00 GMT"}, "Date": {date}}, 24 * time.Hour},
		{"date in the past", http.Header{"Retry-After": {"Sat, 03 Jan 2026 09:00:00 GMT"}, "Date": {date}}, 0},
		{"zero", http.Header{"Retry-After": {"0"}}, 0},
		{"negative", http.Header{"Retry-After": {"-5"}}, 0},
		{"words", http.Header{"Retry-After": {"soon"}}, 0},
		{"not a number", http.Header{"Retry-After": {"NaN"}}, 0},
		{"beyond a day", http.Header{"Retry-After": {"1e300"}}, 24 * time.Hour},
		{"infinite", http.Header{"Retry-After": {"Inf"}}, 24 * time.Hour},
		{"infinite milliseconds", http.Header{"Retry-After-Ms": {"Inf"}}, 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := answering(t, 429, c.header, `{}`)
			if got := failure(t, run(t, vendor(t), ask(base, "m", false))).RetryAfter; got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestForeignAddress: one that a caller chose is only called from outside.
func TestForeignAddress(t *testing.T) {
	up := upstream.Start(t)
	call := ask(up.URL+"/v1", "text", false)
	call.To.Foreign = true
	err := run(t, vendor(t), call)
	if e := failure(t, err); e.Class != llm.APIConnectionError || !strings.Contains(e.Error(), outbound.ErrForbiddenAddress.Error()) {
		t.Errorf("got %v, want the address refused", err)
	}
	if n := len(up.Exchanges()); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// TestConnectionIsReused: a stream read to its end leaves its connection to
// the next call.
func TestConnectionIsReused(t *testing.T) {
	var opened atomic.Int64
	up := upstream.New(time.Now)
	srv := httptest.NewUnstartedServer(up)
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	p := vendor(t)
	for _, scenario := range []string{"text", "burst", "split", "text-200"} {
		for _, stream := range []bool{true, false} {
			if err := run(t, p, ask(srv.URL+"/v1", scenario, stream)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := opened.Load(); got != 1 {
		t.Errorf("got %d connections for 8 calls, want 1", got)
	}
}

// TestEarlyClose: a reply that nobody reads to its end ends the upstream call.
func TestEarlyClose(t *testing.T) {
	up := upstream.Start(t)
	for _, read := range []int{0, 1} {
		up.Reset()
		reply, err := vendor(t).Do(t.Context(), ask(up.URL+"/v1", "hold-never", true))
		if err != nil {
			t.Fatal(err)
		}
		if read > 0 {
			for range reply.Events {
				break
			}
		}
		if err := reply.Close(); err != nil {
			t.Error(err)
		}
		if _, err := up.Await(t.Context(), func(e upstream.Exchange) bool { return !e.Left.IsZero() }); err != nil {
			t.Errorf("after reading %d events: the upstream call goes on", read)
		}
	}
}
