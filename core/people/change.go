package people

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// The attributes of items.
const (
	attrBody    = "b"    // the record, in JSON
	attrVersion = "v"    // its version
	attrGone    = "gone" // it is being deleted, with what belongs to it
	attrID      = "id"   // the id that a link leads to
)

// errChanged says that a record is not as it was read.
var errChanged = errors.New("somebody else changed it")

// batch is a transaction in the making.
type batch struct {
	writes []store.Write
	broken []error // what is wrong when the write is refused, one for each
}

func (b *batch) add(w store.Write, broken error) {
	for _, other := range b.writes {
		if other.Key == w.Key { // a record's two links to one owner check it once
			return
		}
	}
	b.writes = append(b.writes, w)
	b.broken = append(b.broken, broken)
}

// write makes, changes or drops a record, with its links and its line in the
// audit log, all or nothing. It returns errChanged when the record is not as
// before was read.
func (t *Table[T, P]) write(ctx context.Context, a Actor, action string, before, after P) error {
	b := &batch{}
	if err := t.main(b, before, after); err != nil {
		return err
	}
	var had, has []link
	var id, old string
	if before != nil {
		had, id = before.links(), before.id()
		old = id
	}
	if after != nil {
		has, id = after.links(), after.id()
	}
	relink(b, had, has, old, id)
	if t.counted {
		b.add(store.Write{Key: marksKey(), Add: map[string]int64{attrVersion: 1}}, errChanged)
	}
	line := Change{Action: action, Table: t.table, Object: id}
	var err error
	if line.Before, err = shown(before); err == nil {
		line.After, err = shown(after)
	}
	if err != nil {
		return unavailable(err)
	}
	return t.d.commit(ctx, a, b, line)
}

// main adds the write of the record itself.
func (t *Table[T, P]) main(b *batch, before, after P) error {
	is := store.Condition{Attr: attrVersion, Op: store.Absent}
	key := store.Key{SK: self}
	if before != nil {
		is = store.Condition{Attr: attrVersion, Op: store.Equal, Value: before.stamp().Version}
		key.PK = t.pk(before.id())
	}
	w := store.Write{Key: key, If: []store.Condition{is}, Delete: after == nil}
	if after != nil {
		body, err := encode(after)
		if err != nil {
			return err
		}
		w.Key.PK = t.pk(after.id())
		w.Set = store.Item{attrBody: body, attrVersion: after.stamp().Version}
	}
	b.add(w, errChanged)
	return nil
}

// maxRecord is how long a record's JSON may be. A line of the audit log has two
// of them, and DynamoDB's items have 400 KB at most.
const maxRecord = 100_000

// encode is a record's JSON as it is kept.
func encode(v any) (string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return "", unavailable(err)
	}
	if len(body) > maxRecord {
		return "", bad("", "this is %d bytes long, and %d is the most that is kept", len(body), maxRecord)
	}
	return string(body), nil
}

// relink adds the writes that turn the links a record had, as old, into those
// it has, as id.
func relink(b *batch, had, has []link, old, id string) {
	is := store.Condition{Attr: attrID, Op: store.Equal, Value: old, OrAbsent: true}
	for _, l := range had {
		if !slices.ContainsFunc(has, func(h link) bool { return h.key == l.key }) {
			w := store.Write{Key: l.key, Delete: true}
			if l.claim {
				w.If = []store.Condition{is}
			}
			b.add(w, errChanged)
		}
	}
	for _, l := range has {
		w := store.Write{Key: l.key, Set: store.Item{attrID: id}}
		kept := slices.ContainsFunc(had, func(h link) bool { return h.key == l.key })
		switch {
		case kept && old == id:
			continue
		case kept:
			w.If = []store.Condition{is}
		case l.claim:
			w.If = []store.Condition{{Attr: attrID, Op: store.Absent}}
		}
		b.add(w, broken(l))
		if l.owner != "" {
			// Whoever deletes an owner marks it first, so nothing is added to
			// what is being emptied. The write takes away what is not there:
			// one that says nothing is none to some stores.
			b.add(store.Write{Key: store.Key{PK: l.owner, SK: self}, If: []store.Condition{
				{Attr: attrVersion, Op: store.Present}, {Attr: attrGone, Op: store.Absent},
			}, Remove: []string{attrGone}}, broken(l))
		}
	}
}

// broken is what is wrong when a link cannot be made; a plain pointer is not
// refused.
func broken(l link) error {
	if l.broken == nil {
		return errChanged
	}
	return l.broken
}

// commit writes a batch with its line in the audit log.
func (d *Directory) commit(ctx context.Context, a Actor, b *batch, line Change) error {
	w, err := d.audited(a, line)
	if err != nil {
		return err
	}
	b.add(w, errChanged)
	err = d.patiently(ctx, func() error { return d.Store.WriteAll(ctx, b.writes) })
	d.Changed() // also after an error: it may have happened
	var refused *store.Refused
	if errors.As(err, &refused) {
		if refused.At < 0 || refused.At >= len(b.broken) {
			return unavailable(err)
		}
		return b.broken[refused.At]
	}
	return stored(ctx, err)
}

// patiently writes again when the store was busy, which it is when two changes
// touch one record: the keys of a team are issued one after the other.
func (d *Directory) patiently(ctx context.Context, write func() error) error {
	wait := 10 * time.Millisecond
	for try := 1; ; try++ {
		err := write()
		if !errors.Is(err, store.ErrThrottled) || try == tries {
			return err
		}
		if err := d.Sleep(ctx, wait+rand.N(wait)); err != nil {
			return err
		}
		wait *= 2
	}
}

// stampNew signs a new record.
func (d *Directory) stampNew(a Actor, s *Stamp) {
	now := Time{d.Now().UTC()}
	*s = Stamp{CreatedAt: now, UpdatedAt: now, CreatedBy: a.UserID(), UpdatedBy: a.UserID(), Version: now.UnixMilli()}
}

// stampChange signs a change. The version of a record and that of its Budget
// are added up for the ledger, and the sum must grow even when the record turns
// to another Budget, or to none.
func (d *Directory) stampChange(ctx context.Context, a Actor, before, after *Spending, s *Stamp) error {
	now := d.Now().UTC()
	s.UpdatedAt, s.UpdatedBy = Time{now}, a.UserID()
	s.Version = max(s.Version+1, now.UnixMilli())
	if before.BudgetID == "" || before.BudgetID == after.BudgetID {
		return nil
	}
	left, err := d.Budgets.load(ctx, before.BudgetID)
	if errors.Is(err, llm.NotFoundError) {
		return nil
	}
	if err == nil {
		s.Version += left.Version
	}
	return err
}
