package queue

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// running is how many messages one process works off at a time.
	running = 10
	// idle is how long it waits before it looks into an empty queue again, unless
	// it is woken up.
	idle = 5 * time.Second
	// hidden is how long a message waits that must be delivered again, the first
	// time.
	hidden = 30 * time.Second
	// closing is how long it may take to drop a message when the process ends.
	closing = 5 * time.Second
)

// Work does what messages say. It returns the ids of those that must be delivered
// again, and why.
type Work func(ctx context.Context, messages []Message) (again []string, why error)

// Loop has a queue worked off until the context ends, as Lambda has a function
// work off one of SQS, and returns when the last message has been. A value of
// wake is that something was sent. It tells wrong of errors, at any time.
func (q *Stored) Loop(ctx context.Context, wake <-chan struct{}, work Work, wrong func(error)) {
	free := make(chan struct{}, running)
	var all sync.WaitGroup
	defer all.Wait()
	for ctx.Err() == nil {
		free <- struct{}{}
		messages, err := q.Receive(ctx, 1)
		if err != nil && ctx.Err() == nil {
			wrong(err)
		}
		if len(messages) == 0 {
			<-free
			pause(ctx, wake)
			continue
		}
		all.Go(func() {
			defer func() { <-free }()
			if err := q.deliver(ctx, messages[0], work); err != nil && ctx.Err() == nil {
				wrong(err)
			}
		})
	}
}

func pause(ctx context.Context, wake <-chan struct{}) {
	t := time.NewTimer(idle)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-t.C:
	}
}

// deliver has a message worked off and drops it, or leaves it for another time.
func (q *Stored) deliver(ctx context.Context, m Message, work Work) error {
	again, why := work(ctx, []Message{m})
	after := hidden * time.Duration(m.Received)
	if ctx.Err() != nil { // this process ends
		after = 0
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	if len(again) > 0 {
		return errors.Join(why, q.Return(ctx, m, after))
	}
	return q.Delete(ctx, []Message{m})
}
