package dynamo

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// attributes is an item in the API's words.
type attributes = map[string]types.AttributeValue

// row is an item as it is in the table.
type row struct {
	store.Keyed
	end time.Time // zero: never
}

// lives reports whether there is an item, and its end has not come.
func (r row) lives(now time.Time) bool {
	return r.Item != nil && (r.end.IsZero() || now.Before(r.end))
}

// decode reads an item; one without attributes is none.
func decode(from attributes) (row, error) {
	if len(from) == 0 {
		return row{}, nil
	}
	r := row{Keyed: store.Keyed{Item: store.Item{}}}
	for name, value := range from {
		v, err := decodeValue(value)
		if err != nil {
			return row{}, fmt.Errorf("attribute %s of an item in the table: %w", name, err)
		}
		switch name {
		case attrPK:
			r.PK, _ = v.(string)
		case attrSK:
			r.SK, _ = v.(string)
		case attrEnd:
			ns, ok := v.(int64)
			if !ok {
				return row{}, fmt.Errorf("attribute %s of an item in the table: want a number, not %T", name, v)
			}
			r.end = time.Unix(0, ns).UTC()
		case attrTTL:
		default:
			r.Item[name] = v
		}
	}
	return r, nil
}

func decodeValue(value types.AttributeValue) (store.Value, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, nil
	case *types.AttributeValueMemberN:
		return strconv.ParseInt(v.Value, 10, 64)
	case *types.AttributeValueMemberB:
		return v.Value, nil
	}
	return nil, fmt.Errorf("want a string, a number or bytes, not %T", value)
}

func encodeValue(value store.Value) (types.AttributeValue, error) {
	switch v := value.(type) {
	case string:
		return text(v), checkText(v)
	case int64:
		return number(v), nil
	case []byte:
		return &types.AttributeValueMemberB{Value: append([]byte{}, v...)}, nil
	}
	return nil, fmt.Errorf("a value is a string, an int64 or bytes, not %T", value)
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// encodeKey refuses keys that the API would turn into others.
func encodeKey(key store.Key) (attributes, error) {
	if err := (store.Write{Key: key}).Valid(); err != nil {
		return nil, err
	}
	return attributes{attrPK: text(key.PK), attrSK: text(key.SK)}, checkText(key.PK, key.SK)
}

// checkText refuses what would become another string on its way.
func checkText(parts ...string) error {
	for _, part := range parts {
		if !utf8.ValidString(part) {
			return fmt.Errorf("%q is not UTF-8, as DynamoDB's strings are", part)
		}
	}
	return nil
}

// encodeEnd is the two attributes of an item's end.
func encodeEnd(end time.Time) (exact, seconds types.AttributeValue, err error) {
	const most = math.MaxInt64 / int64(time.Second)
	if s := end.Unix(); s < 0 || s >= most {
		return nil, nil, fmt.Errorf("an item may expire from 1970 to 2262, not at %s", end)
	}
	up := end.Add(time.Second - time.Nanosecond).Unix()
	return number(end.UnixNano()), number(up), nil
}
