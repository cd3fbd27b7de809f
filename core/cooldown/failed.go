package cooldown

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Failed counts a failure of a deployment, which rests if there were more than
// allowed, in all processes, within a minute of the clock; and for as long as it
// asked itself, if that is more than zero. The store may take a second.
func (s *Shared) Failed(ctx context.Context, id string, allowed int, rest, asked time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*patience) // the caller may have left
	defer cancel()
	now := s.Now()
	s.mu.Lock()
	known := s.until[id]
	s.mu.Unlock()
	if known.After(now) && !now.Add(asked).After(known) {
		return // it rests; this was a call already under way
	}
	often, err := s.count(ctx, id, allowed, now)
	if often {
		asked = max(asked, rest)
	}
	if asked > 0 {
		err = errors.Join(err, s.rest(ctx, id, now.Add(asked)))
	}
	s.tell(err)
}

// count adds a failure and reports whether there were more than allowed. Then
// the count begins again.
func (s *Shared) count(ctx context.Context, id string, allowed int, now time.Time) (often bool, err error) {
	minute := now.Unix() / 60
	key := store.Key{PK: "FAIL#" + strconv.FormatInt(minute, 10) + "#" + id, SK: "#"}
	item, err := s.Store.Write(ctx, store.Write{
		Key: key, Add: map[string]int64{fails: 1}, Expires: time.Unix((minute+2)*60, 0),
	})
	if err == nil && item.Int(fails) > int64(allowed) {
		often = true
		_, err = s.Store.Write(ctx, store.Write{Key: key, Set: store.Item{fails: int64(0)}})
	}
	if err != nil {
		return often, fmt.Errorf("count a failure of deployment %s: %w", id, err)
	}
	return often, nil
}

// rest writes all copies at once.
func (s *Shared) rest(ctx context.Context, id string, end time.Time) error {
	s.mu.Lock()
	s.know(id, end)
	s.mu.Unlock()
	var wait sync.WaitGroup
	errs := make([]error, copies)
	for n := range copies {
		wait.Go(func() {
			_, err := s.Store.Write(ctx, store.Write{
				Key: copyKey(n, id),
				If:  []store.Condition{{Attr: until, Op: store.Less, Value: end.UnixMilli(), OrAbsent: true}},
				Set: store.Item{until: end.UnixMilli()}, Expires: end.Add(time.Minute),
			})
			if _, longer := errors.AsType[*store.Refused](err); err != nil && !longer {
				errs[n] = fmt.Errorf("let deployment %s rest: %w", id, err)
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (s *Shared) tell(err error) {
	if err != nil && s.Trouble != nil {
		s.Trouble(err)
	}
}
