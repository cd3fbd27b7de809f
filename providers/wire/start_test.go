package wire_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sk-very-secret-key"

// vendor is a provider of OpenAI's format with clients of its own.
func vendor(t *testing.T) *wire.Provider {
	t.Helper()
	open, guarded := outbound.Client(), outbound.Guarded()
	t.Cleanup(open.CloseIdleConnections)
	t.Cleanup(guarded.CloseIdleConnections)
	return &wire.Provider{
		Name: "acme", KeyEnv: []string{"ACME_API_KEY", "ACME_TOKEN"}, BaseEnv: []string{"ACME_API_BASE", "ACME_URL"},
		Dialect: openai.Dialect(openai.Quirks{}, time.Now), Client: open, Guarded: guarded,
	}
}

// secrets is a credential that knows these; the value "unreadable" is none.
type secrets map[string]string

func (s secrets) Value(_ context.Context, name string) (string, error) {
	if s[name] == "unreadable" {
		return "", errors.New("vault is sealed")
	}
	return s[name], nil
}

// ask is a call of a model at a base.
func ask(base, model string, stream bool) *llm.Call {
	body, err := raw.Parse([]byte(`{"model":"` + model + `","messages":[{"role":"user","content":"hi"}]}`))
	if err != nil {
		panic(err)
	}
	if stream {
		body = body.WithRaw("stream", []byte("true"))
	}
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Model: model, Stream: stream,
		Record: &llm.Record{RequestID: "r1"},
		To:     &llm.Deployment{ID: "d", Provider: "acme", Model: model, Base: base, Credential: secrets{"api_key": key}},
	}
}

// run makes a call and reads its reply to the end, which is what is returned.
func run(t *testing.T, p *wire.Provider, call *llm.Call) error {
	t.Helper()
	reply, err := p.Do(t.Context(), call)
	if err != nil {
		return err
	}
	defer reply.Close()
	if reply.Events == nil {
		return nil
	}
	for _, err := range reply.Events {
		if err != nil {
			return err
		}
	}
	return nil
}

// answering is a server that always answers the same.
func answering(t *testing.T, status int, header http.Header, body string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// failure is the *llm.Error that every error of a provider is.
func failure(t *testing.T, err error) *llm.Error {
	t.Helper()
	var e *llm.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *llm.Error", err)
	}
	return e
}
