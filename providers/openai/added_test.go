package openai

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestAddedUsage: servers that do not know stream_options get the request as
// the caller wrote it. A caller's own stream_options are the caller's affair.
// The refusal is Azure's for versions before 2024-09-01-preview.
func TestAddedUsage(t *testing.T) {
	const (
		plain = `{"model":"m","stream":true}`
		added = `{"model":"m","stream":true,"stream_options":{"include_usage":true}}`
		own   = `{"model":"m","stream":true,"stream_options":{}}`
	)
	for _, c := range []struct {
		name, body, refusal string
		sent                []string
		class               llm.Class // 0: it went well
	}{
		{"refused by name", plain, `{"error":{"message":"Unrecognized request argument supplied: stream_options"}}`, []string{added, plain}, 0},
		{"refused for something else", plain, `{"error":{"message":"no such model"}}`, []string{added}, llm.BadRequestError},
		{"the caller's own", own, `{"error":{"message":"Unrecognized request argument supplied: stream_options"}}`, []string{added}, llm.BadRequestError},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent []string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				b, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				if sent = append(sent, string(b)); strings.Contains(string(b), "stream_options") {
					w.WriteHeader(http.StatusBadRequest)
					_, _ = io.WriteString(w, c.refusal)
					return
				}
				w.Header().Set("Content-Type", "text/event-stream")
				_, _ = io.WriteString(w, `data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
			}))
			defer srv.Close()
			p := wire.Provider{Name: "openai", Dialect: Dialect(Quirks{}, time.Now), Client: srv.Client()}
			body := providertest.Object(t, c.body)
			reply, err := p.Do(context.Background(), &llm.Call{
				Op: llm.Chat, Format: llm.OpenAI, Body: body, Stream: true,
				To: &llm.Deployment{Model: "m", Base: srv.URL}, Record: &llm.Record{},
			})
			if got := class(err); got != c.class {
				t.Fatalf("got %v, want class %v", err, c.class)
			}
			if err == nil {
				for _, err := range reply.Events {
					if err != nil {
						t.Error(err)
					}
				}
				if err := reply.Close(); err != nil {
					t.Error(err)
				}
			}
			if !slices.Equal(sent, c.sent) {
				t.Errorf("sent: got %q, want %q", sent, c.sent)
			}
		})
	}
}

func class(err error) llm.Class {
	if e, ok := err.(*llm.Error); ok {
		return e.Class
	}
	return 0
}
