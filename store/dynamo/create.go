package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// indexName is the one index. It holds whole items: its readers list rows, and
// a second request for each page of them would cost more than the copies do,
// since an item enters it once, when it is complete.
const indexName = "Index1"

// Create makes the table, unless there is one of its name, and waits until it
// can be used: billed by request, with its index and expiry. On AWS the stack
// defines the same table; this is for tests and for one machine.
func (s *Store) Create(ctx context.Context) error {
	_, err := s.api.CreateTable(ctx, s.definition())
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		return fault("create table", err)
	}
	ready := dynamodb.NewTableExistsWaiter(s.api, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 2*time.Second
	})
	if err := ready.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &s.table}, 2*time.Minute); err != nil {
		return fmt.Errorf("wait for the table: %w", err)
	}
	is, err := s.api.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &s.table})
	if err != nil {
		return fault("describe time to live", err)
	}
	if d := is.TimeToLiveDescription; d != nil && aws.ToString(d.AttributeName) == attrTTL {
		return nil
	}
	_, err = s.api.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               &s.table,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(attrTTL), Enabled: aws.Bool(true)},
	})
	if err != nil {
		return fault("update time to live", err)
	}
	return nil
}

func (s *Store) definition() *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName: &s.table, BillingMode: types.BillingModePayPerRequest, KeySchema: schema(attrPK, attrSK),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String(indexName), KeySchema: schema(store.Index1PK, store.Index1SK),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}
	for _, name := range []string{attrPK, attrSK, store.Index1PK, store.Index1SK} {
		in.AttributeDefinitions = append(in.AttributeDefinitions,
			types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS})
	}
	return in
}

func schema(partition, order string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(partition), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(order), KeyType: types.KeyTypeRange},
	}
}
