// Package batch runs many requests that nobody waits for. Their caller is told a
// name, and asks later what has become of them.
//
// A line is one of the requests. Its message, which names it and no more, may
// come twice, late or never, and whoever runs it may be killed at any moment. So
// what counts is what is kept of it: a worker claims it for as long as it can
// live, and a result is one only once the line says so, which a line says once.
// A line whose worker was killed is run again by whoever gets its message next;
// a provider may then have been asked twice, and both are paid for.
//
// Beside the head of a batch there are sheets, of up to twenty lines each,
// which say how far those are. What lines ask and what was answered stands in
// items of its own, because a line says often how far it is.
package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/queue"
	"github.com/tollgate-llm/tollgate/store"
)

const (
	// Lifetime is how long a batch and its results are kept.
	Lifetime = 30 * 24 * time.Hour
	// Window is how long lines are tried, OpenAI's completion_window of 24h: those
	// that have no result then get one that says so.
	Window = 24 * time.Hour
	// MaxLines is as many as OpenAI's batches have.
	// https://platform.openai.com/docs/guides/batch
	MaxLines = 50_000
	// MaxReceives is how often a line's message is delivered, and how often a line
	// is begun that nobody ends, before it is given up.
	MaxReceives = 5
	// Lease is how long a line is left to a worker whose context does not say how
	// long that lives.
	Lease = 15 * time.Minute
)

// Queue brings messages to a worker, each at least once.
type Queue interface {
	// Send has messages delivered when a time has passed, at most 15 minutes. An
	// error says that some may be sent and some not.
	Send(ctx context.Context, after time.Duration, messages []string) error
}

// Batches keeps batches and runs their lines. All fields are required.
type Batches struct {
	Store store.Store
	Queue Queue
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	Keep  time.Duration // how long batches are kept
	// Run answers a line. Errors are *llm.Error.
	Run func(ctx context.Context, l *Line) (json.RawMessage, error)
	// Tell is what a line's caller reads of its error.
	Tell func(err error) json.RawMessage
}

// Line is one request of a batch.
type Line struct {
	Batch *Batch
	Index int // from 0 on
	Body  json.RawMessage
}

// Result is what became of a line: its answer or its error.
type Result struct {
	Index int
	Body  json.RawMessage
	Error bool
}

// Status is how far a batch is, in OpenAI's words for batches and responses.
type Status string

// The statuses.
const (
	Queued     Status = "queued"      // no line was begun
	InProgress Status = "in_progress" // some were
	Completed  Status = "completed"   // each has its result
	Expired    Status = "expired"     // each has its result, and for some it is that Window was over
)

// Batch is many requests, and how far they are.
type Batch struct {
	ID    string
	Owner string
	Asker []byte // who asked, in the words of whoever runs the lines
	Lines int

	Created, Ends, Expires time.Time // Ends: of its Window

	Status            Status
	Completed, Failed int       // lines with a result
	Finished          time.Time // zero before

	sheets int
	sent   bool // all messages were
}

// Done reports whether every line has its result.
func (b *Batch) Done() bool { return b.Status == Completed || b.Status == Expired }

// ErrNotFound says that an owner has no such batch.
var ErrNotFound = errors.New("no such batch")

// The attributes of a head.
const (
	attrOwner    = "owner"
	attrAsker    = "asker"
	attrLines    = "lines"
	attrSheets   = "sheets"
	attrCreated  = "at"   // milliseconds since 1970, as all times
	attrEnds     = "ends" // of the window
	attrExpires  = "until"
	attrSent     = "sent" // 1 once all messages were
	attrStatus   = "st"   // absent until it is done
	attrFinished = "fin"
	attrGood     = "good" // lines with an answer
	attrBad      = "bad"  // lines with an error
)

// open is the index's partition of heads that are not done.
const open = "BO"

func headKey(id string) store.Key { return store.Key{PK: "B#" + id, SK: "#"} }

// headOf reads a head.
func headOf(id string, item store.Item) *Batch {
	at := func(name string) time.Time {
		if item[name] == nil {
			return time.Time{}
		}
		return time.UnixMilli(item.Int(name)).UTC()
	}
	return &Batch{
		ID: id, Owner: item.Text(attrOwner), Asker: item.Bytes(attrAsker), Lines: int(item.Int(attrLines)),
		Created: at(attrCreated), Ends: at(attrEnds), Expires: at(attrExpires), Finished: at(attrFinished),
		Status: Status(item.Text(attrStatus)), Completed: int(item.Int(attrGood)), Failed: int(item.Int(attrBad)),
		sheets: int(item.Int(attrSheets)), sent: item.Int(attrSent) == 1,
	}
}

// head finds a batch, whoever's it is.
func (b *Batches) head(ctx context.Context, id string) (*Batch, error) {
	item, err := b.Store.Get(ctx, headKey(id), true)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("read batch: %w", err)
	}
	return headOf(id, item), nil
}

// place names a line in a message.
type place struct {
	Batch string `json:"batch"`
	Sheet int    `json:"sheet"`
	Line  int    `json:"line"` // of the sheet's
}

func (p place) message() string {
	return fmt.Sprintf(`{"batch":%q,"sheet":%d,"line":%d}`, p.Batch, p.Sheet, p.Line)
}

func placeOf(m queue.Message) (place, error) {
	var p place
	if err := json.Unmarshal([]byte(m.Body), &p); err != nil {
		return p, fmt.Errorf("read message: %w", err)
	}
	if p.Batch == "" || p.Sheet < 0 || p.Line < 0 || p.Line >= perSheet {
		return p, fmt.Errorf("read message: %.100q names no line", m.Body)
	}
	return p, nil
}
