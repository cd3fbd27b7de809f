package dynamo

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tollgate-llm/tollgate/store"
)

// expression collects what a request's expressions name and compare with. No
// name and no value stands in an expression itself, so none can be taken for a
// part of it.
type expression struct {
	names  map[string]string               // placeholder -> attribute
	values map[string]types.AttributeValue // placeholder -> value
	known  map[string]string               // attribute -> placeholder
}

// name is an attribute's placeholder.
func (e *expression) name(attr string) string {
	if p, ok := e.known[attr]; ok {
		return p
	}
	if e.names == nil {
		e.names, e.known = map[string]string{}, map[string]string{}
	}
	p := "#" + strconv.Itoa(len(e.names))
	e.names[p], e.known[attr] = attr, p
	return p
}

// value is a value's placeholder.
func (e *expression) value(v types.AttributeValue) string {
	if e.values == nil {
		e.values = attributes{}
	}
	p := ":" + strconv.Itoa(len(e.values))
	e.values[p] = v
	return p
}

func (e *expression) absent(attr string) string { return "attribute_not_exists(" + e.name(attr) + ")" }

// living holds for no item, and for one whose end has not come.
func (e *expression) living(now time.Time) string {
	return fmt.Sprintf("(%s OR %s > %s)", e.absent(attrEnd), e.name(attrEnd), e.value(number(now.UnixNano())))
}

// gone holds for no item, and for one whose end has come.
func (e *expression) gone(now time.Time) string {
	return fmt.Sprintf("(%s OR %s <= %s)", e.absent(attrPK), e.name(attrEnd), e.value(number(now.UnixNano())))
}

// ends holds for an item with this very end; zero: with none, as no item has.
func (e *expression) ends(end time.Time) string {
	if end.IsZero() {
		return e.absent(attrEnd)
	}
	return e.name(attrEnd) + " = " + e.value(number(end.UnixNano()))
}

// condition says what store.Holds says of an item that is there and alive, or
// of none.
func (e *expression) condition(c store.Condition) (string, error) {
	switch c.Op {
	case store.Absent:
		return e.absent(c.Attr), nil
	case store.Present:
		return "attribute_exists(" + e.name(c.Attr) + ")", nil
	}
	operators := map[store.Op]string{
		store.Equal: "=", store.Unequal: "<>", store.Less: "<", store.AtMost: "<=", store.More: ">", store.AtLeast: ">=",
	}
	operator, ok := operators[c.Op]
	if !ok {
		return "", fmt.Errorf("condition on %s: there is no comparison %d", c.Attr, c.Op)
	}
	v, err := encodeValue(c.Value)
	if err != nil {
		return "", fmt.Errorf("condition on %s: %w", c.Attr, err)
	}
	name := e.name(c.Attr)
	is := name + " " + operator + " " + e.value(v)
	if c.Op == store.Unequal { // which alone holds for another type, and for none
		is = "attribute_type(" + name + ", " + e.value(text(typeOf(v))) + ") AND " + is
	}
	if c.OrAbsent {
		is = e.absent(c.Attr) + " OR " + is
	}
	return "(" + is + ")", nil
}

// typeOf is a value's type in the API's words.
func typeOf(v types.AttributeValue) string {
	switch v.(type) {
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberB:
		return "B"
	}
	return "S"
}

// fits holds when a sum stays an int64: the table's numbers have 38 digits.
func (e *expression) fits(attr string, n int64) string {
	operator, bound := "<=", math.MaxInt64-max(n, 0)
	if n < 0 {
		operator, bound = ">=", math.MinInt64-n
	}
	return fmt.Sprintf("(%s OR %s %s %s)", e.absent(attr), e.name(attr), operator, e.value(number(bound)))
}

// update says what a write does to an item, its end included.
func (e *expression) update(w store.Write) (string, error) {
	var set, remove []string
	for _, attr := range slices.Sorted(maps.Keys(w.Set)) {
		v, err := encodeValue(w.Set[attr])
		if err != nil {
			return "", fmt.Errorf("attribute %s: %w", attr, err)
		}
		set = append(set, e.name(attr)+" = "+e.value(v))
	}
	for _, attr := range slices.Sorted(maps.Keys(w.Add)) {
		name := e.name(attr)
		set = append(set, fmt.Sprintf("%s = if_not_exists(%s, %s) + %s", name, name, e.value(number(0)), e.value(number(w.Add[attr]))))
	}
	if !w.Expires.IsZero() {
		exact, seconds, err := encodeEnd(w.Expires)
		if err != nil {
			return "", err
		}
		set = append(set, e.name(attrEnd)+" = "+e.value(exact), e.name(attrTTL)+" = "+e.value(seconds))
	}
	for _, attr := range w.Remove {
		remove = append(remove, e.name(attr))
	}
	var clauses []string
	if len(set) > 0 {
		clauses = append(clauses, "SET "+strings.Join(set, ", "))
	}
	if len(remove) > 0 {
		clauses = append(clauses, "REMOVE "+strings.Join(remove, ", "))
	}
	return strings.Join(clauses, " "), nil
}
