package batch

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// NewID makes the name of a batch: 128 random bits.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return "batch_" + hex.EncodeToString(b[:])
}

// Create keeps a batch of lines and sends their messages. Unsent is why messages
// were not sent, for the log: the batch is kept, and Tend sends them. After an
// error there is no batch, unless what was lost is the store's answer to the last
// thing that was written.
func (b *Batches) Create(ctx context.Context, owner string, asker []byte, lines []json.RawMessage) (made *Batch, unsent, err error) {
	now := b.Now().UTC().Truncate(time.Millisecond)
	made = &Batch{
		ID: NewID(), Owner: owner, Asker: asker, Lines: len(lines), Status: Queued,
		Created: now, Ends: now.Add(Window), Expires: now.Add(b.Keep),
	}
	var messages []string
	var sheets [][]json.RawMessage
	var firsts []int
	for from := 0; from < len(lines); made.sheets++ {
		some := fitting(lines[from:])
		sheets, firsts = append(sheets, some), append(firsts, from)
		for line := range some {
			messages = append(messages, place{made.ID, made.sheets, line}.message())
		}
		from += len(some)
	}
	err = each.All(made.sheets, func(sheet int) error { return b.putSheet(ctx, made, sheet, firsts[sheet], sheets[sheet]) })
	if err != nil {
		return nil, nil, err
	}
	err = b.persist(ctx, func() error {
		_, err := b.Store.Write(ctx, store.Write{Key: headKey(made.ID), If: []store.Condition{{Attr: attrOwner, Op: store.Absent}}, Expires: made.Expires, Set: store.Item{
			attrOwner: owner, attrAsker: asker, attrLines: int64(made.Lines), attrSheets: int64(made.sheets),
			attrCreated: now.UnixMilli(), attrEnds: made.Ends.UnixMilli(), attrExpires: made.Expires.UnixMilli(),
			store.Index1PK: open, store.Index1SK: made.ID,
		}})
		return err
	})
	if err != nil && !isRefused(err) { // it is this very one
		return nil, nil, fmt.Errorf("keep batch: %w", err)
	}
	return made, b.send(ctx, made, messages), nil
}

// send sends all messages of a batch, and writes that down.
func (b *Batches) send(ctx context.Context, of *Batch, messages []string) error {
	if err := b.Queue.Send(ctx, 0, messages); err != nil {
		return fmt.Errorf("send the messages of batch %s: %w", of.ID, err)
	}
	_, err := b.Store.Write(ctx, store.Write{
		Key: headKey(of.ID), If: []store.Condition{{Attr: attrOwner, Op: store.Present}}, Set: store.Item{attrSent: int64(1)},
	})
	if err != nil {
		return fmt.Errorf("write down that batch %s was sent: %w", of.ID, err)
	}
	return nil
}

// fitting are as many lines, from the first on, as a sheet has.
func fitting(lines []json.RawMessage) []json.RawMessage {
	size := 0
	for n, line := range lines {
		if size += len(line); n == perSheet || n > 0 && size > sheetBytes {
			return lines[:n]
		}
	}
	return lines
}

// putSheet writes what lines ask, and the sheet that says how far they are.
func (b *Batches) putSheet(ctx context.Context, of *Batch, sheet, from int, lines []json.RawMessage) error {
	parts, err := b.put(ctx, inputOf(of.ID, sheet), inputName(sheet), array(lines), of.Expires)
	if err != nil {
		return err
	}
	w := store.Write{
		Key: sheetKey(of.ID, sheet), Expires: of.Expires,
		Set: store.Item{attrFrom: int64(from), attrCount: int64(len(lines)), attrParts: int64(parts)},
	}
	err = b.persist(ctx, func() error {
		_, err := b.Store.Write(ctx, w)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep sheet: %w", err)
	}
	return nil
}

// array writes lines as an array, with the bytes that they have.
func array(lines []json.RawMessage) []byte {
	text := []byte{'['}
	for i, line := range lines {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, line...)
	}
	return append(text, ']')
}

// input reads what the lines of a sheet ask.
func (b *Batches) input(ctx context.Context, id string, sheet int, item store.Item) ([]json.RawMessage, error) {
	text, err := b.get(ctx, inputOf(id, sheet), inputName(sheet), int(item.Int(attrParts)))
	if err != nil {
		return nil, err
	}
	var lines []json.RawMessage
	for _, line := range raw.Items(text) {
		lines = append(lines, line)
	}
	if len(lines) != int(item.Int(attrCount)) {
		return nil, fmt.Errorf("read lines: got %d, want %d", len(lines), item.Int(attrCount))
	}
	return lines, nil
}
