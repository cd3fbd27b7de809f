package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// letters is a queue of SQS into which functions put messages, and out of which
// one at a time is taken.
type letters struct {
	mu     sync.Mutex
	bodies []string
}

// ServeHTTP takes what SendMessageBatch sends, the only request of functions.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
func (l *letters) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Entries []struct{ Id, MessageBody string }
	}
	b, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(b, &in)
	}
	if err != nil || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".SendMessageBatch") {
		http.Error(w, `{"__type":"InvalidAction"}`, http.StatusBadRequest)
		return
	}
	type sent struct{ Id, MessageId string }
	var out struct{ Successful, Failed []sent }
	l.mu.Lock()
	for _, e := range in.Entries {
		l.bodies = append(l.bodies, e.MessageBody)
		out.Successful = append(out.Successful, sent{e.Id, strconv.Itoa(len(l.bodies))})
	}
	l.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(out) // who left needs no answer
}

// next is a queue of one of the messages, which is nowhere else any more.
func (l *letters) next() (*delivery, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bodies) == 0 {
		return nil, errors.New("the queue is empty")
	}
	body := l.bodies[0]
	l.bodies = l.bodies[1:]
	return &delivery{messages: []queue.Message{{ID: "1", Receipt: "1", Received: 1, Body: body}}}, nil
}

// delivery is an emulator.Messages of one message.
type delivery struct {
	mu       sync.Mutex
	messages []queue.Message
	deleted  bool
	over     context.CancelFunc
}

// Receive implements emulator.Messages.
func (d *delivery) Receive(context.Context, int) ([]queue.Message, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.messages
	d.messages = nil
	return m, nil
}

// Delete implements emulator.Messages. The emulator waits for the others who
// look for messages, and need not: there are no more.
func (d *delivery) Delete(_ context.Context, done []queue.Message) error {
	d.deleted = len(done) == 1
	d.over()
	return nil
}

// workOff has the batch function run the line of one message.
func workOff(ctx context.Context, c *client) error {
	d, err := c.letters.next()
	if err != nil {
		return err
	}
	var once context.Context
	once, d.over = context.WithCancel(ctx)
	defer d.over()
	c.gateway.Poll(once, d, routes.Queues()[0])
	if !d.deleted {
		return errors.New("the function wants the message again")
	}
	return nil
}

// fill has lines of batches written, and their messages sent.
func fill(ctx context.Context, c *client, lines int) error {
	const atOnce = 500
	for lines > 0 {
		n := min(lines, atOnce)
		lines -= n
		one := `{"messages":[{"role":"user","content":"Say something short, please."}]}`
		body := `{"model":"chat","async":true,"requests":[` + strings.Repeat(one+",", n-1) + one + `]}`
		if err := c.post(ctx, "/v1/batch/completions", c.budgeted, body); err != nil {
			return fmt.Errorf("make a batch: %w", err)
		}
	}
	return nil
}
