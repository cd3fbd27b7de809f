// Package queue holds messages until a worker has done what they say, in SQS's
// way: a message that is received is hidden for a while, and comes back unless
// it is deleted by then; one that came too often is put aside. So each is
// delivered at least once, and whoever takes them must not mind twice.
//
// Stored is such a queue in a store.Store, for gateways on one machine;
// core/queue/sqs is SQS itself.
//
// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/store"
)

// Message is one, as it was received.
type Message struct {
	ID       string
	Body     string
	Received int    // how often, this time included
	Receipt  string // of this time: who deletes the message shows it
}

// Stored is a queue in a store. It is ready to use once the fields are set, and
// as many processes as like may have it.
type Stored struct {
	Store       store.Store
	Name        string
	Now         func() time.Time
	Visibility  time.Duration // how long a message that was received is hidden
	MaxReceives int           // how often one is delivered before it is put aside
}

// Retention is how long a message is kept, as SQS keeps it by default. One that
// was put aside is kept as long once more.
const Retention = 4 * 24 * time.Hour

// The attributes of a message.
const (
	attrBody     = "body"
	attrVisible  = "at" // from when on it is delivered, in milliseconds since 1970
	attrReceived = "n"
	attrReceipt  = "by"
)

func (q *Stored) partition() string { return "Q#" + q.Name }

// aside is the partition of messages that came too often.
func (q *Stored) aside() string { return "Q#" + q.Name + "#dead" }

// Send puts messages into the queue, to be delivered when a time has passed. An
// error says that some may be in it and some not.
func (q *Stored) Send(ctx context.Context, after time.Duration, bodies []string) error {
	now := q.Now()
	err := each.All(len(bodies), func(n int) error {
		id := fmt.Sprintf("%013d-%06d-%s", now.UnixMilli(), n, rand.Text()) // in their order, as far as it goes
		_, err := q.Store.Write(ctx, store.Write{
			Key: store.Key{PK: q.partition(), SK: id}, Expires: now.Add(Retention),
			Set: store.Item{attrBody: bodies[n], attrVisible: now.Add(after).UnixMilli()},
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("send messages to the queue %s: %w", q.Name, err)
	}
	return nil
}

// Receive takes messages, so many at most, and hides them from others. It does
// not wait for any.
func (q *Stored) Receive(ctx context.Context, most int) ([]Message, error) {
	var got []Message
	ask := store.Query{PK: q.partition(), Consistent: true}
	for {
		page, err := q.Store.Query(ctx, ask)
		if err != nil {
			return got, fmt.Errorf("look into the queue %s: %w", q.Name, err)
		}
		for _, k := range page.Items {
			if len(got) >= most {
				return got, nil
			}
			m, err := q.take(ctx, k)
			if err != nil {
				return got, err
			}
			if m != nil {
				got = append(got, *m)
			}
		}
		if ask.After = page.Next; ask.After == "" {
			return got, nil
		}
	}
}

// take hides a message from others; nil when it is hidden, or came too often.
func (q *Stored) take(ctx context.Context, k store.Keyed) (*Message, error) {
	now := q.Now()
	if k.Item.Int(attrVisible) > now.UnixMilli() {
		return nil, nil
	}
	if k.Item.Int(attrReceived) >= int64(q.MaxReceives) {
		return nil, q.putAside(ctx, k)
	}
	receipt := rand.Text()
	item, err := q.Store.Write(ctx, store.Write{
		Key: k.Key, If: []store.Condition{{Attr: attrVisible, Op: store.AtMost, Value: now.UnixMilli()}},
		Set: store.Item{attrVisible: now.Add(q.Visibility).UnixMilli(), attrReceipt: receipt},
		Add: map[string]int64{attrReceived: 1},
	})
	switch {
	case errors.As(err, new(*store.Refused)): // somebody else was quicker
		return nil, nil
	case err != nil: // if it was taken, it comes back
		return nil, fmt.Errorf("receive a message of the queue %s: %w", q.Name, err)
	}
	return &Message{ID: k.SK, Body: item.Text(attrBody), Received: int(item.Int(attrReceived)), Receipt: receipt}, nil
}

// putAside moves a message to those that came too often: first it is there, then
// it is here no more.
func (q *Stored) putAside(ctx context.Context, k store.Keyed) error {
	w := store.Write{
		Key: store.Key{PK: q.aside(), SK: k.SK}, Expires: q.Now().Add(Retention),
		Set: store.Item{attrBody: k.Item.Text(attrBody), attrReceived: k.Item.Int(attrReceived)},
	}
	if _, err := q.Store.Write(ctx, w); err != nil {
		return fmt.Errorf("put a message of the queue %s aside: %w", q.Name, err)
	}
	if _, err := q.Store.Write(ctx, store.Write{Key: k.Key, Delete: true}); err != nil {
		return fmt.Errorf("drop a message of the queue %s: %w", q.Name, err)
	}
	return nil
}

// Delete drops messages that were received. One that somebody else has received
// since then stays.
func (q *Stored) Delete(ctx context.Context, messages []Message) error {
	var failed error
	for _, m := range messages {
		w := store.Write{Key: store.Key{PK: q.partition(), SK: m.ID}, If: mine(m), Delete: true}
		if _, err := q.Store.Write(ctx, w); err != nil && !errors.As(err, new(*store.Refused)) {
			failed = errors.Join(failed, fmt.Errorf("delete a message of the queue %s: %w", q.Name, err))
		}
	}
	return failed
}

// Return shows a message to others when a time has passed.
func (q *Stored) Return(ctx context.Context, m Message, after time.Duration) error {
	w := store.Write{
		Key: store.Key{PK: q.partition(), SK: m.ID}, If: mine(m),
		Set: store.Item{attrVisible: q.Now().Add(after).UnixMilli()},
	}
	if _, err := q.Store.Write(ctx, w); err != nil && !errors.As(err, new(*store.Refused)) {
		return fmt.Errorf("return a message to the queue %s: %w", q.Name, err)
	}
	return nil
}

func mine(m Message) []store.Condition {
	return []store.Condition{{Attr: attrReceipt, Op: store.Equal, Value: m.Receipt}}
}
