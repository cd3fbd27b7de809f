package embedded

import (
	"context"
	"errors"
	"slices"

	"github.com/tollgate-llm/tollgate/store"
)

// job is what one caller wants written: all of it or nothing.
type job struct {
	writes []store.Write
	done   chan struct{} // closed when the answer is there
	made   []store.Item
	err    error
}

// Write implements store.Store. When it returns, the change is on disk.
func (s *Store) Write(ctx context.Context, w store.Write) (store.Item, error) {
	made, err := s.write(ctx, []store.Write{w})
	if err != nil {
		return nil, err
	}
	return made[0], nil
}

// WriteAll implements store.Transactor.
func (s *Store) WriteAll(ctx context.Context, writes []store.Write) error {
	if len(writes) > 100 {
		return errors.New("more than 100 writes at once")
	}
	_, err := s.write(ctx, writes)
	return err
}

// write queues the writes and waits for them. Whoever finds that nobody is
// writing writes for all who wait; the rest wait for their answers, or for
// their turn to do the same. So the next group gathers while one is on its way
// to disk, and a group is as large as the disk is slow.
//
// A context that ends takes a caller out of the queue with nothing done. Later
// than that it waits for the outcome, so that it never has to guess.
func (s *Store) write(ctx context.Context, writes []store.Write) ([]store.Item, error) {
	if err := valid(writes); err != nil {
		return nil, err
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.life.RUnlock()
	j := &job{writes: writes, done: make(chan struct{})}
	s.mu.Lock()
	s.queue = append(s.queue, j)
	s.mu.Unlock()
	select {
	case <-j.done:
	case s.turn <- struct{}{}:
		s.writeGroup(s.take())
		<-s.turn
	case <-ctx.Done():
		if s.withdraw(j) {
			return nil, ctx.Err()
		}
	}
	<-j.done
	return j.made, j.err
}

func valid(writes []store.Write) error {
	seen := make(map[store.Key]bool, len(writes))
	for _, w := range writes {
		if err := w.Valid(); err != nil {
			return err
		}
		if seen[w.Key] {
			return errors.New("one item is written twice")
		}
		seen[w.Key] = true
	}
	return nil
}

// take is all who wait; who has the turn answers them.
func (s *Store) take() []*job {
	s.mu.Lock()
	defer s.mu.Unlock()
	group := s.queue
	s.queue = nil
	return group
}

// withdraw takes a job out of the queue, and reports whether it was still there.
func (s *Store) withdraw(j *job) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.Index(s.queue, j)
	if at >= 0 {
		s.queue = slices.Delete(s.queue, at, at+1)
	}
	return at >= 0
}

// writeGroup answers the jobs of a group. None is answered before the group is
// on disk, a refused one neither: what refused it may be a neighbour's write.
func (s *Store) writeGroup(group []*job) {
	if len(group) == 0 {
		return // somebody else wrote for us
	}
	err := s.writer.commit(group, s.now())
	for _, j := range group {
		if err != nil {
			j.made, j.err = nil, s.failure("write", err)
		}
		close(j.done)
	}
}
