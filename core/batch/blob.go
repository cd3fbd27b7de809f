package batch

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

const (
	// partSize is how many bytes an item has of what is kept. DynamoDB's have 400
	// KB at most, with their key and the names of their attributes.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
	partSize = 350_000
	attrPart = "body"
	// tries is how often something is written that was paid for.
	tries = 4
)

// put keeps text under a name, gzipped, and returns in how many parts. Nobody
// finds it before the name is written down elsewhere.
func (b *Batches) put(ctx context.Context, pk, name string, text []byte, expires time.Time) (parts int, err error) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return 0, err
	}
	if _, err := z.Write(text); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	for chunk := range slices.Chunk(packed.Bytes(), partSize) {
		w := store.Write{Key: partKey(pk, name, parts), Set: store.Item{attrPart: chunk}, Whole: true, Expires: expires}
		err := b.persist(ctx, func() error {
			_, err := b.Store.Write(ctx, w)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("keep part %d of %s: %w", parts, name, err)
		}
		parts++
	}
	return parts, nil
}

// persist does something until it succeeds, or has failed too often: what a
// store does not answer is written again, to the same effect.
func (b *Batches) persist(ctx context.Context, do func() error) (err error) {
	for n := range tries {
		if n > 0 {
			if b.Sleep(ctx, 50*time.Millisecond<<(2*n)) != nil {
				return err
			}
		}
		if err = do(); err == nil || isRefused(err) {
			return err
		}
	}
	return err
}

func partKey(pk, name string, part int) store.Key {
	return store.Key{PK: pk, SK: fmt.Sprintf("%s#%03d", name, part)}
}

// get reads what was put.
func (b *Batches) get(ctx context.Context, pk, name string, parts int) ([]byte, error) {
	var packed [][]byte
	for n := range parts {
		item, err := b.Store.Get(ctx, partKey(pk, name, n), true)
		if err != nil {
			return nil, fmt.Errorf("read part %d of %s: %w", n, name, err)
		}
		packed = append(packed, item.Bytes(attrPart))
	}
	return unpack(packed)
}

// unpack reads parts that belong together.
func unpack(parts [][]byte) ([]byte, error) {
	var all []io.Reader
	for _, p := range parts {
		all = append(all, bytes.NewReader(p))
	}
	z, err := gzip.NewReader(io.MultiReader(all...))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return io.ReadAll(z)
}

// gather reads all that stands in a partition, by its names.
func (b *Batches) gather(ctx context.Context, pk string) (map[string][][]byte, error) {
	all := map[string][][]byte{}
	q := store.Query{PK: pk, Consistent: true}
	for {
		page, err := b.Store.Query(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("read results: %w", err)
		}
		for _, k := range page.Items {
			name, _, _ := strings.Cut(k.SK, "#")
			all[name] = append(all[name], k.Item.Bytes(attrPart))
		}
		if q.After = page.Next; q.After == "" {
			return all, nil
		}
	}
}
