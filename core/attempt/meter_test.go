package attempt_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// book is a Meter that remembers what it was told.
type book struct {
	refuses error
	down    error // of Settle
	settled []attempt.Outcome
	left    bool // the context of Settle had ended
}

func (b *book) Hold(_ context.Context, call *llm.Call) (*llm.Call, attempt.Hold, error) {
	if b.refuses != nil {
		return nil, nil, b.refuses
	}
	c := *call
	c.Body = c.Body.WithRaw("max_tokens", []byte("7"))
	return &c, b, nil
}

func (b *book) Settle(ctx context.Context, o attempt.Outcome) error {
	b.settled = append(b.settled, o)
	b.left = b.left || ctx.Err() != nil
	return b.down
}

// events are a stream of words: "!" is an error, "$" the last event.
func events(words string) *llm.Reply {
	return &llm.Reply{Events: func(yield func(llm.Event, error) bool) {
		for _, w := range strings.Fields(words) {
			ev := llm.Event{Data: []byte(w), Last: w == "$"}
			if ev.Last {
				ev.Usage = &llm.Usage{Known: true, Out: 3}
			}
			var err error
			if w == "!" {
				ev, err = llm.Event{}, &llm.Error{Class: llm.APIConnectionError}
			}
			if !yield(ev, err) {
				return
			}
		}
	}}
}

// TestMeter: each try is settled exactly once, with what is known of it, before
// the last of its answer is released.
func TestMeter(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func() (*llm.Reply, error)
		read   int // events or bytes; -1: all
		whole  bool
		failed bool
		known  bool
		bytes  int64
	}{
		{"plain", func() (*llm.Reply, error) { return &llm.Reply{Usage: llm.Usage{Known: true, Out: 3}}, nil }, -1, true, false, true, 0},
		{"failed", func() (*llm.Reply, error) { return nil, &llm.Error{Class: llm.RateLimitError} }, -1, false, true, false, 0},
		{"stream", func() (*llm.Reply, error) { return events("a b $"), nil }, -1, true, false, true, 3},
		{"cut stream", func() (*llm.Reply, error) { return events("a b !"), nil }, -1, false, true, false, 2},
		{"stream left", func() (*llm.Reply, error) { return events("a b $"), nil }, 1, false, false, false, 1},
		{"stream never read", func() (*llm.Reply, error) { return events("a b $"), nil }, 0, false, false, false, 0},
		{"media", func() (*llm.Reply, error) {
			return &llm.Reply{Media: strings.NewReader("sound"), Usage: llm.Usage{Known: true, Characters: 2}}, nil
		}, -1, true, false, true, 5},
		{"media left", func() (*llm.Reply, error) {
			return &llm.Reply{Media: strings.NewReader("sound"), Usage: llm.Usage{Known: true, Characters: 2}}, nil
		}, 2, false, false, true, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &book{}
			var asked string
			a := to(&vendor{answer: func(_ context.Context, call *llm.Call) (*llm.Reply, error) {
				asked = string(call.Body.Bytes())
				return c.answer()
			}})
			a.Meter = b
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			reply, err := a.Do(ctx, ask(`{"messages":[]}`))
			if !strings.Contains(asked, `"max_tokens":7`) {
				t.Errorf("asked %s, want what the meter agreed on", asked)
			}
			if err == nil {
				leaving(t, b, reply, c.read, leave)
				reply.Close()
			}
			if len(b.settled) != 1 || b.left {
				t.Fatalf("settled %d times, left %v, want once although the caller is gone", len(b.settled), b.left)
			}
			o := b.settled[0]
			if o.Whole != c.whole || (o.Err != nil) != c.failed || o.Usage.Known != c.known || o.Streamed != c.bytes {
				t.Errorf("got %+v, want whole %v, failed %v, known %v, %d bytes", o, c.whole, c.failed, c.known, c.bytes)
			}
		})
	}
}

// leaving reads n events or bytes of a reply, and then its reader leaves.
func leaving(t *testing.T, b *book, reply *llm.Reply, n int, leave func()) {
	t.Helper()
	switch {
	case reply.Media != nil && n < 0:
		if _, err := io.ReadAll(reply.Media); err != nil {
			t.Error(err)
		}
	case reply.Media != nil:
		if _, err := io.ReadFull(reply.Media, make([]byte, n)); err != nil {
			t.Error(err)
		}
		leave()
	case reply.Events != nil && n != 0:
		for ev, err := range reply.Events {
			if (ev.Last || err != nil) && len(b.settled) != 1 {
				t.Error("the end is released before its try is settled")
			}
			if n--; n == 0 {
				leave()
				break
			}
		}
	}
}

// TestMeterRefuses: without a hold nobody is asked; without a settlement the
// answer is good, and the log says why.
func TestMeterRefuses(t *testing.T) {
	full := &llm.Error{Class: llm.BudgetExceededError, Message: "spent"}
	a := to(&vendor{answer: func(context.Context, *llm.Call) (*llm.Reply, error) {
		t.Error("the provider is asked")
		return &llm.Reply{}, nil
	}})
	a.Meter = &book{refuses: full}
	if _, err := a.Do(t.Context(), ask(`{}`)); !errors.Is(err, llm.BudgetExceededError) {
		t.Errorf("got %v, want the meter's refusal", err)
	}
	a = to(&vendor{answer: func(context.Context, *llm.Call) (*llm.Reply, error) { return &llm.Reply{}, nil }})
	down := errors.New("the store is down")
	a.Meter = &book{down: down}
	call := ask(`{}`)
	if _, err := a.Do(t.Context(), call); err != nil || !errors.Is(call.Record.Cause, down) {
		t.Errorf("got %v and %v in the log, want the answer and why its try is not settled", err, call.Record.Cause)
	}
}
