package batch_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/batch"
	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/store/storetest/faults"
)

// TestExactlyOnce: whatever fails, dies, comes twice or late, each line has one
// result in the end, one that a run of it had, and it stays that.
func TestExactlyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		n := rapid.IntRange(1, 45).Draw(t, "lines")
		w.net.Fault = faults.Seeded(rapid.Uint64().Draw(t, "seed"), faults.Rates{Throttled: 0.02, LostBefore: 0.03, LostAfter: 0.04, Late: 0.04})
		ctx := context.Background()
		made, _, err := w.process(w.net).Create(ctx, "me", []byte("asker"), lines(n))
		if err != nil {
			return
		}
		w.id = made.ID
		var seen []queue.Message
		ends := rapid.SampledFrom([]error{nil, nil, nil, nil, errRefused, errLimit, errStore, errUnknown, context.Canceled})
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			p := faults.New(w.net)
			b := w.process(p)
			var end error
			dies := 0 // at this call
			if rapid.IntRange(0, 4).Draw(t, "dies") == 0 {
				dies = rapid.IntRange(1, 8).Draw(t, "at")
			}
			p.At = func(at faults.Point) {
				if dies > 0 && at.Call >= dies {
					p.Kill()
				}
			}
			w.fate = func(int) error { return end }
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1, 2, 3, 4:
				end = ends.Draw(t, "end")
				m, err := w.queue.Receive(ctx, 1)
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, m...)
				again, _ := b.Work(ctx, m)
				if dies == 0 && len(again) == 0 {
					if err := w.queue.Delete(ctx, m); err != nil {
						t.Fatal(err)
					}
				}
			case 5: // once more, whatever became of it
				if len(seen) > 0 {
					end = ends.Draw(t, "end")
					_, _ = b.Work(ctx, seen[rapid.IntRange(0, len(seen)-1).Draw(t, "copy"):][:1])
				}
			case 6: // it takes longer than its worker may live, and another is quicker
				m, err := w.queue.Receive(ctx, 1)
				if err != nil {
					t.Fatal(err)
				}
				seen = append(seen, m...)
				w.fate = func(int) error {
					w.fate = nil
					w.pass(batch.Lease + 5*time.Second)
					_, _ = w.process(w.net).Work(ctx, m)
					return nil
				}
				_, _ = b.Work(ctx, m)
			case 7:
				w.pass(time.Duration(rapid.IntRange(1, 40).Draw(t, "minutes")) * time.Minute)
			case 8:
				_ = b.Tend(ctx)
			case 9:
				_, _ = b.Find(ctx, "me", w.id)
			}
		}
		one := w.settle(t)
		first := w.results(t, one)
		w.check(t, first)
		for _, m := range seen { // once more, after the end
			_, _ = w.process(w.net).Work(ctx, []queue.Message{m})
		}
		w.net.Land(ctx)
		again, err := w.process(w.net).Find(ctx, "me", w.id)
		if err != nil || again.Status != one.Status || !again.Finished.Equal(one.Finished) || again.Completed != one.Completed {
			t.Fatalf("got %+v, %v, and %+v before", again, err, one)
		}
		for i, r := range w.results(t, again) {
			if string(r.Body) != string(first[i].Body) {
				t.Errorf("line %d: got %s, and %s before", i, r.Body, first[i].Body)
			}
		}
		w.check(t, first)
	})
}

// TestTogether: many workers take the same messages at the same time.
func TestTogether(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 120)
	m, err := w.queue.Receive(t.Context(), 200)
	if err != nil || len(m) != 120 {
		t.Fatalf("got %d, %v", len(m), err)
	}
	var all sync.WaitGroup
	for of := range 8 {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(2, uint64(of)))
			for range 30 {
				i := rng.IntN(len(m) - 10)
				_, _ = b.Work(t.Context(), m[i:i+10])
			}
		})
	}
	all.Wait()
	w.check(t, w.results(t, w.settle(t)))
	for line, n := range w.begun {
		if n != 1 {
			t.Errorf("line %d: got %d runs, want one", line, n)
		}
	}
}

// TestPanic: it is one line's, and is not tried again.
func TestPanic(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 2)
	w.fate = func(index int) error {
		if index == 0 {
			panic("at the vendor's")
		}
		return nil
	}
	m, err := w.queue.Receive(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	w.deliver(t, b, m)
	one, err := b.Find(t.Context(), "me", w.id)
	if err != nil || one.Completed != 1 || one.Failed != 1 {
		t.Fatalf("got %+v, %v, want one of each", one, err)
	}
}

// TestTaken: a message whose line another worker has comes again, for that one may
// die; and the line is left when the worker's own time is up.
func TestTaken(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 1)
	m, err := w.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	w.fate = func(int) error {
		w.fate = nil
		if again, why := w.process(w.net).Work(t.Context(), m); len(again) != 1 || why == nil {
			t.Errorf("a copy meanwhile: got %q, %v, want it again", again, why)
		}
		end()
		return ctx.Err()
	}
	if again, _ := b.Work(ctx, m); len(again) != 1 || w.done(0) {
		t.Errorf("got %q and a result %v, want it again", again, w.done(0))
	}
	if again, _ := b.Work(t.Context(), m); len(again) != 0 || !w.done(0) { // at once, for nobody has it
		t.Errorf("got %q and a result %v, want it done", again, w.done(0))
	}
}

// TestResultNotKept: a line whose answer could not be kept has none.
func TestResultNotKept(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 1)
	w.net.Fault = func(p faults.Point) faults.Fault {
		if p.Op == faults.Write && strings.HasPrefix(p.Key.PK, "BR#") {
			return faults.Fault{Kind: faults.Throttled}
		}
		return faults.Fault{}
	}
	m, err := w.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := b.Work(t.Context(), m); len(again) != 1 || w.done(0) {
		t.Errorf("got %q and a result %v, want it again", again, w.done(0))
	}
	w.check(t, w.results(t, w.settle(t)))
}

// TestSlow: a worker that answers after its claim has ended, and after another
// has answered, changes nothing.
func TestSlow(t *testing.T) {
	w := newWorld()
	b := w.process(w.net)
	w.create(t, b, 1)
	m, err := w.queue.Receive(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var first []batch.Result
	w.fate = func(int) error {
		w.fate = nil
		w.pass(batch.Lease + 5*time.Second)
		if again, why := w.process(w.net).Work(t.Context(), m); len(again) > 0 {
			t.Errorf("another: got %q, %v, want it done", again, why)
		}
		one, err := b.Find(t.Context(), "me", w.id)
		if err != nil || !one.Done() {
			t.Fatalf("got %+v, %v, want it done", one, err)
		}
		first = w.results(t, one)
		return nil
	}
	w.deliver(t, b, m)
	one, err := b.Find(t.Context(), "me", w.id)
	if err != nil {
		t.Fatal(err)
	}
	if last := w.results(t, one); string(first[0].Body) != `{"answer":"0.2"}` || string(last[0].Body) != string(first[0].Body) {
		t.Errorf("got %s, and %s later", first[0].Body, last[0].Body)
	}
}
