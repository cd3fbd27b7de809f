package boot_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store"
	"github.com/tollgate-llm/tollgate/store/memory"
)

// accountsDown is a store that counts writes, and writes no account when it is
// told so.
type accountsDown struct {
	*memory.Store
	down   atomic.Bool
	writes atomic.Int64
	reads  atomic.Int64
}

func (s *accountsDown) Write(ctx context.Context, w store.Write) (store.Item, error) {
	s.writes.Add(1)
	if s.down.Load() && strings.HasPrefix(w.Key.PK, "A#") {
		return nil, errors.New("no answer")
	}
	return s.Store.Write(ctx, w)
}

func (s *accountsDown) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	s.reads.Add(1)
	return s.Store.Get(ctx, key, consistent)
}

// TestSoftStopsNobody: who has only a soft budget is asked nothing that who has a
// limit is, reads no more than who has none, and pays no writes when nobody is told.
func TestSoftStopsNobody(t *testing.T) {
	for _, c := range []struct {
		name, config, model string
		soft, down          bool
		writes              int64
	}{
		{"no budget", alerting, "gpt", false, false, 1},
		{"nobody is told", peopled, "gpt", true, false, 1},
		{"somebody is told", alerting, "gpt", true, false, 4},
		{"no price", alerting, "other", true, false, 4},
		{"the store does not count", alerting, "gpt", true, true, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, ear := &accountsDown{Store: memory.New(time.Now)}, newEar(t, nil)
			h := openOn(t, in, c.config, ear.env()...)
			var k people.Key
			if c.soft {
				k.SoftBudget = pico(1)
			}
			key := issue(t, h, k)
			body := chatBody(c.model, "")
			if a := h.do(t, "POST", "/v1/chat/completions", body, key); a.status != 200 { // the key is read
				t.Fatalf("got %d %s", a.status, a.body)
			}
			in.down.Store(c.down)
			writes, reads := in.writes.Load(), in.reads.Load()
			if a := h.do(t, "POST", "/v1/chat/completions", body, key); a.status != 200 {
				t.Errorf("got %d %s, want the answer", a.status, a.body)
			}
			if n := in.writes.Load() - writes; c.writes >= 0 && n != c.writes {
				t.Errorf("got %d writes, want %d", n, c.writes)
			}
			if n := in.reads.Load() - reads; n != 0 {
				t.Errorf("got %d reads, want none", n)
			}
		})
	}
}

// TestCustomerSoftBudget: the budget of a request's customer counts whoever asks,
// and the alert names the customer.
func TestCustomerSoftBudget(t *testing.T) {
	ear := newEar(t, nil)
	h := open(t, alerting, ear.env()...)
	soft := people.Spending{MaxBudget: pico(1), SoftBudget: pico(0.000001)}
	if _, err := h.app.People().Customers.Create(t.Context(), people.Root("master"), people.Customer{ID: "c<1>", Spending: soft}); err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(small, "{", `{"user":"c<1>",`, 1)
	for range 3 {
		if a := h.do(t, "POST", "/v1/chat/completions", body, "Authorization: Bearer sk-master"); a.status != 200 {
			t.Fatalf("got %d %s", a.status, a.body)
		}
	}
	if got := ear.events(t); len(got) != 1 || got[0].Event != "soft_budget_crossed" || got[0].Customer != "c<1>" || got[0].Group != "end_user" {
		t.Errorf("got %+v, want one alert about the customer", got)
	}
}
