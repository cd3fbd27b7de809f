package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// tries is how often a write may find the item other than the try before it
// left it to expect. Each was refused, so nothing was done by any but the last.
const tries = 5

// Write implements store.Store. It is one request, and one more if the item has
// expired, or is replaced as a whole and has an end of its own that stays.
func (s *Store) Write(ctx context.Context, w store.Write) (store.Item, error) {
	p, err := planned(w, s.now())
	if err != nil {
		return nil, err
	}
	for range tries {
		item, err := s.try(ctx, p)
		var refused *types.ConditionalCheckFailedException
		if !errors.As(err, &refused) {
			return item, err
		}
		if p, err = p.after(refused.Item); err != nil {
			return nil, err
		}
	}
	return nil, changing(w.Key)
}

// changing is the error for an item that others changed before each try.
func changing(key store.Key) error {
	return fmt.Errorf("%w: item %q %q changes all the time", store.ErrThrottled, key.PK, key.SK)
}

func (s *Store) try(ctx context.Context, p plan) (store.Item, error) {
	c, err := p.change()
	switch {
	case err != nil:
		return nil, err
	case c.update != nil:
		return s.update(ctx, c)
	case c.item != nil:
		return s.put(ctx, p, c)
	}
	return nil, s.remove(ctx, c)
}

const showOld = types.ReturnValuesOnConditionCheckFailureAllOld

func (s *Store) update(ctx context.Context, c change) (store.Item, error) {
	out, err := s.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: c.key, UpdateExpression: c.update, ConditionExpression: c.condition,
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValues: types.ReturnValueAllNew, ReturnValuesOnConditionCheckFailure: showOld, ReturnConsumedCapacity: s.asked(),
	}, once)
	if err != nil {
		return nil, fault("update item", err)
	}
	s.count("UpdateItem", out.ConsumedCapacity)
	r, err := decode(out.Attributes)
	return r.Item, err
}

func (s *Store) put(ctx context.Context, p plan, c change) (store.Item, error) {
	out, err := s.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: c.item, ConditionExpression: c.condition,
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: showOld, ReturnConsumedCapacity: s.asked(),
	}, once)
	if err != nil {
		return nil, fault("put item", err)
	}
	s.count("PutItem", out.ConsumedCapacity)
	return store.Apply(p.Write, nil)
}

func (s *Store) remove(ctx context.Context, c change) error {
	out, err := s.api.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.table, Key: c.key, ConditionExpression: c.condition,
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		ReturnValuesOnConditionCheckFailure: showOld, ReturnConsumedCapacity: s.asked(),
	}, once)
	if err != nil {
		return fault("delete item", err)
	}
	s.count("DeleteItem", out.ConsumedCapacity)
	return nil
}
