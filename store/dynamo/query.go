package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/tollgate-llm/tollgate/store"
)

// Query implements store.Store. It is one request for most pages; the table
// ends its own after 1 MB, and counts expired items it leaves out, so it may
// take more. One item more than asked for tells whether there is a next page.
func (s *Store) Query(ctx context.Context, q store.Query) (store.Page, error) {
	from, none, err := start(q)
	if err != nil || none {
		return store.Page{}, err
	}
	most := q.Cap()
	var page store.Page
	for ask := most + 1; ; ask = min(2*ask, 2*store.MaxLimit) {
		in, err := s.request(q, from, ask)
		if err != nil {
			return store.Page{}, err
		}
		out, err := s.api.Query(ctx, in)
		if err != nil {
			return store.Page{}, fault("query", err)
		}
		s.count("Query", out.ConsumedCapacity)
		for _, found := range out.Items {
			r, err := decode(found)
			if err != nil {
				return store.Page{}, err
			}
			page.Items = append(page.Items, r.Keyed)
		}
		if len(page.Items) > most {
			page.Items = page.Items[:most]
			page.Next = cursor(q, page.Items[most-1])
			return page, nil
		}
		if from = out.LastEvaluatedKey; len(from) == 0 || isEnd(q, from) {
			return page, nil
		}
	}
}

// request asks for as many items, beginning after a key, or at the beginning.
func (s *Store) request(q store.Query, from attributes, ask int) (*dynamodb.QueryInput, error) {
	pk, sk, err := keysOf(q.Index)
	if err != nil {
		return nil, err
	}
	var e expression
	keys := e.name(pk) + " = " + e.value(text(q.PK))
	switch {
	case q.Prefix == "":
	case q.Reverse && textOf(from[sk]) == q.Prefix: // a range must not begin where it ends
		keys += " AND " + e.name(sk) + " = " + e.value(text(q.Prefix))
	default:
		keys += fmt.Sprintf(" AND %s BETWEEN %s AND %s", e.name(sk), e.value(text(q.Prefix)), e.value(text(last(q.Prefix))))
	}
	in := &dynamodb.QueryInput{
		TableName: &s.table, KeyConditionExpression: &keys, FilterExpression: aws.String(e.living(s.now())),
		ExpressionAttributeNames: e.names, ExpressionAttributeValues: e.values, ExclusiveStartKey: from,
		ScanIndexForward: aws.Bool(!q.Reverse), Limit: aws.Int32(int32(ask)), ReturnConsumedCapacity: s.asked(),
	}
	if q.Index == "" {
		in.ConsistentRead = &q.Consistent
	} else {
		in.IndexName = aws.String(indexName)
	}
	return in, nil
}

// keysOf names the attributes that an index is by, "" being the table itself.
func keysOf(index string) (pk, sk string, err error) {
	switch index {
	case "":
		return attrPK, attrSK, nil
	case store.Index1:
		return store.Index1PK, store.Index1SK, nil
	}
	return "", "", fmt.Errorf("there is no index %q", index)
}

// last is what no SK with a prefix comes after: an SK has 500 bytes at most, and
// no character comes after this one. A range, unlike begins_with, is the same to
// every server: SQLite's idea of a prefix is blind to case.
func last(prefix string) string {
	const end = "\U0010ffff"
	return prefix + strings.Repeat(end, max(0, 500-len(prefix))/len(end)+1)
}
