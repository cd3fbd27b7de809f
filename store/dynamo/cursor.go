package dynamo

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// cursor is the After of the page that comes after an item. An index may have
// several items in one place, so there it names the item, too: a JSON array.
func cursor(q store.Query, at store.Keyed) string {
	if q.Index == "" {
		return at.SK
	}
	b, err := json.Marshal([]string{at.Item.Text(store.Index1SK), at.PK, at.SK})
	if err != nil {
		panic(err) // strings always encode
	}
	return string(b)
}

// start is the key after which a query begins; nil for the beginning. It need
// not be an item's, but the table refuses one outside of the prefix. none says
// that nothing can come after it.
func start(q store.Query) (from attributes, none bool, err error) {
	if err := checkText(q.PK, q.Prefix, q.After); err != nil || q.After == "" {
		return nil, false, err
	}
	at, item := q.After, store.Key{PK: q.PK, SK: q.After}
	if q.Index != "" {
		var parts []string
		if err := json.Unmarshal([]byte(q.After), &parts); err != nil || len(parts) != 3 {
			return nil, false, fmt.Errorf("%q is no page's Next", q.After)
		}
		at, item = parts[0], store.Key{PK: parts[1], SK: parts[2]}
	}
	if !strings.HasPrefix(at, q.Prefix) {
		return nil, (at > q.Prefix) != q.Reverse, nil
	}
	if from, err = encodeKey(item); err != nil {
		return nil, false, fmt.Errorf("the place to begin after: %w", err)
	}
	if q.Index != "" {
		from[store.Index1PK], from[store.Index1SK] = text(q.PK), text(at)
	}
	return from, isEnd(q, from), nil
}

// isEnd reports whether nothing can come after a key of a query, which the table
// would be wrong to be asked for: backwards, the prefix itself is the last.
func isEnd(q store.Query, from attributes) bool {
	return q.Index == "" && q.Reverse && q.Prefix != "" && textOf(from[attrSK]) == q.Prefix
}

func textOf(v types.AttributeValue) string {
	s, ok := v.(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return s.Value
}
