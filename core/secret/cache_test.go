package secret_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tollgate-llm/tollgate/core/secret"
)

// safe is a vault in memory. Secret waits for gate if there is one.
type safe struct {
	mu    sync.Mutex
	value string
	err   error
	asked int
	gate  chan struct{}

	cancelled bool // the last one asked with a context that had ended
}

func (s *safe) Check(name string) error {
	if strings.Contains(name, "!") {
		return errors.New("want a name without a shout")
	}
	return nil
}

func (s *safe) Secret(ctx context.Context, _ string) (string, error) {
	s.mu.Lock()
	s.asked++
	s.cancelled = ctx.Err() != nil
	value, err, gate := s.value, s.err, s.gate
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
	return value, err
}

func (s *safe) put(value string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.err = value, err
}

func (s *safe) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// clock is a time that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func cached(s *safe, random float64) (*secret.Cache, *clock) {
	c := &clock{at: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	return &secret.Cache{Vault: s, Now: c.now, Random: func() float64 { return random }}, c
}

// TestCache takes a secret at instants, and tells when the vault is asked.
func TestCache(t *testing.T) {
	broken := errors.New("the vault is closed")
	type step struct {
		pass   time.Duration
		put    string // the vault has another value; "-": it fails
		stale  bool   // a provider refused the value
		want   string // "": an error
		asked  int    // so far
		failed int    // refreshes that were told of, so far
	}
	for _, tc := range []struct {
		name   string
		random float64
		steps  []step
	}{
		{"kept for an hour", 0, []step{
			{put: "a", want: "a", asked: 1},
			{pass: time.Hour - 1, put: "b", want: "a", asked: 1},
			{pass: 1, want: "b", asked: 2},
			{pass: time.Hour - 1, want: "b", asked: 2},
		}},
		{"the hour is shorter for some", 0.5, []step{
			{put: "a", want: "a", asked: 1},
			{pass: 57*time.Minute - 1, put: "b", want: "a", asked: 1},
			{pass: 1, want: "b", asked: 2},
		}},
		{"the last good value is kept", 0, []step{
			{put: "a", want: "a", asked: 1},
			{pass: time.Hour, put: "-", want: "a", asked: 2, failed: 1},
			{pass: time.Minute - 1, want: "a", asked: 2, failed: 1},
			{pass: 1, want: "a", asked: 3, failed: 2},
			{pass: time.Minute, put: "b", want: "b", asked: 4, failed: 2},
		}},
		{"a failure is told for five seconds", 0, []step{
			{put: "-", asked: 1},
			{pass: 5*time.Second - 1, put: "a", asked: 1},
			{pass: 1, want: "a", asked: 2},
		}},
		{"refused values are fetched again", 0, []step{
			{put: "a", want: "a", asked: 1},
			{pass: time.Minute, put: "b", stale: true, want: "b", asked: 2},
		}},
		{"once a minute at most", 0, []step{
			{put: "a", want: "a", asked: 1},
			{pass: time.Minute - 1, put: "b", stale: true, want: "a", asked: 1},
			{pass: 1, stale: true, want: "b", asked: 2},
			{put: "c", stale: true, want: "b", asked: 2},
		}},
		{"a refused value stays when the vault fails", 0, []step{
			{put: "a", want: "a", asked: 1},
			{pass: time.Minute, put: "-", stale: true, want: "a", asked: 2, failed: 1},
			{stale: true, want: "a", asked: 2, failed: 1},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &safe{}
			c, now := cached(s, tc.random)
			failed := 0
			c.Failed = func(string, error) { failed++ }
			for i, step := range tc.steps {
				now.pass(step.pass)
				switch step.put {
				case "":
				case "-":
					s.put("", broken)
				default:
					s.put(step.put, nil)
				}
				if step.stale {
					c.Stale("name")
				}
				got, err := c.Secret(t.Context(), "name")
				if got != step.want || (err != nil) != (step.want == "") {
					t.Errorf("step %d: got %q, %v, want %q", i, got, err, step.want)
				}
				if s.count() != step.asked || failed != step.failed {
					t.Errorf("step %d: got the vault asked %d times, %d failures told, want %d, %d", i, s.count(), failed, step.asked, step.failed)
				}
			}
		})
	}
}

// TestCacheTogether: however many need a secret at once, the vault is asked
// once, and who cannot wait need not; while it is asked again, the older value
// serves.
func TestCacheTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &safe{value: "a", gate: make(chan struct{})}
		c, now := cached(s, 0)
		var all sync.WaitGroup
		got := make([]string, 20)
		for i := range got {
			all.Go(func() { got[i], _ = c.Secret(t.Context(), "name") })
		}
		synctest.Wait() // all of them do
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := c.Secret(gone, "name"); !errors.Is(err, context.Canceled) {
			t.Errorf("somebody who left: got %v, want context.Canceled", err)
		}
		close(s.gate)
		all.Wait()
		if want := slices.Repeat([]string{"a"}, len(got)); !slices.Equal(got, want) || s.count() != 1 {
			t.Errorf("got %v of a vault that was asked %d times, want %v, 1", got, s.count(), want)
		}

		now.pass(time.Hour)
		s.put("b", nil)
		s.gate = make(chan struct{})
		all.Go(func() { got[0], _ = c.Secret(t.Context(), "name") })
		synctest.Wait()
		if v, err := c.Secret(gone, "name"); v != "a" || err != nil { // who need not wait
			t.Errorf("while the vault is asked again: got %q, %v, want a", v, err)
		}
		close(s.gate)
		all.Wait()
		if got[0] != "b" || s.count() != 2 {
			t.Errorf("got %q of a vault that was asked %d times, want b, 2", got[0], s.count())
		}
	})
}

// TestCacheOutlivesItsCaller: others wait for what one began.
func TestCacheOutlivesItsCaller(t *testing.T) {
	s := &safe{value: "a"}
	c, _ := cached(s, 0)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if v, err := c.Secret(gone, "name"); v != "a" || err != nil || s.cancelled {
		t.Errorf("got %q, %v, the vault cancelled %v, want a", v, err, s.cancelled)
	}
}

// TestFresh: the vault is asked at once; what it cannot tell is an error, and stays
// known.
func TestFresh(t *testing.T) {
	s := &safe{value: "a"}
	c, _ := cached(s, 0)
	for i, step := range []struct {
		value string
		err   error
		want  string
	}{{"a", nil, "a"}, {"b", nil, "b"}, {"", errors.New("down"), ""}} {
		s.put(step.value, step.err)
		if v, err := c.Fresh(t.Context(), "name"); v != step.want || !errors.Is(err, step.err) || s.count() != i+1 {
			t.Errorf("step %d: got %q, %v of a vault that was asked %d times, want %q", i, v, err, s.count(), step.want)
		}
	}
	if v, err := c.Secret(t.Context(), "name"); v != "b" || err != nil || s.count() != 3 {
		t.Errorf("got %q, %v of a vault that was asked %d times, want what is known", v, err, s.count())
	}
}

// TestFreshWhileAsked: what was asked before is not what the vault tells now.
func TestFreshWhileAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &safe{value: "a"}
		c, now := cached(s, 0)
		if _, err := c.Secret(t.Context(), "name"); err != nil {
			t.Fatal(err)
		}
		now.pass(time.Hour)
		s.gate = make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() { _, _ = c.Secret(t.Context(), "name") })
		synctest.Wait() // the vault has told it
		s.put("b", nil)
		var got string
		all.Go(func() { got, _ = c.Fresh(t.Context(), "name") })
		synctest.Wait()
		close(s.gate)
		all.Wait()
		if got != "b" || s.count() != 3 {
			t.Errorf("got %q of a vault that was asked %d times, want b, 3", got, s.count())
		}
	})
}
