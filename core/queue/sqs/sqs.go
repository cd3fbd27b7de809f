// Package sqs asks Amazon SQS for the four things that a queue of batches needs.
//
// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
package sqs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/queue"
)

// Queue is one of SQS. Both fields are required.
type Queue struct {
	Account *cloud.Account
	URL     string
}

const (
	// perRequest is how many messages one request sends, receives or deletes.
	perRequest = 10
	// wait is how long SQS waits for a message, in seconds: the longest it can.
	wait = 20
)

func (q *Queue) ask(ctx context.Context, operation string, in map[string]any, out any) error {
	in["QueueUrl"] = q.URL
	return q.Account.Ask(ctx, cloud.Operation{
		Service: cloud.Service{ID: "SQS", Host: "sqs"}, Target: "AmazonSQS." + operation, Version: "1.0",
	}, in, out)
}

// outcome is what SQS says of each message of a request.
type outcome struct {
	Failed []struct{ ID, Code, Message string }
}

func (o outcome) err() error {
	var all error
	for _, f := range o.Failed {
		all = errors.Join(all, fmt.Errorf("message %s: %s %s", f.ID, f.Code, f.Message))
	}
	return all
}

// Send sends messages, to be delivered when a time has passed: seconds, and 15
// minutes at most. An error says that some may be sent and some not.
func (q *Queue) Send(ctx context.Context, after time.Duration, messages []string) error {
	var all [][]map[string]any
	for some := range slices.Chunk(messages, perRequest) {
		entries := make([]map[string]any, len(some))
		for i, body := range some {
			entries[i] = map[string]any{"Id": strconv.Itoa(i), "MessageBody": body, "DelaySeconds": int((after + time.Second - 1) / time.Second)}
		}
		all = append(all, entries)
	}
	return each.All(len(all), func(i int) error {
		var said outcome
		if err := q.ask(ctx, "SendMessageBatch", map[string]any{"Entries": all[i]}, &said); err != nil {
			return err
		}
		return said.err()
	})
}

// Receive takes messages, ten at most, and waits up to 20 seconds for the first.
func (q *Queue) Receive(ctx context.Context, most int) ([]queue.Message, error) {
	var said struct {
		Messages []struct {
			MessageID     string `json:"MessageId"`
			ReceiptHandle string
			Body          string
			Attributes    struct{ ApproximateReceiveCount string }
		}
	}
	err := q.ask(ctx, "ReceiveMessage", map[string]any{
		"MaxNumberOfMessages": min(most, perRequest), "WaitTimeSeconds": wait,
		// Newer services know the second name, older ones the first.
		"AttributeNames": []string{"ApproximateReceiveCount"}, "MessageSystemAttributeNames": []string{"ApproximateReceiveCount"},
	}, &said)
	if err != nil {
		return nil, err
	}
	var all []queue.Message
	for _, m := range said.Messages {
		n, err := strconv.Atoi(m.Attributes.ApproximateReceiveCount)
		if err != nil {
			return all, fmt.Errorf("receive messages: message %s was received %q times", m.MessageID, m.Attributes.ApproximateReceiveCount)
		}
		all = append(all, queue.Message{ID: m.MessageID, Body: m.Body, Received: n, Receipt: m.ReceiptHandle})
	}
	return all, nil
}

// Delete drops messages that were received.
func (q *Queue) Delete(ctx context.Context, messages []queue.Message) error {
	all := slices.Collect(slices.Chunk(messages, perRequest))
	return each.All(len(all), func(n int) error {
		entries := make([]map[string]any, len(all[n]))
		for i, m := range all[n] {
			entries[i] = map[string]any{"Id": strconv.Itoa(i), "ReceiptHandle": m.Receipt}
		}
		var said outcome
		if err := q.ask(ctx, "DeleteMessageBatch", map[string]any{"Entries": entries}, &said); err != nil {
			return err
		}
		return said.err()
	})
}
