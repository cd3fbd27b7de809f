package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/store"
)

// Erase takes a person out of a decided row: the end user and the address it
// called from. A row that has another end user by now, or none, stays as it is.
func Erase(ctx context.Context, s store.Store, row Row) error {
	key, err := ref{row.Request, row.Part}.key()
	if err != nil {
		return err
	}
	_, err = s.Write(ctx, store.Write{
		Key: key, If: []store.Condition{{Attr: "eu", Op: store.Equal, Value: row.Facts.EndUser}}, Remove: []string{"eu", "ip"},
	})
	if _, refused := errors.AsType[*store.Refused](err); refused {
		return nil
	}
	if err != nil {
		return fmt.Errorf("erase row %s: %w", key.SK, err)
	}
	return nil
}
