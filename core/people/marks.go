package people

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/store"
)

// The attributes of the configuration in the item of the marks.
const (
	attrConfig = "c" // its name
	attrSource = "s" // where it is
)

// Marks are what every process asks for again and again, so that what is changed
// at one place counts everywhere within seconds. They are one item: to watch two
// things costs what it costs to watch one.
type Marks struct {
	Models int64  // changes with every change of a deployment or a credential
	Config string // names the configuration that all are to have; "": nobody has named one
	Source string // says where that is, to whoever reads it
}

// marksKey is where they are.
func marksKey() store.Key { return store.Key{PK: "V#models", SK: self} }

// ReadMarks reads them. They may be a second old.
func ReadMarks(ctx context.Context, in store.Store) (Marks, error) {
	item, err := in.Get(ctx, marksKey(), false)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Marks{}, stored(ctx, err)
	}
	return Marks{item.Int(attrVersion), item.Text(attrConfig), item.Text(attrSource)}, nil
}

// MarkConfig names the configuration that all processes are to have.
func MarkConfig(ctx context.Context, in store.Store, config, source string) error {
	_, err := in.Write(ctx, store.Write{Key: marksKey(), Set: store.Item{attrConfig: config, attrSource: source}})
	return stored(ctx, err)
}

// RenameConfig gives the configuration another name, wherever it is, so that all
// processes read it again.
func RenameConfig(ctx context.Context, in store.Store, config string) error {
	_, err := in.Write(ctx, store.Write{Key: marksKey(), Set: store.Item{attrConfig: config}})
	return stored(ctx, err)
}
