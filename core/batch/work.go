package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/queue"
)

// closing is how long what must be written may take when a worker's time is up.
const closing = 5 * time.Second

// slack is how much longer than its worker a claim lives: clocks differ.
const slack = 2 * time.Second

// Work runs the lines that messages name, all at a time, and returns the ids of
// the messages that must be delivered again, and why. It returns when the last
// line has ended; when the context ends, those that are being run are left to
// whoever comes next.
func (b *Batches) Work(ctx context.Context, messages []queue.Message) (again []string, why error) {
	w := &worker{Batches: b, until: b.Now().Add(Lease), seen: map[string]func() (*Batch, error){}, asked: map[place]func() ([]json.RawMessage, error){}}
	if deadline, ok := ctx.Deadline(); ok {
		w.until = b.Now().Add(time.Until(deadline) + slack)
	}
	errs := make([]error, len(messages))
	var all sync.WaitGroup
	for i, m := range messages {
		all.Go(func() { errs[i] = w.line(ctx, m) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			again = append(again, messages[i].ID)
		}
	}
	return again, errors.Join(errs...)
}

// worker is one call of Work, which reads once what several lines have in common.
type worker struct {
	*Batches
	until time.Time // when nothing of it can be running any more

	mu    sync.Mutex
	seen  map[string]func() (*Batch, error)
	asked map[place]func() ([]json.RawMessage, error) // by sheet
}

// line does what a message says. An error asks for it to be delivered again.
func (w *worker) line(ctx context.Context, m queue.Message) error {
	p, err := placeOf(m)
	if err != nil {
		return err
	}
	head, err := w.batch(ctx, p.Batch)
	switch {
	case errors.Is(err, ErrNotFound): // it has expired
		return nil
	case err != nil:
		return err
	case head.Done(), !w.Now().Before(head.Ends): // Tend says so in each line
		return nil
	}
	c, err := w.claim(ctx, p, w.until)
	switch {
	case errors.Is(err, errDone):
		return nil
	case err != nil: // errTaken, too: that worker may die
		return err
	}
	if c.times > MaxReceives {
		return w.end(ctx, head, c, nil, givenUp(nil))
	}
	answer, err := w.run(ctx, head, c)
	verdict, after := judge(ctx, err)
	switch {
	case verdict == ended:
		return w.end(ctx, head, c, answer, err)
	case verdict == waits:
		return w.wait(ctx, c, after, err)
	case m.Received >= MaxReceives && ctx.Err() == nil: // nobody will deliver it again
		return w.end(ctx, head, c, nil, givenUp(err))
	}
	return errors.Join(err, w.leave(ctx, c, true))
}

// run has a line answered. A panic is one line's.
func (w *worker) run(ctx context.Context, head *Batch, c *claim) (answer json.RawMessage, err error) {
	lines, err := w.lines(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, &llm.Error{Class: llm.InternalServerError, Message: "the gateway failed", Err: fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())}
		}
	}()
	return w.Run(ctx, &Line{Batch: head, Index: int(c.item.Int(attrFrom)) + c.Line, Body: lines[c.Line]})
}

// end gives a line its result. It was paid for, so it is kept even when the
// worker's time is up.
func (w *worker) end(ctx context.Context, head *Batch, c *claim, answer json.RawMessage, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	kind := kindAnswer
	if err != nil {
		kind, answer = kindError, w.Tell(err)
	}
	return w.finish(ctx, head, c.place, kind, answer)
}

// wait leaves a line for later. Its message is sent anew, with a delay, so that
// waiting does not count as failing.
func (w *worker) wait(ctx context.Context, c *claim, after time.Duration, why error) error {
	if err := w.leave(ctx, c, false); err != nil {
		return errors.Join(why, err)
	}
	if err := w.Queue.Send(ctx, after, []string{c.message()}); err != nil {
		return errors.Join(why, fmt.Errorf("send a line's message again: %w", err))
	}
	return nil
}

func (w *worker) leave(ctx context.Context, c *claim, counts bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	return w.release(ctx, c, counts)
}

// batch reads a head once.
func (w *worker) batch(ctx context.Context, id string) (*Batch, error) {
	w.mu.Lock()
	read, ok := w.seen[id]
	if !ok {
		read = sync.OnceValues(func() (*Batch, error) { return w.head(ctx, id) })
		w.seen[id] = read
	}
	w.mu.Unlock()
	return read()
}

// lines reads what the lines of a claim's sheet ask, once.
func (w *worker) lines(ctx context.Context, c *claim) ([]json.RawMessage, error) {
	sheet := c.place
	sheet.Line = 0
	w.mu.Lock()
	read, ok := w.asked[sheet]
	if !ok {
		read = sync.OnceValues(func() ([]json.RawMessage, error) { return w.input(ctx, c.Batch, c.Sheet, c.item) })
		w.asked[sheet] = read
	}
	w.mu.Unlock()
	return read()
}
