package emulator

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// Messages are those of a queue.
type Messages interface {
	// Receive takes messages, so many at most, and hides them from others for a
	// while. It may wait for some.
	Receive(ctx context.Context, most int) ([]queue.Message, error)
	// Delete drops messages that were received.
	Delete(ctx context.Context, messages []queue.Message) error
}

const (
	// pollers is how many batches of messages are worked off at a time, as many as
	// Lambda begins with.
	pollers = 5
	// noMessages is how long a poller waits when there are none.
	noMessages = time.Second
)

// Poll has a function work off a queue until the context ends, as Lambda's event
// source does that reports batch item failures: what the function does not name
// in its reply is deleted, and after an error nothing is. It waits for what it
// has begun, and what goes wrong is in the log.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (g *Gateway) Poll(ctx context.Context, from Messages, of routes.Queue) {
	var all sync.WaitGroup
	defer all.Wait()
	for range pollers {
		all.Go(func() {
			for ctx.Err() == nil {
				messages, err := from.Receive(ctx, of.BatchSize)
				if len(messages) > 0 {
					if err := g.deliver(ctx, from, of, messages); err != nil && ctx.Err() == nil {
						fmt.Fprintf(g.log, "function %s, of the queue %s: %v\n", of.Function, of.Name, err)
					}
					continue
				}
				if err != nil && ctx.Err() == nil {
					fmt.Fprintf(g.log, "queue %s: %v\n", of.Name, err)
				}
				select {
				case <-ctx.Done():
				case <-time.After(noMessages):
				}
			}
		})
	}
}

// deliver has messages worked off, and deletes those that were.
func (g *Gateway) deliver(ctx context.Context, from Messages, of routes.Queue, messages []queue.Message) error {
	event, err := queueEvent(of.Name, messages)
	if err != nil {
		return err
	}
	reply, err := g.answerOf(of.Function, event)
	if err != nil {
		return err
	}
	again, err := failures(reply, messages)
	if err != nil {
		return err
	}
	done := slices.DeleteFunc(slices.Clone(messages), func(m queue.Message) bool { return slices.Contains(again, m.ID) })
	return from.Delete(context.WithoutCancel(ctx), done)
}

// queueEvent is what Lambda hands a function of a queue.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
func queueEvent(name string, messages []queue.Message) ([]byte, error) {
	records := make([]map[string]any, len(messages))
	for i, m := range messages {
		records[i] = map[string]any{
			"messageId": m.ID, "receiptHandle": m.Receipt, "body": m.Body, "messageAttributes": map[string]any{},
			"attributes":  map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.Received)},
			"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:" + account + ":" + name, "awsRegion": "us-east-1",
		}
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return event, nil
}

// failures are the messages that a function wants again. A reply that names none
// of them, or is no JSON, wants all: the error says so.
func failures(reply []byte, messages []queue.Message) ([]string, error) {
	var said struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if len(reply) > 0 {
		if err := json.Unmarshal(reply, &said); err != nil {
			return nil, fmt.Errorf("the reply is not JSON: %.200q", reply)
		}
	}
	var ids []string
	for _, f := range said.Failures {
		if !slices.ContainsFunc(messages, func(m queue.Message) bool { return m.ID == f.ID }) {
			return nil, fmt.Errorf("the reply names the message %q, which it was not given", f.ID)
		}
		ids = append(ids, f.ID)
	}
	return ids, nil
}

// answerOf runs a function to its end, and returns what it answers.
func (g *Gateway) answerOf(name string, event []byte) ([]byte, error) {
	f, ok := g.functions[name]
	if !ok {
		return nil, fmt.Errorf("there is no function %q", name)
	}
	a := <-f.invoke(rand.Text(), event).answer
	if a.err != nil {
		return nil, a.err
	}
	reply, err := io.ReadAll(io.LimitReader(a.body, maxBuffered))
	a.done <- http.StatusAccepted
	return reply, err
}
