package all

import (
	"context"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/store/dynamo"
)

// Store is where a gateway keeps what outlives a request: keys, money,
// responses.
type Store = people.Store

// Table opens the DynamoDB table of a name, in the account, the region and at
// the endpoint that the environment gives AWS's SDK. It does not ask whether
// there is one. Without a name there is none, nil: a process remembers for itself.
func Table(ctx context.Context, name string) (Store, error) {
	if name == "" {
		return nil, nil
	}
	t, err := dynamo.Open(ctx, name, dynamo.Options{Now: time.Now})
	if err != nil {
		return nil, fmt.Errorf("open table %s: %w", name, err)
	}
	return t, nil
}
