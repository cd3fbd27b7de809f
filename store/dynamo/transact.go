package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// mostAtOnce is how many items a transaction may have.
const mostAtOnce = 100

// WriteAll implements store.Transactor. It costs twice the units of the same
// writes one by one, and fails when another writes one of the items meanwhile.
// A lost answer is asked for again: the SDK gives each transaction a token by
// which it happens once.
func (s *Store) WriteAll(ctx context.Context, writes []store.Write) error {
	plans, err := plannedAll(writes, s)
	if err != nil || len(plans) == 0 {
		return err
	}
	for range tries {
		err := s.transact(ctx, plans)
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			return err
		}
		if err := replan(plans, cancelled.CancellationReasons); err != nil {
			return err
		}
	}
	return changing(writes[0].Key)
}

func plannedAll(writes []store.Write, s *Store) ([]plan, error) {
	if len(writes) > mostAtOnce {
		return nil, fmt.Errorf("%d writes at once: %d are the most", len(writes), mostAtOnce)
	}
	plans, now, seen := make([]plan, len(writes)), s.now(), map[store.Key]bool{}
	for i, w := range writes {
		var err error
		if plans[i], err = planned(w, now); err != nil {
			return nil, fmt.Errorf("write %d: %w", i, err)
		}
		if seen[w.Key] {
			return nil, fmt.Errorf("write %d: item %q %q is written twice", i, w.Key.PK, w.Key.SK)
		}
		seen[w.Key] = true
	}
	return plans, nil
}

// replan changes the plans that were refused to the next ones.
func replan(plans []plan, reasons []types.CancellationReason) error {
	replanned := false
	for i, reason := range reasons[:min(len(reasons), len(plans))] {
		switch code := aws.ToString(reason.Code); code {
		case "None":
		case "ConditionalCheckFailed":
			next, err := plans[i].after(reason.Item)
			if refused := (*store.Refused)(nil); errors.As(err, &refused) {
				refused.At = i
			}
			if err != nil {
				return err
			}
			plans[i], replanned = next, true
		case "TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError":
			return fmt.Errorf("%w: write %d: %s", store.ErrThrottled, i, code)
		default:
			return fmt.Errorf("write %d: %s: %s", i, code, aws.ToString(reason.Message))
		}
	}
	if !replanned {
		return errors.New("a transaction was cancelled without a reason")
	}
	return nil
}

func (s *Store) transact(ctx context.Context, plans []plan) error {
	in := &dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: s.asked()}
	for _, p := range plans {
		c, err := p.change()
		if err != nil {
			return err
		}
		in.TransactItems = append(in.TransactItems, s.part(c))
	}
	out, err := s.api.TransactWriteItems(ctx, in)
	if err != nil {
		return fault("transact write items", err)
	}
	for i := range out.ConsumedCapacity {
		s.count("TransactWriteItems", &out.ConsumedCapacity[i])
	}
	return nil
}

// part is a change as a part of a transaction.
func (s *Store) part(c change) types.TransactWriteItem {
	switch {
	case c.update != nil:
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &s.table, Key: c.key, UpdateExpression: c.update, ConditionExpression: c.condition,
			ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values, ReturnValuesOnConditionCheckFailure: showOld,
		}}
	case c.item != nil:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &s.table, Item: c.item, ConditionExpression: c.condition,
			ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values, ReturnValuesOnConditionCheckFailure: showOld,
		}}
	}
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.table, Key: c.key, ConditionExpression: c.condition,
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values, ReturnValuesOnConditionCheckFailure: showOld,
	}}
}
