package attempt_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const second = time.Second

// TestLimits: whose limit holds. Zero stands for: not set.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name                         string
		caller, callerStream         time.Duration
		deployment, deploymentStream time.Duration
		router, routerStream         time.Duration
		plain, stream                time.Duration
	}{
		{name: "none"},
		{name: "the router's", router: 5 * second, plain: 5 * second, stream: 5 * second},
		{name: "the router's for streams", router: 5 * second, routerStream: 4 * second, plain: 5 * second, stream: 4 * second},
		{name: "the deployment's", router: 5 * second, routerStream: 4 * second, deployment: 3 * second, plain: 3 * second, stream: 3 * second},
		{name: "the deployment's for streams", router: 5 * second, deployment: 3 * second, deploymentStream: 2 * second, plain: 3 * second, stream: 2 * second},
		{name: "the caller's", deployment: 3 * second, deploymentStream: 2 * second, caller: 9 * second, plain: 9 * second, stream: 9 * second},
		{name: "the caller's for streams", deployment: 3 * second, caller: 9 * second, callerStream: 8 * second, plain: 9 * second, stream: 8 * second},
	} {
		for _, stream := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				want := c.plain
				if stream {
					want = c.stream
				}
				v := &vendor{answer: func(ctx context.Context, _ *llm.Call) (*llm.Reply, error) {
					return nil, wait(ctx, time.Hour)
				}}
				a := to(v)
				a.Timeout, a.StreamTimeout = c.router, c.routerStream
				call := ask(`{}`)
				call.Stream = stream
				call.Options.Timeout, call.Options.StreamTimeout = c.caller, c.callerStream
				call.To.Timeout, call.To.StreamTimeout = c.deployment, c.deploymentStream
				if want == 0 {
					v.answer = nil
				}
				began := time.Now()
				reply, err := a.Do(t.Context(), call)
				if want == 0 {
					if err != nil {
						t.Fatal(err)
					}
					reply.Close()
				} else if class(err) != llm.Timeout || time.Since(began) != want {
					t.Errorf("%s, stream %v: got %v after %v, want a Timeout after %v", c.name, stream, err, time.Since(began), want)
				}
				if call.Record.Timeout != want {
					t.Errorf("%s, stream %v: record: got %v, want %v", c.name, stream, call.Record.Timeout, want)
				}
			})
		}
	}
}

// TestSilence: in a stream the limit is for each silence, not for the whole,
// and the time a slow reader takes does not count.
func TestSilence(t *testing.T) {
	for _, c := range []struct {
		name          string
		pause, reader time.Duration
		want          string
		class         llm.Class
		early         bool // before any event: Do fails
	}{
		{name: "short silences, long stream", pause: 2 * second, want: "abcdef"},
		{name: "a slow reader", pause: second, reader: time.Minute, want: "abcdef"},
		{name: "one too long", pause: 4 * second, class: llm.Timeout, early: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := &vendor{answer: func(ctx context.Context, _ *llm.Call) (*llm.Reply, error) {
					return &llm.Reply{Events: words(ctx, c.pause, "a", "b", "c", "d", "e", "f")}, nil
				}}
				a := to(v)
				a.StreamTimeout = 3 * second
				call := ask(`{}`)
				call.Stream = true
				reply, err := a.Do(t.Context(), call)
				if c.early {
					if class(err) != c.class {
						t.Errorf("got %v, want %v", err, c.class)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer reply.Close()
				got := ""
				for ev, err := range reply.Events {
					if err != nil {
						t.Fatal(err)
					}
					got += string(ev.Data)
					time.Sleep(c.reader)
				}
				if got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

// TestStall: a stream that falls silent after content ends in a Timeout that
// names the limit.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vendor{answer: func(ctx context.Context, _ *llm.Call) (*llm.Reply, error) {
			return &llm.Reply{Events: func(yield func(llm.Event, error) bool) {
				if !yield(llm.Event{Data: []byte("a")}, nil) {
					return
				}
				yield(llm.Event{}, &llm.Error{Class: llm.APIConnectionError, Provider: "acme", Model: "large", Err: wait(ctx, time.Hour)})
			}}, nil
		}}
		a := to(v)
		a.Timeout = 7 * second
		call := ask(`{}`)
		call.Stream = true
		reply, err := a.Do(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		got, err := read(reply)
		if got != "a" || class(err) != llm.Timeout || time.Since(began) != 7*second {
			t.Errorf("got %q and %v after %v, want a and a Timeout after 7s", got, err, time.Since(began))
		}
		if want := "Timeout: no answer within 7s: APIConnectionError: : context canceled"; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	})
}

// TestCallerEnds: a caller who leaves is no Timeout, and neither is a
// provider's own error.
func TestCallerEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(second, cancel)
		a := to(&vendor{answer: func(ctx context.Context, _ *llm.Call) (*llm.Reply, error) {
			return nil, &llm.Error{Class: llm.APIConnectionError, Err: wait(ctx, time.Hour)}
		}})
		a.Timeout = 5 * second
		if _, err := a.Do(ctx, ask(`{}`)); class(err) != llm.APIConnectionError {
			t.Errorf("got %v, want the provider's own error", err)
		}
	})
}

// TestClockStops: nothing is left running when a call is over (synctest fails
// when timers or goroutines hold the bubble), and the provider may still read
// while it closes its stream.
func TestClockStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at error
		a := to(&vendor{answer: func(ctx context.Context, _ *llm.Call) (*llm.Reply, error) {
			r := &llm.Reply{Events: words(ctx, 0, "a", "b")}
			r.OnClose(func() error { at = ctx.Err(); return nil })
			return r, nil
		}})
		a.Timeout = second
		call := ask(`{}`)
		call.Stream = true
		reply, err := a.Do(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(reply); err != nil {
			t.Fatal(err)
		}
		if at != nil {
			t.Errorf("when the provider closed, the try was over: %v", at)
		}
	})
}
