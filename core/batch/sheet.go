package batch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

const (
	// perSheet is how many lines a sheet has at most, so that it is not more than
	// one write unit, a kilobyte, when all of them are claimed.
	perSheet = 20
	// sheetBytes is how much its lines ask at most, unless there is one alone: it
	// fits in one part.
	sheetBytes = 256 << 10
	// Sheets of a partition; and of one of what lines ask and get. One takes a
	// thousand write units a second.
	perPartition = 50
	perBodies    = 5
)

// The attributes of a sheet. Behind those of one letter stands the number of the
// line in it.
const (
	attrFrom    = "from"  // the first line's index in the batch
	attrCount   = "count" // of its lines
	attrParts   = "parts" // of what they ask
	claimed     = "x"     // "<until when, or since when nobody has it> <whose>"
	begun       = "n"     // how often it was begun and not given back
	has         = "r"     // its result: "<kind> <token> <parts>"
	kindAnswer  = "a"
	kindError   = "e"
	kindExpired = "x" // an error, too
)

func attr(letter string, line int) string { return letter + strconv.Itoa(line) }

func sheetKey(id string, sheet int) store.Key {
	return store.Key{PK: fmt.Sprintf("BS#%s#%d", id, sheet/perPartition), SK: fmt.Sprintf("%05d", sheet)}
}

// inputOf and resultsOf are the partitions of what a sheet's lines ask and get.
func inputOf(id string, sheet int) string   { return fmt.Sprintf("BI#%s#%d", id, sheet/perBodies) }
func resultsOf(id string, sheet int) string { return fmt.Sprintf("BR#%s#%d", id, sheet/perBodies) }

func inputName(sheet int) string { return fmt.Sprintf("%05d", sheet) }

func resultName(sheet, line int, token string) string {
	return fmt.Sprintf("%05d.%02d.%s", sheet, line, token)
}

func newToken() string { return rand.Text()[:16] }

// result is what a line says of its result.
type result struct {
	kind  string
	token string
	parts int
}

func (r result) String() string { return fmt.Sprintf("%s %s %d", r.kind, r.token, r.parts) }

// resultOf reads what a line of a sheet says; false when it has no result.
func resultOf(sheet store.Item, line int) (result, bool) {
	words := strings.Fields(sheet.Text(attr(has, line)))
	if len(words) != 3 {
		return result{}, false
	}
	parts, err := strconv.Atoi(words[2])
	return result{words[0], words[1], parts}, err == nil
}

// mark is what stands in a line from a moment on. Marks sort by it.
func mark(at time.Time, token string) string { return fmt.Sprintf("%013d %s", at.UnixMilli(), token) }

// touched is until when a line is claimed, or since when nobody has it; zero
// when nobody has had it yet.
func touched(sheet store.Item, line int) time.Time {
	word, _, _ := strings.Cut(sheet.Text(attr(claimed, line)), " ")
	ms, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// The reasons why a line is not claimed.
var (
	errDone  = errors.New("the line has its result")
	errTaken = errors.New("another worker has the line")
)

// claim is a line that is this worker's until a moment.
type claim struct {
	place
	key   store.Key
	mark  string
	item  store.Item // the sheet
	times int        // how often it was begun, this time included
}

// claim takes a line until a moment, after which its worker is gone. The error is
// errDone or errTaken, or the store's.
func (b *Batches) claim(ctx context.Context, p place, until time.Time) (*claim, error) {
	c := &claim{place: p, key: sheetKey(p.Batch, p.Sheet), mark: mark(until, newToken())}
	item, err := b.Store.Write(ctx, store.Write{
		Key: c.key,
		If: []store.Condition{
			{Attr: attrCount, Op: store.More, Value: int64(p.Line)},
			{Attr: attr(has, p.Line), Op: store.Absent},
			{Attr: attr(claimed, p.Line), Op: store.Less, Value: mark(b.Now(), ""), OrAbsent: true},
		},
		Set: store.Item{attr(claimed, p.Line): c.mark},
		Add: map[string]int64{attr(begun, p.Line): 1},
	})
	var no *store.Refused
	switch {
	case errors.As(err, &no) && no.Item.Int(attrCount) > int64(p.Line) && no.Item[attr(has, p.Line)] == nil:
		return nil, errTaken
	case errors.As(err, &no): // or it is no line of the batch
		return nil, errDone
	case err != nil:
		return nil, fmt.Errorf("claim line: %w", err)
	}
	c.item, c.times = item, int(item.Int(attr(begun, p.Line)))
	return c, nil
}

// release leaves a line to others. What was not begun does not count.
func (b *Batches) release(ctx context.Context, c *claim, counts bool) error {
	w := store.Write{
		Key: c.key, If: []store.Condition{{Attr: attr(claimed, c.Line), Op: store.Equal, Value: c.mark}},
		Set: store.Item{attr(claimed, c.Line): mark(b.Now().Add(-time.Millisecond), "")},
	}
	if !counts {
		w.Add = map[string]int64{attr(begun, c.Line): -1}
	}
	_, err := b.Store.Write(ctx, w)
	if err != nil && !isRefused(err) {
		return fmt.Errorf("release line: %w", err)
	}
	return nil
}

// finish gives a line its result, unless it has one: whose is first counts, and
// it does not matter whether its claim still did.
func (b *Batches) finish(ctx context.Context, head *Batch, p place, kind string, text []byte) error {
	r := result{kind: kind, token: newToken()}
	var err error
	if r.parts, err = b.put(ctx, resultsOf(p.Batch, p.Sheet), resultName(p.Sheet, p.Line, r.token), text, head.Expires); err != nil {
		return err
	}
	err = b.persist(ctx, func() error {
		_, err := b.Store.Write(ctx, store.Write{
			Key:    sheetKey(p.Batch, p.Sheet),
			If:     []store.Condition{{Attr: attrCount, Op: store.Present}, {Attr: attr(has, p.Line), Op: store.Absent}},
			Set:    store.Item{attr(has, p.Line): r.String()},
			Remove: []string{attr(claimed, p.Line), attr(begun, p.Line)},
		})
		return err
	})
	if err != nil && !isRefused(err) { // refused: another's, or this one, whose answer was lost
		return fmt.Errorf("finish line: %w", err)
	}
	return nil
}

func isRefused(err error) bool { return errors.As(err, new(*store.Refused)) }
