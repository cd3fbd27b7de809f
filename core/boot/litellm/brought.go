package litellm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// brought is what is remembered of a record that was brought, in an item of its
// own beside the records.
type brought struct {
	Row  raw.Object `json:"-"`
	Done bool       `json:"done,omitempty"` // it is here: else it may be
	Made bool       `json:"made,omitempty"` // it was made here by the import
	Gone bool       `json:"gone,omitempty"` // it was taken away here, because it was gone there

	Spent   string `json:"spent,omitempty"`  // the account and its window that Posted is in
	Posted  int64  `json:"posted,omitempty"` // pico-dollars
	Posting *post  `json:"posting,omitempty"`

	version int64
}

// post is a posting that may have happened.
type post struct {
	ID   string `json:"id"`
	Cost int64  `json:"cost"` // what it adds to Posted
}

// The attributes of an item.
const (
	attrBody    = "b"
	attrRow     = "r"
	attrVersion = "v"
)

// shelf is the partition of what was brought of a kind from one proxy.
func (m *mover) shelf(k *kind) string {
	return "IM#litellm#" + url.PathEscape(m.source.host) + "#" + k.name
}

// remembered is what is known of a record; nil when it was never brought.
func (m *mover) remembered(ctx context.Context, k *kind, id string) (*brought, error) {
	item, err := m.store.Get(ctx, store.Key{PK: m.shelf(k), SK: id}, true)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readBrought(item)
}

func readBrought(item store.Item) (*brought, error) {
	b := &brought{version: item.Int(attrVersion)}
	err := json.Unmarshal([]byte(item.Text(attrBody)), b)
	if err == nil {
		b.Row, err = raw.Parse([]byte(item.Text(attrRow)))
	}
	if err != nil {
		return nil, fmt.Errorf("read what was brought before: %w", err)
	}
	return b, nil
}

// remember writes what is known. Two imports at once would count twice, so the
// one that comes second ends.
func (m *mover) remember(ctx context.Context, k *kind, id string, b *brought) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	is := store.Condition{Attr: attrVersion, Op: store.Equal, Value: b.version}
	if b.version == 0 {
		is = store.Condition{Attr: attrVersion, Op: store.Absent}
	}
	_, err = m.store.Write(ctx, store.Write{
		Key: store.Key{PK: m.shelf(k), SK: id}, If: []store.Condition{is},
		Set: store.Item{attrBody: string(body), attrRow: string(b.Row.Bytes()), attrVersion: b.version + 1},
	})
	if refused := new(store.Refused); errors.As(err, &refused) {
		return errors.New("another import is under way")
	}
	if err != nil {
		return fmt.Errorf("remember what was brought: %w", err)
	}
	b.version++
	return nil
}

// forget takes back remember.
func (m *mover) forget(ctx context.Context, k *kind, id string) error {
	_, err := m.store.Write(ctx, store.Write{Key: store.Key{PK: m.shelf(k), SK: id}, Delete: true})
	return err
}
