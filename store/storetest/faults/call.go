package faults

import (
	"context"

	"github.com/tollgate-llm/tollgate/store"
)

// call carries a call out, unless its process is dead before or its fault is
// not to be. writes are those it makes.
func (s *Store) call(ctx context.Context, p Point, writes []store.Write, do func(context.Context) error) error {
	p.Call = int(s.calls.Add(1))
	if !s.reach(p) {
		return ErrDead
	}
	err := s.fail(ctx, p, writes, do)
	p.After = true
	if !s.reach(p) {
		return ErrDead
	}
	return err
}

// reach comes to a point, and reports whether the process lives there.
func (s *Store) reach(p Point) bool {
	if s.At != nil && !s.dead.Load() {
		s.At(p)
	}
	return !s.dead.Load()
}

func (s *Store) fail(ctx context.Context, p Point, writes []store.Write, do func(context.Context) error) error {
	f := s.draw(p)
	switch f.Kind {
	case Throttled:
		return store.ErrThrottled
	case LostBefore:
		return ErrLost
	case Late:
		if len(writes) > 0 && ctx.Err() == nil {
			s.send(delayed{p.Key, f.Writes, do})
		}
		return ErrLost
	case Slow:
		s.wait(ctx)
	}
	err := do(ctx)
	for _, w := range writes {
		s.pass(ctx, w.Key)
	}
	switch f.Kind {
	case LostAfter:
		return ErrLost
	case Slow:
		s.wait(ctx)
	}
	return err
}

// draw is the fault of a call. It is counted.
func (s *Store) draw(p Point) Fault {
	if s.Fault == nil {
		return Fault{}
	}
	f := s.Fault(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits[f.Kind]++
	return f
}

func (s *Store) wait(ctx context.Context) {
	if s.Wait != nil {
		s.Wait(ctx)
	}
}

func (s *Store) send(d delayed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = append(s.late, d)
}

// pass tells what is late that its item was written, and carries out what has
// waited long enough. Who sent it may be gone by then.
func (s *Store) pass(ctx context.Context, key store.Key) {
	var due []delayed
	s.mu.Lock()
	kept := s.late[:0]
	for _, d := range s.late {
		if d.key == key && d.waits == 1 {
			due = append(due, d)
			continue
		}
		if d.key == key && d.waits > 1 {
			d.waits--
		}
		kept = append(kept, d)
	}
	clear(s.late[len(kept):])
	s.late = kept
	s.mu.Unlock()
	for _, d := range due {
		_ = d.do(context.WithoutCancel(ctx))
	}
}
