package boot_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/api/docs/swagger"
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/providers"
	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a gateway with all its routes before a fake upstream.
type house struct {
	*upstream.Server
	app    *boot.App
	url    string
	client *http.Client
	log    *journal
}

// journal collects log lines, which a handler writes while a test reads.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// open starts the gateway that a config.yaml describes. In it, $UP stands for
// the fake upstream's base, $HOST for its host, and $DOWN for one where nobody listens.
func open(t *testing.T, yaml string, env ...string) *house {
	t.Helper()
	return openOn(t, nil, yaml, env...)
}

// openOn is open with a store; nil: the gateway's own.
func openOn(t *testing.T, in people.Store, yaml string, env ...string) *house {
	t.Helper()
	return openAt(t, in, time.Now, yaml, env...)
}

// openAt is openOn with a clock.
func openAt(t *testing.T, in people.Store, now func() time.Time, yaml string, env ...string) *house {
	t.Helper()
	h := &house{Server: upstream.Start(t), log: &journal{}}
	yaml = strings.NewReplacer("$UP", h.URL+"/v1", "$HOST", h.URL, "$DOWN", nobody(t)).Replace(yaml)
	c, problems, err := config.Parse("config.yaml", []byte(yaml), config.Options{Lookup: lookup(env)})
	if err != nil {
		t.Fatal(err, problems)
	}
	plain, guarded := outbound.Client(), outbound.Guarded()
	t.Cleanup(plain.CloseIdleConnections)
	t.Cleanup(guarded.CloseIdleConnections)
	h.app, err = boot.New(boot.Parts{
		Config: c, Providers: providers.All(plain, guarded, time.Now), Docs: swagger.Handler(),
		Getenv: lookup(env), Log: slog.New(slog.NewJSONHandler(h.log, nil)), Adapters: adapters, Store: in, Now: now, Identity: plain,
	})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := h.app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(handler)
	t.Cleanup(ts.Close)
	h.url = ts.URL
	h.client = &http.Client{Transport: &http.Transport{}}
	t.Cleanup(h.client.CloseIdleConnections)
	return h
}

// lookup is an environment of "NAME=value" texts.
func lookup(env []string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, e := range env {
			if v, ok := strings.CutPrefix(e, name+"="); ok {
				return v, true
			}
		}
		return "", false
	}
}

// nobody is an address where connections are refused.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/v1"
}

// answer is a response as a client sees it.
type answer struct {
	status int
	header http.Header
	body   string
	err    error // the body did not end as it should
}

// text is what the model said, from a plain reply or from all chunks.
func (a answer) text() string {
	var b strings.Builder
	for _, data := range a.events() {
		var chunk struct {
			Choices []struct {
				Message, Delta struct{ Content string }
			}
		}
		if json.Unmarshal([]byte(data), &chunk) != nil {
			continue
		}
		for _, c := range chunk.Choices {
			b.WriteString(c.Message.Content + c.Delta.Content)
		}
	}
	return b.String()
}

// events are the data of a stream's events, or the body of a plain reply.
func (a answer) events() []string {
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/event-stream") {
		return []string{a.body}
	}
	var out []string
	for line := range strings.Lines(a.body) {
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			out = append(out, strings.TrimSuffix(data, "\n"))
		}
	}
	return out
}

// failure is the error a body or the last event of a stream holds.
type failure struct {
	Message, Type, Code string
	Param               *string
}

func (a answer) failure(t *testing.T) failure {
	t.Helper()
	all := a.events()
	var body struct{ Error *failure }
	if err := json.Unmarshal([]byte(all[len(all)-1]), &body); err != nil || body.Error == nil {
		t.Fatalf("got %q, want an error at its end", a.body)
	}
	return *body.Error
}

// post sends a chat request of a model; more are further members, each ended
// by a comma.
func (h *house) post(t *testing.T, model string, stream bool, more string) answer {
	t.Helper()
	mode := ""
	if stream {
		mode = `"stream":true,`
	}
	return h.do(t, "POST", "/v1/chat/completions", chatBody(model, mode+more))
}

func chatBody(model, more string) string {
	return `{"model":"` + model + `",` + more + `"messages":[{"role":"user","content":"hi"}]}`
}

func (h *house) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	res, err := h.send(t.Context(), method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b), err}
}

// send returns the response with its body unread. headers are "Name: value".
func (h *house) send(ctx context.Context, method, path, body string, headers ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, h.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for _, line := range headers {
		name, v, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, errors.New("a header without a colon: " + line)
		}
		r.Header.Set(name, v)
	}
	return h.client.Do(r)
}

// next reads a stream to its next event and returns that one's data.
func next(r *bufio.Reader) (string, error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			return strings.TrimSpace(data), nil
		}
	}
}

// asked lists the models the upstream was asked for, in order.
func (h *house) asked() string {
	var models []string
	for _, e := range h.Exchanges() {
		models = append(models, e.Model)
	}
	return strings.Join(models, " ")
}
