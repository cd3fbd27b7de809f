package responses

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Kept is a Store in a store.Store, which all processes share and which outlives
// them. It is ready to use once Store and Now are set.
//
// A response is one item, gzipped. What does not fit into one goes on in others,
// which are written before it and named by it, so that what can be found is
// whole. They stand in partitions of their own: one takes a thousand kilobytes a
// second, which is three of them.
//
// A write that fails may leave such others behind. Nobody finds them, and they
// expire with the rest.
type Kept struct {
	Store store.Store
	Now   func() time.Time

	packers sync.Pool // of *gzip.Writer, a megabyte each
}

// Lifetime is how long a response is kept, as OpenAI keeps its own:
// https://developers.openai.com/api/docs/guides/conversation-state
// It counts from when the gateway has the whole answer. A provider's copy is
// older, so it is gone when nobody knows any more whose it was.
const Lifetime = 30 * 24 * time.Hour

const (
	// partSize is how many bytes of a response an item has. DynamoDB's have
	// 400 KB at most, with their key and the names of their attributes.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
	partSize = 350_000
	// maxParts bounds what a response costs to keep: a write unit a kilobyte,
	// and one item after the other while its caller waits. Lambda's requests,
	// of 6 MB at most, fit in all the same.
	maxParts = 16
)

// ErrTooLarge says that a response and what it answered have more than 5.6 MB
// when they are compressed.
var ErrTooLarge = errors.New("the response is too large to keep")

// The attributes of a response's item; its parts have attrBody alone.
const (
	attrOwner = "owner"
	attrBody  = "body"  // gzip of what pack writes, up to partSize
	attrParts = "parts" // the name that its parts have in common
	attrCount = "count" // of its parts
)

// keyOf is a hash because an id is what a provider or a caller says it is.
func keyOf(id string) store.Key {
	sum := sha256.Sum256([]byte(id))
	return store.Key{PK: "RE#" + hex.EncodeToString(sum[:]), SK: "#"}
}

func partKey(parts string, n int64) store.Key {
	return store.Key{PK: "REP#" + parts + "#" + strconv.FormatInt(n, 10), SK: "#"}
}

// ofNoOther holds for an owner's item, and for none.
func ofNoOther(owner string) []store.Condition {
	return []store.Condition{{Attr: attrOwner, Op: store.Equal, Value: owner, OrAbsent: true}}
}

// Put implements Store. The error may also be ErrTooLarge.
func (k *Kept) Put(ctx context.Context, r Stored) error {
	packed, err := k.pack(r)
	if err != nil {
		return fmt.Errorf("keep response: %w", err)
	}
	chunks := slices.Collect(slices.Chunk(packed, partSize))
	if len(chunks) > maxParts {
		return ErrTooLarge
	}
	head := store.Item{attrOwner: r.Owner, attrBody: chunks[0]}
	expires := k.Now().Add(Lifetime)
	if rest := chunks[1:]; len(rest) > 0 {
		parts := rand.Text()
		head[attrParts], head[attrCount] = parts, int64(len(rest))
		for n, chunk := range rest {
			w := store.Write{Key: partKey(parts, int64(n)), Set: store.Item{attrBody: chunk}, Expires: expires}
			if _, err := k.Store.Write(ctx, w); err != nil {
				return fmt.Errorf("keep part %d of a response: %w", n, err)
			}
		}
	}
	_, err = k.Store.Write(ctx, store.Write{Key: keyOf(r.ID), If: ofNoOther(r.Owner), Set: head, Whole: true, Expires: expires})
	switch {
	case errors.As(err, new(*store.Refused)):
		return ErrTaken
	case err != nil:
		return fmt.Errorf("keep response: %w", err)
	}
	return nil
}

// Get implements Store.
func (k *Kept) Get(ctx context.Context, owner, id string) (Stored, error) {
	// Consistent: who has just been answered goes on at once.
	head, err := k.Store.Get(ctx, keyOf(id), true)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return Stored{}, ErrNotFound
	case err != nil:
		return Stored{}, fmt.Errorf("read response: %w", err)
	case head.Text(attrOwner) != owner:
		return Stored{}, ErrTaken
	}
	packed := []io.Reader{bytes.NewReader(head.Bytes(attrBody))}
	for n := range head.Int(attrCount) {
		part, err := k.Store.Get(ctx, partKey(head.Text(attrParts), n), true)
		switch {
		case errors.Is(err, store.ErrNotFound): // it has just been deleted, or has expired
			return Stored{}, ErrNotFound
		case err != nil:
			return Stored{}, fmt.Errorf("read part %d of a response: %w", n, err)
		}
		packed = append(packed, bytes.NewReader(part.Bytes(attrBody)))
	}
	r, err := unpack(io.MultiReader(packed...))
	if err != nil {
		return Stored{}, fmt.Errorf("read response: %w", err)
	}
	r.ID, r.Owner = id, owner
	return r, nil
}

// Delete implements Store. When it fails halfway, nobody finds the response any
// more, and what is left of its parts expires.
func (k *Kept) Delete(ctx context.Context, owner, id string) error {
	head, err := k.Store.Get(ctx, keyOf(id), true)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("find response to delete: %w", err)
	}
	_, err = k.Store.Write(ctx, store.Write{Key: keyOf(id), If: ofNoOther(owner), Delete: true})
	switch {
	case errors.As(err, new(*store.Refused)):
		return nil
	case err != nil:
		return fmt.Errorf("delete response: %w", err)
	}
	for n := range head.Int(attrCount) {
		if _, err := k.Store.Write(ctx, store.Write{Key: partKey(head.Text(attrParts), n), Delete: true}); err != nil {
			return fmt.Errorf("delete part %d of a response: %w", n, err)
		}
	}
	return nil
}
