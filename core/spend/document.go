package spend

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// A document is an item, and where that would be too large, further ones after
// it. The first names its revision and how many more belong to it: it is written
// last, so that nobody sees a document in part.
const (
	attrRevision = "v"
	attrParts    = "n" // after the first
	attrBytes    = "z"
	attrCost     = "c" // of all cells, pico-dollars
)

// partSize is how many bytes of a document are in one item; DynamoDB's have
// 400 KB at most.
const partSize = 300_000

// document is a cube as it was read.
type document struct {
	revision string // "" when there is none
	bytes    []byte
	cost     int64
	cube     Cube
}

func partKey(key store.Key, revision string, n int64) store.Key {
	return store.Key{PK: key.PK, SK: fmt.Sprintf("%s#%s#%03d", key.SK, revision, n)}
}

// load reads a document; an empty one when there is none.
func (b *Book) load(ctx context.Context, key store.Key) (document, error) {
	for range tries {
		head, err := b.Store.Get(ctx, key, true)
		if errors.Is(err, store.ErrNotFound) {
			return document{cube: Cube{}}, nil
		}
		if err != nil {
			return document{}, fmt.Errorf("read %s %s: %w", key.PK, key.SK, err)
		}
		parts := map[string]store.Item{}
		for n := int64(1); n <= head.Int(attrParts) && err == nil; n++ {
			part := partKey(key, head.Text(attrRevision), n)
			parts[part.SK], err = b.Store.Get(ctx, part, true)
		}
		if errors.Is(err, store.ErrNotFound) { // another took its place meanwhile
			continue
		}
		if err != nil {
			return document{}, fmt.Errorf("read a part of %s %s: %w", key.PK, key.SK, err)
		}
		return read(key, head, parts)
	}
	return document{}, fmt.Errorf("read %s %s: %w", key.PK, key.SK, errChanged)
}

// read puts a document's items together.
func read(key store.Key, head store.Item, parts map[string]store.Item) (document, error) {
	d := document{revision: head.Text(attrRevision), cost: head.Int(attrCost), bytes: head.Bytes(attrBytes)}
	for n := int64(1); n <= head.Int(attrParts); n++ {
		part, ok := parts[partKey(key, d.revision, n).SK]
		if !ok {
			return d, errChanged
		}
		d.bytes = append(d.bytes[:len(d.bytes):len(d.bytes)], part.Bytes(attrBytes)...)
	}
	var err error
	d.cube, err = decode(d.bytes)
	return d, err
}

// save puts a cube in the place of a document that was read: errChanged when it
// is not there any more. A cube that is the same changes nothing, and an empty
// one is not kept.
func (b *Book) save(ctx context.Context, key store.Key, was document, c Cube, expires time.Time) error {
	body, err := c.encode()
	if err != nil {
		return err
	}
	if string(body) == string(was.bytes) || len(c) == 0 && was.revision == "" {
		return nil
	}
	cost, err := c.cost()
	if err != nil {
		return err
	}
	revision, parts := strings.ToLower(rand.Text()[:10]), int64(0)
	for rest := body; len(rest) > partSize; {
		rest = rest[partSize:]
		parts++
		w := store.Write{Key: partKey(key, revision, parts), Set: store.Item{attrBytes: rest[:min(len(rest), partSize)]}, Expires: expires}
		if _, err := b.Store.Write(ctx, w); err != nil {
			return fmt.Errorf("write a part of %s %s: %w", key.PK, key.SK, err)
		}
	}
	w := store.Write{
		Key: key, Expires: expires, Whole: true,
		If:  []store.Condition{{Attr: attrRevision, Op: store.Equal, Value: was.revision}},
		Set: store.Item{attrRevision: revision, attrParts: parts, attrBytes: body[:min(len(body), partSize)], attrCost: cost},
	}
	if was.revision == "" {
		w.If = []store.Condition{{Attr: attrRevision, Op: store.Absent}}
	}
	_, err = b.Store.Write(ctx, w)
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		if refused.Item.Text(attrRevision) == revision { // by an earlier try of the store's own
			return nil
		}
		return errChanged
	}
	if err != nil {
		return fmt.Errorf("write %s %s: %w", key.PK, key.SK, err)
	}
	b.drop(ctx, key, was)
	return nil
}

// drop lets the further parts of a document that was replaced go in an hour:
// until then somebody may be reading them. What it does not get at stays, and
// is read by nobody.
func (b *Book) drop(ctx context.Context, key store.Key, was document) {
	for n := 1; n <= (len(was.bytes)-1)/partSize; n++ {
		_, _ = b.Store.Write(ctx, store.Write{
			Key: partKey(key, was.revision, int64(n)), If: []store.Condition{{Attr: attrBytes, Op: store.Present}}, Expires: b.Now().Add(time.Hour),
		})
	}
}

// replace makes a document anew from what is below it, whatever others do to it
// meanwhile: what make reads, it reads after the document.
func (b *Book) replace(ctx context.Context, key store.Key, expires time.Time, make func(was Cube) (Cube, error)) (Cube, error) {
	for range tries {
		was, err := b.load(ctx, key)
		if err != nil {
			return nil, err
		}
		c, err := make(was.cube)
		if err != nil {
			return nil, err
		}
		if err = b.save(ctx, key, was, c, expires); err == nil {
			return c, nil
		} else if !errors.Is(err, errChanged) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("write %s %s: %w", key.PK, key.SK, errChanged)
}
