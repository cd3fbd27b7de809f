package wire_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// script answers each request with the next line: "200 {body}" or, for a
// stream, "stream body". It keeps what came.
type script struct {
	*httptest.Server
	mu    sync.Mutex
	lines []string
	came  []string
	keys  []string
}

func play(t *testing.T, lines ...string) *script {
	t.Helper()
	s := &script{lines: lines}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		line := s.lines[min(len(s.came), len(s.lines)-1)]
		s.came = append(s.came, r.Method+" "+r.URL.RequestURI()+" "+string(body))
		s.keys = append(s.keys, r.Header.Get("Authorization"))
		s.mu.Unlock()
		status, text, _ := strings.Cut(line, " ")
		code, kind := 200, "application/json"
		if status == "stream" {
			kind = "text/event-stream"
		} else {
			_, _ = fmt.Sscan(status, &code)
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(code)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(s.Close)
	return s
}

// polled gives a vendor whose answers say when they are done, and where a
// stream is. What is slept goes to waits.
func polled(t *testing.T, waits *[]time.Duration) *wire.Provider {
	t.Helper()
	p := vendor(t)
	p.Guarded = p.Client // the addresses that answers name are the test's own
	p.Sleep = func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
	k := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	codec := p.Dialect.Codecs[k]
	codec.Then = func(call *llm.Call, r *wire.Response) (*wire.Request, time.Duration, error) {
		body, err := raw.Parse(r.Body)
		if err != nil {
			return nil, 0, err
		}
		if address, _ := body.Text("stream"); address != "" && call.Stream {
			return &wire.Request{Method: http.MethodGet, URL: address}, 0, nil
		}
		if state, _ := body.Text("status"); state != "" {
			return &wire.Request{Method: http.MethodGet, Path: "/poll"}, 2 * time.Second, nil
		}
		return nil, 0, nil
	}
	p.Dialect.Codecs[k] = codec
	return p
}

const fine = `200 {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}`

// TestThen: a call whose vendor answers in several steps.
func TestThen(t *testing.T) {
	var waits []time.Duration
	s := play(t, `201 {"status":"starting"}`, `200 {"status":"processing"}`, fine)
	if err := run(t, polled(t, &waits), ask(s.URL, "m", false)); err != nil {
		t.Fatal(err)
	}
	want := []string{`POST /chat/completions {"model":"m","messages":[{"role":"user","content":"hi"}]}`, "GET /poll ", "GET /poll "}
	if !slices.Equal(s.came, want) {
		t.Errorf("got requests %q, want %q", s.came, want)
	}
	if !slices.Equal(waits, []time.Duration{2 * time.Second, 2 * time.Second}) {
		t.Errorf("got waits %v, want 2s twice", waits)
	}
	if !slices.Equal(s.keys, []string{"Bearer " + key, "Bearer " + key, "Bearer " + key}) {
		t.Errorf("got keys %q, want the key in each request", s.keys)
	}
}

// TestThenStream: the address that an answer names is called without the key.
func TestThenStream(t *testing.T) {
	var waits []time.Duration
	events := play(t, "stream data: "+`{"id":"1","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
	s := play(t, `201 {"stream":"`+events.URL+`/s?t=1"}`)
	if err := run(t, polled(t, &waits), ask(s.URL, "m", true)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(events.came, []string{"GET /s?t=1 "}) || events.keys[0] != "" {
		t.Errorf("got %q with key %q, want the stream's address without a key", events.came, events.keys)
	}
}

// TestThenStreamsTheLast: a vendor that names no stream ends with an answer in
// JSON, which a codec that cuts its own frames reads.
func TestThenStreamsTheLast(t *testing.T) {
	var waits []time.Duration
	s := play(t, `201 {"status":"starting"}`, `200 {"said":"hi"}`)
	p := polled(t, &waits)
	k := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	codec := p.Dialect.Codecs[k]
	var read string
	codec.Frames = func(r io.Reader) iter.Seq2[sse.Event, error] {
		b, err := io.ReadAll(r)
		read = string(b)
		return func(yield func(sse.Event, error) bool) { yield(sse.Event{Data: []byte("[DONE]")}, err) }
	}
	p.Dialect.Codecs[k] = codec
	if err := run(t, p, ask(s.URL, "m", true)); err != nil || read != `{"said":"hi"}` || len(s.came) != 2 {
		t.Errorf("got %v, the frames of %q and requests %q, want those of the second answer", err, read, s.came)
	}
}

// TestThenFails: an answer in the middle that is an error, is not the format,
// or comes too late.
func TestThenFails(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  llm.Class
	}{
		{"status", []string{`201 {"status":"starting"}`, `429 {"error":{"message":"slow down"}}`}, llm.RateLimitError},
		{"error in an answer", []string{`200 {"status":"starting"}`, `200 {"error":{"message":"no","code":404}}`}, llm.NotFoundError},
		{"garbage", []string{`200 {"status":"starting"}`, `200 <html>`}, llm.BadGatewayError},
	} {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, stream), func(t *testing.T) {
				var waits []time.Duration
				err := run(t, polled(t, &waits), ask(play(t, c.lines...).URL, "m", stream))
				if e := failure(t, err); e.Class != c.want {
					t.Errorf("got %v, want %s", e, c.want)
				}
			})
		}
	}
	t.Run("given up while waiting", func(t *testing.T) {
		var waits []time.Duration
		p := polled(t, &waits)
		ctx, cancel := context.WithCancel(t.Context())
		p.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
		_, err := p.Do(ctx, ask(play(t, `200 {"status":"starting"}`).URL, "m", false))
		if e := failure(t, err); e.Class != llm.APIConnectionError {
			t.Errorf("got %v, want that it was given up", e)
		}
	})
}

// TestSleepByTheClock: without a Sleep of its own a provider waits, and not
// longer than the call lives.
func TestSleepByTheClock(t *testing.T) {
	var waits []time.Duration
	p := polled(t, &waits)
	p.Sleep = nil
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := p.Do(ctx, ask(play(t, `200 {"status":"starting"}`).URL, "m", false))
	if e := failure(t, err); e.Class != llm.Timeout {
		t.Errorf("got %v, want a Timeout", e)
	}
}

// TestFetch: files at public addresses come with the call, once each.
func TestFetch(t *testing.T) {
	files := play(t, "200 PICTURE")
	s := play(t, fine)
	p := vendor(t)
	p.Guarded = p.Client // the test's files are not at a public address
	var got []llm.Blob
	k := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	codec := p.Dialect.Codecs[k]
	encode := codec.Encode
	codec.Fetch = func(*llm.Call) []string { return []string{files.URL + "/a", files.URL + "/b", files.URL + "/a"} }
	codec.Encode = func(c *llm.Call) (*wire.Request, error) {
		got = append(got, c.Blobs[files.URL+"/a"], c.Blobs[files.URL+"/b"])
		return encode(c)
	}
	p.Dialect.Codecs[k] = codec
	call := ask(s.URL, "m", false)
	if err := run(t, p, call); err != nil {
		t.Fatal(err)
	}
	if call.Blobs != nil {
		t.Error("the caller's call was changed")
	}
	if len(files.came) != 2 || files.keys[0] != "" {
		t.Errorf("got %q with keys %q, want each file once and no key", files.came, files.keys)
	}
	for _, b := range got {
		if string(b.Data) != "PICTURE" || b.Type != "application/json" {
			t.Errorf("got blob %q of type %q", b.Data, b.Type)
		}
	}
}

// TestFetchFails: what cannot be fetched is the caller's error, and files are
// only fetched from outside.
func TestFetchFails(t *testing.T) {
	missing := play(t, "404 no").URL
	for _, c := range []struct {
		name, address string
		guarded       bool
	}{
		{"missing", missing + "/a?token=SECRET", false},
		{"no address", "http://%zz", false},
		{"inside", missing, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := vendor(t)
			if !c.guarded {
				p.Guarded = p.Client
			}
			k := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
			codec := p.Dialect.Codecs[k]
			codec.Fetch = func(*llm.Call) []string { return []string{c.address} }
			p.Dialect.Codecs[k] = codec
			s := play(t, fine)
			e := failure(t, run(t, p, ask(s.URL, "m", false)))
			if e.Class != llm.BadRequestError || e.Param != "messages" || strings.Contains(e.Message, "SECRET") {
				t.Errorf("got %+v, want a BadRequestError about messages without the query", e)
			}
			if c.guarded && !strings.Contains(e.Error(), outbound.ErrForbiddenAddress.Error()) {
				t.Errorf("got %v, want the address refused", e)
			}
			if len(s.came) != 0 {
				t.Errorf("got %q, want the provider not called", s.came)
			}
		})
	}
}

// TestPlace: an address that depends on more than a base.
func TestPlace(t *testing.T) {
	s := play(t, fine)
	for _, c := range []struct{ base, env, want string }{
		{s.URL, "", "/placed/m"}, {"", s.URL, "/placed/m"},
	} {
		p := vendor(t)
		p.Place = func(_ context.Context, d *llm.Deployment, base string) (string, error) {
			return base + "/placed/" + d.Model, nil
		}
		call := ask(c.base, "m", false)
		call.To.Credential = secrets{"api_key": key, "ACME_API_BASE": c.env}
		if err := run(t, p, call); err != nil {
			t.Fatal(err)
		}
		if got := s.came[len(s.came)-1]; !strings.HasPrefix(got, "POST "+c.want+"/chat/completions") {
			t.Errorf("got %q, want it below %s", got, c.want)
		}
	}
	p := vendor(t)
	p.Base = s.URL
	p.Place = func(_ context.Context, _ *llm.Deployment, base string) (string, error) { return base, nil }
	if err := run(t, p, ask("", "m", false)); err != nil {
		t.Errorf("got %v, want the vendor's own address where Place leaves it", err)
	}
}

// TestTokenInAnError: not only the key is a secret, but all that Auth sends.
func TestTokenInAnError(t *testing.T) {
	p := vendor(t)
	p.Auth = func(_ context.Context, r *http.Request, _ []byte, _ *llm.Deployment, _ string) error {
		r.Header.Set("Authorization", "Bearer short-lived-token")
		return nil
	}
	s := play(t, `401 {"error":{"message":"token short-lived-token is bad"}}`)
	if e := failure(t, run(t, p, ask(s.URL, "m", false))); e.Message != "token [key] is bad" {
		t.Errorf("got %q, want the token taken out", e.Message)
	}
}
