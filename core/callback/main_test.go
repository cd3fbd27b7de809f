package callback_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/callback"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// place takes what is posted to it, and answers with its statuses in turn, then
// with 200. A status of 0 says nothing until whoever asks has gone.
type place struct {
	*httptest.Server
	statuses []int

	mu   sync.Mutex
	got  []string
	keys []string // Idempotency-Key
}

func newPlace(t *testing.T, statuses ...int) *place {
	t.Helper()
	p := &place{statuses: statuses}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *place) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	p.got, p.keys = append(p.got, string(b)), append(p.keys, r.Header.Get("Idempotency-Key"))
	status := http.StatusOK
	if len(p.statuses) > 0 {
		status, p.statuses = p.statuses[0], p.statuses[1:]
	}
	p.mu.Unlock()
	if status == 0 {
		<-r.Context().Done()
		return
	}
	w.WriteHeader(status)
}

func (p *place) posted() (bodies, keys []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got, p.keys
}

// secret is in every address: nothing may show it.
const secret = "/services/T0/B0/canary?token=canary"

func (p *place) address() string { return p.URL + secret }

func post(t *testing.T) callback.Post {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return callback.Post{Client: client}
}

// pico is an amount in micro-dollars.
func pico(micro int64) *int64 {
	micro *= 1_000_000
	return &micro
}

// full is an alert that says all that can be said.
func full() callback.Alert {
	return callback.Alert{
		ID: "0123", Type: callback.Budgets, Event: "threshold_crossed", Group: "key", Message: "Key Budget: 5% Threshold Crossed",
		Spend: pico(960_000), MaxBudget: pico(1_000_000), Soft: pico(500_000),
		Token: "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b", KeyAlias: "<!channel> `& co`", Customer: "c", User: "u",
		Email: "u@example.com", Team: "t", TeamName: "Team T", Org: "o", At: time.Date(2026, 11, 21, 14, 30, 5, 0, time.UTC),
	}
}

// broken is a sink that only fails.
type broken struct{ err error }

func (broken) Name() string                                 { return "broken" }
func (b broken) Send(context.Context, callback.Alert) error { return b.err }
