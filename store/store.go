// Package store says what the gateway asks of the place where it keeps keys,
// money and state: single items that change under a condition, in one step, and
// that are found again by their key or as the neighbours of one.
//
// There are no expressions here and no transactions on what many requests
// share: a condition is a fact about one item, which every implementation can
// check as it writes. store/memory, store/embedded (SQLite) and store/dynamo
// pass the same tests, store/storetest.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Key is where an item is. Items of one PK are a partition, in the order of the
// bytes of their SK. Both are at least one byte; PK has at most 1,000 of them,
// SK 500.
type Key struct{ PK, SK string }

// Value is what an attribute holds: a string, an int64, or []byte.
type Value any

// Item is a set of attributes by their names, without the key. Names that begin
// with an underscore are the store's own.
type Item map[string]Value

// Text is an attribute's string; "" when it has none.
func (i Item) Text(name string) string { s, _ := i[name].(string); return s }

// Int is an attribute's number; 0 when it has none.
func (i Item) Int(name string) int64 { n, _ := i[name].(int64); return n }

// Bytes are an attribute's bytes; nil when it has none. They must not be changed.
func (i Item) Bytes(name string) []byte { b, _ := i[name].([]byte); return b }

// Keyed is an item with its key.
type Keyed struct {
	Key
	Item Item
}

// The errors of a store beside a *Refused. All others mean that nobody knows
// whether a write happened: it may be tried again, if it can be told from the
// first try.
var (
	// ErrNotFound says that there is no such item, or that it has expired.
	ErrNotFound = errors.New("no such item")
	// ErrThrottled says that nothing was done, because too much was asked for.
	ErrThrottled = errors.New("the store is busy")
)

// Refused is the error of a write whose conditions do not hold. Nothing was
// written.
type Refused struct {
	Item Item // what is there instead; nil when nothing is
	At   int  // which of several writes
}

func (r *Refused) Error() string { return fmt.Sprintf("write %d: the conditions do not hold", r.At) }

// Op is a comparison.
type Op uint8

// The comparisons. Numbers are compared with numbers and strings with strings;
// an attribute of another type fulfils none.
const (
	Absent  Op = iota + 1 // there is no such attribute; Value is not used
	Present               // there is one
	Equal
	Unequal
	Less
	AtMost
	More
	AtLeast
)

// Condition is a fact about an attribute of the item as it is.
type Condition struct {
	Attr  string
	Op    Op
	Value Value
	// OrAbsent lets the condition hold without such an attribute, and so
	// without an item.
	OrAbsent bool
}

// Write is a change of one item. What it does not name stays; an item that is
// not there, or has expired, is made.
type Write struct {
	Key    Key
	If     []Condition      // all must hold; none: always
	Set    Item             // attributes that get a value
	Add    map[string]int64 // attributes that grow; an absent one is 0
	Remove []string         // attributes that go
	// Whole drops every attribute that Set and Add do not name.
	Whole bool
	// Delete drops the item; the fields above but If are not used.
	Delete bool
	// Expires is when the item is gone. Zero: as it was, or never.
	Expires time.Time
}

// Query asks for a part of a partition, in the order of SK. Expired items are
// left out.
type Query struct {
	// Index is "" for the items themselves, or Index1: the items that have the
	// attributes Index1PK and Index1SK, by those. An index is not consistent.
	Index      string
	PK         string
	Prefix     string // of SK
	After      string // an SK: what comes after it, before it when Reverse; "" for the beginning
	Reverse    bool
	Limit      int // of items; 0: 100, at most 1,000
	Consistent bool
}

// The one index, and the attributes that put an item into it.
const (
	Index1   = "1"
	Index1PK = "_1pk"
	Index1SK = "_1sk"
)

// Page is a part of an answer. Next is the After of the next one; "" after the
// last. An index's Next also names the item, so it is only good as an After.
type Page struct {
	Items []Keyed
	Next  string
}

// Store keeps items. It is safe for concurrent use.
type Store interface {
	// Get finds an item: ErrNotFound when there is none. Inconsistent reads may
	// be a second old.
	Get(ctx context.Context, key Key, consistent bool) (Item, error)
	// Write changes an item and returns it as it is then, nil when deleted. The
	// error is a *Refused when a condition does not hold.
	Write(ctx context.Context, w Write) (Item, error)
	// Query lists items.
	Query(ctx context.Context, q Query) (Page, error)
}

// Transactor writes several items or none: 100 at most, all different. It is for
// what people administer, which is seldom; nothing on a request's way uses it.
type Transactor interface {
	WriteAll(ctx context.Context, writes []Write) error
}

// The bounds of a Query's Limit.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// Cap is the number of items that a query may have.
func (q Query) Cap() int {
	if q.Limit <= 0 {
		return DefaultLimit
	}
	return min(q.Limit, MaxLimit)
}
