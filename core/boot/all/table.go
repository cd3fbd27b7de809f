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

// table opens the DynamoDB table of a name, in the account, the region and at
// the endpoint that the environment gives AWS's SDK. Without a name there is
// none, and an environment remembers for itself.
func table(ctx context.Context, name string) (Store, error) {
	if name == "" {
		return nil, nil
	}
	t, err := dynamo.Open(ctx, name, dynamo.Options{Now: time.Now})
	if err != nil {
		return nil, fmt.Errorf("open the table of TABLE_NAME: %w", err)
	}
	return t, nil
}
