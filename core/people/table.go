package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// Table keeps the records of one kind. Errors of its methods are *llm.Error.
type Table[T any, P record[T]] struct {
	d *Directory
	kind[T]
	fields map[string]bool // the JSON names of T
}

// kind is what a Table must know about its records.
type kind[T any] struct {
	field string // what LiteLLM calls the id: team_id
	table string // LiteLLM's name for the table, in the audit log
	list  string // the name of the list of all
	pk    func(id string) string
	// may returns an error unless the actor may do this. Before is nil when a
	// record is made; after is nil when it is deleted, and the same as before
	// when it is read. Fields are what an update changes.
	may func(ctx context.Context, d *Directory, a Actor, before, after *T, fields []string) error
	// fixed are the members that the gateway sets, separated by spaces.
	fixed string
	// owns says that others belong to a record and go with it; used, that it
	// cannot go as long as others use it.
	owns, used bool
	// counted says that changes are counted, for those who keep what was made of
	// the records.
	counted bool
}

// stamped are the members of every record that the gateway sets.
const stamped = "created_at created_by updated_at updated_by"

func newTable[T any, P record[T]](d *Directory, k kind[T]) *Table[T, P] {
	return &Table[T, P]{d: d, kind: k, fields: names(reflect.TypeFor[T]())}
}

// Create makes a record, with a random id unless it has one.
func (t *Table[T, P]) Create(ctx context.Context, a Actor, v T) (*T, error) {
	made := P(&v)
	id, err := t.d.random(16)
	if err != nil {
		return nil, err
	}
	made.name(id)
	t.d.stampNew(a, made.stamp())
	if err := first(checkID(t.field, made.id()), made.valid(), t.may(ctx, t.d, a, nil, made, nil)); err != nil {
		return nil, err
	}
	if err := t.write(ctx, a, "created", nil, made); err != nil {
		if errors.Is(err, errChanged) {
			return nil, taken(t.field, made.id())
		}
		return nil, err
	}
	return made, nil
}

// Get finds a record. What the actor may not see does not exist for it.
func (t *Table[T, P]) Get(ctx context.Context, a Actor, id string) (*T, error) {
	v, err := t.load(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := t.may(ctx, t.d, a, v, v, nil); err != nil {
		return nil, t.unseen(err, id)
	}
	return v, nil
}

// Update changes the members of a record that the patch names; null takes one
// away. A member that there is not, or that the gateway sets, is an error.
func (t *Table[T, P]) Update(ctx context.Context, a Actor, id string, patch raw.Object) (*T, error) {
	fields, err := t.named(patch)
	if err != nil {
		return nil, err
	}
	return t.change(ctx, a, "updated", id, fields, func(before, after *T) error { return t.patch(before, after, patch) })
}

// change edits a record that may change meanwhile.
func (t *Table[T, P]) change(ctx context.Context, a Actor, action, id string, fields []string, edit func(before, after *T) error) (*T, error) {
	for range tries {
		before, err := t.Get(ctx, a, id)
		if err != nil {
			return nil, err
		}
		after := new(T)
		*after = *before
		if err := edit(before, after); err != nil {
			return nil, err
		}
		made := P(after)
		if err := t.d.stampChange(ctx, a, t.spending(before), t.spending(after), made.stamp()); err != nil {
			return nil, err
		}
		if err := first(made.valid(), t.may(ctx, t.d, a, before, after, fields)); err != nil {
			return nil, err
		}
		if err := t.write(ctx, a, action, before, after); err == nil {
			return after, nil
		} else if !errors.Is(err, errChanged) {
			return nil, err
		}
	}
	return nil, busy(t.field, id)
}

// tries is how often a change is made anew when somebody else was faster.
const tries = 8

func busy(field, id string) *llm.Error {
	return &llm.Error{Class: llm.ConflictError, Param: field, Message: fmt.Sprintf("%s=%.200q is being changed by somebody else", field, id)}
}

// load reads a record, whoever asks.
func (t *Table[T, P]) load(ctx context.Context, id string) (*T, error) {
	if checkID(t.field, id) != nil {
		return nil, missing(t.field, id)
	}
	v, err := read[T, P](ctx, t.d.Store, t.pk(id), true)
	if errors.Is(err, store.ErrNotFound) {
		return nil, missing(t.field, id)
	}
	return v, err
}

// read reads the record of a partition; store.ErrNotFound when there is none.
func read[T any, P record[T]](ctx context.Context, s store.Store, pk string, consistent bool) (*T, error) {
	item, err := s.Get(ctx, store.Key{PK: pk, SK: self}, consistent)
	if err != nil {
		return nil, stored(ctx, err)
	}
	if item.Int(attrGone) != 0 || item.Text(attrBody) == "" && item.Text(attrID) != "" { // it leads to what took its place
		return nil, store.ErrNotFound
	}
	return decode[T, P](item)
}

// decode reads the record of an item.
func decode[T any, P record[T]](item store.Item) (*T, error) {
	v := new(T)
	if err := json.Unmarshal([]byte(item.Text(attrBody)), v); err != nil {
		return nil, unavailable(fmt.Errorf("read a stored %T: %w", v, err))
	}
	P(v).stamp().Version = item.Int(attrVersion)
	return v, nil
}

// unseen hides what an actor may not read: it does not exist.
func (t *Table[T, P]) unseen(err error, id string) error {
	if errors.Is(err, llm.PermissionDeniedError) {
		return missing(t.field, id)
	}
	return err
}

// spending is the part of a record that a Budget may fill, if it has one.
func (t *Table[T, P]) spending(v *T) *Spending {
	if s, ok := any(v).(interface{ spends() *Spending }); ok {
		return s.spends()
	}
	return &Spending{}
}

// named are the members that a patch names, all of which may be changed.
func (t *Table[T, P]) named(patch raw.Object) ([]string, error) {
	var all []string
	for name := range patch.All() {
		if !t.fields[name] {
			return nil, bad(name, "there is no field %.100q", name)
		}
		for fixed := range strings.FieldsSeq(stamped + " " + t.field + " " + t.fixed) {
			if name == fixed {
				return nil, bad(name, "%s cannot be changed", name)
			}
		}
		all = append(all, name)
	}
	if err := raw.Strict(patch.Bytes()); err != nil {
		return nil, bad("", "Invalid JSON payload: %v", err)
	}
	return all, nil
}

// patch makes after of before and the members of a patch.
func (t *Table[T, P]) patch(before, after *T, patch raw.Object) error {
	body, err := json.Marshal(before)
	if err != nil {
		return unavailable(err)
	}
	whole, err := raw.Parse(body)
	if err != nil {
		return unavailable(err)
	}
	whole = whole.Merged(patch)
	for name, v := range patch.All() {
		if string(v) == "null" {
			whole = whole.Without(name)
		}
	}
	*after = *new(T)
	P(after).stamp().Version = P(before).stamp().Version
	return unmarshal(whole.Bytes(), after)
}
