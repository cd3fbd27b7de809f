// Package dynamo keeps a store in one DynamoDB table: what the gateway uses on
// AWS, where many functions share keys, money and state and none of them lives
// long.
//
// A write is one request for one item, whose conditions the table checks as it
// writes; a refusal brings back the item as it was, so that nobody has to read
// first. Writes are never repeated here: a repeated one could count twice, and
// only who asked can tell a try from the one before it.
//
// The table's own expiry deletes days late. So an item carries the instant of
// its end, readers leave out what has passed it, and every write says that it is
// about a living item; what has expired is replaced as a whole.
package dynamo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// The table's own attributes. All of them begin with an underscore, because
// every other name is the callers'.
const (
	attrPK   = "_pk"   // S, the table's partition key
	attrSK   = "_sk"   // S, its sort key
	attrEnd  = "_x"    // N, when the item is gone: nanoseconds since 1970
	attrTTL  = "_ttl"  // N, the same in whole seconds, rounded up: the table deletes by it
	attrNone = "_none" // no item has it: an update that changes nothing removes it
)

// connections is how many idle connections are kept: a process that serves many
// requests at once would else open one for most of its writes.
const connections = 128

// Store keeps items in a table. It implements store.Store and store.Transactor,
// and is safe for concurrent use.
type Store struct {
	table string
	now   func() time.Time
	used  func(Used)
	api   *dynamodb.Client
}

var (
	_ store.Store      = (*Store)(nil)
	_ store.Transactor = (*Store)(nil)
)

// Options are what a Store needs beside a table.
type Options struct {
	Now  func() time.Time
	Used func(Used) // told of each answer's capacity, at once and concurrently; nil: nobody
}

// Open finds region, endpoint and credentials where AWS's own tools look for
// them, and makes a Store of a table. It does not ask whether there is one.
func Open(ctx context.Context, table string, o Options) (*Store, error) {
	found, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	return New(found, table, o), nil
}

// New makes a Store of a table. Reads are tried three times.
func New(c aws.Config, table string, o Options) *Store {
	if c.HTTPClient == nil {
		c.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns, t.MaxIdleConnsPerHost = connections, connections
		})
	}
	c.HTTPClient = sender{c.HTTPClient}
	c.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.Backoff = retry.BackoffDelayerFunc(pause) })
	}
	return &Store{table: table, now: o.Now, used: o.Used, api: dynamodb.NewFromConfig(c)}
}

// pause is how long to wait before a read is tried again: 50 ms at most, then
// 100. The SDK's own second is longer than many a call of a model.
func pause(tries int, _ error) (time.Duration, error) {
	return rand.N(25 * time.Millisecond << min(tries, 2)), nil
}

// once is for requests that must not be repeated by themselves.
func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key store.Key, consistent bool) (store.Item, error) {
	at, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	out, err := s.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: at, ConsistentRead: &consistent, ReturnConsumedCapacity: s.asked(),
	})
	if err != nil {
		return nil, fault("get item", err)
	}
	s.count("GetItem", out.ConsumedCapacity)
	had, err := decode(out.Item)
	if err != nil {
		return nil, err
	}
	if !had.lives(s.now()) {
		return nil, store.ErrNotFound
	}
	return had.Item, nil
}

// Used is the capacity that one answer says it took, in the units that AWS
// bills. A refused write takes some too, but its answer does not say how much.
type Used struct {
	Operation string  // as the API has it: UpdateItem
	Table     float64 // units of the table
	Index     float64 // units of its index
}

// asked is what to request of each answer.
func (s *Store) asked() types.ReturnConsumedCapacity {
	if s.used == nil {
		return types.ReturnConsumedCapacityNone
	}
	return types.ReturnConsumedCapacityIndexes
}

func (s *Store) count(operation string, capacities ...*types.ConsumedCapacity) {
	if s.used == nil {
		return
	}
	u := Used{Operation: operation}
	for _, c := range capacities {
		if c == nil {
			continue
		}
		u.Table += aws.ToFloat64(c.CapacityUnits)
		for _, index := range c.GlobalSecondaryIndexes {
			u.Index += aws.ToFloat64(index.CapacityUnits)
		}
	}
	u.Table -= u.Index // CapacityUnits is the sum of both
	s.used(u)
}
