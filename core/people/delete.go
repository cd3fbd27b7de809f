package people

import (
	"context"
	"errors"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Delete drops a record. What belongs to it goes first: a team's keys, projects
// and memberships. When that is cut short the record is gone for everybody, its
// keys are refused, and Delete may be called again.
func (t *Table[T, P]) Delete(ctx context.Context, a Actor, id string) error {
	v, err := t.Get(ctx, a, id)
	if errors.Is(err, llm.NotFoundError) && a.admin() && t.owns && checkID(t.field, id) == nil {
		return t.remove(ctx, a, id)
	}
	if err != nil {
		return err
	}
	if err := t.may(ctx, t.d, a, v, nil, nil); err != nil {
		return err
	}
	return t.remove(ctx, a, id)
}

// remove is Delete for somebody who may.
func (t *Table[T, P]) remove(ctx context.Context, a Actor, id string) error {
	for range tries {
		v, err := t.whole(ctx, id)
		if err != nil {
			return err
		}
		if t.owns || t.used {
			err = t.empty(ctx, a, v)
		}
		if err == nil {
			err = t.write(ctx, a, "deleted", v, nil)
		}
		if !errors.Is(err, errChanged) {
			return err
		}
	}
	return busy(t.field, id)
}

// whole reads a record also when it is being deleted.
func (t *Table[T, P]) whole(ctx context.Context, id string) (*T, error) {
	item, err := t.d.Store.Get(ctx, store.Key{PK: t.pk(id), SK: self}, true)
	if errors.Is(err, store.ErrNotFound) {
		return nil, missing(t.field, id)
	}
	if err != nil {
		return nil, stored(ctx, err)
	}
	return decode[T, P](item)
}

// empty marks a record, so that nothing is added to it, and drops what belongs
// to it. One that is used by others is left as it was.
func (t *Table[T, P]) empty(ctx context.Context, a Actor, v P) error {
	pk := t.pk(v.id())
	mark := store.Write{
		Key: store.Key{PK: pk, SK: self}, Set: store.Item{attrGone: int64(1)},
		If: []store.Condition{{Attr: attrVersion, Op: store.Equal, Value: v.stamp().Version}},
	}
	if err := t.d.writeOne(ctx, mark); err != nil {
		return err
	}
	for {
		found, err := t.d.Store.Query(ctx, store.Query{PK: pk, Limit: 2, Consistent: true})
		if err != nil {
			return stored(ctx, err)
		}
		var sk string
		for _, k := range found.Items {
			if k.SK != self {
				sk = k.SK
			}
		}
		if sk == "" {
			return nil
		}
		if t.used {
			mark.Set, mark.Remove = nil, []string{attrGone}
			return first(t.d.writeOne(ctx, mark), bad(t.field, "%s=%.200q is in use", t.field, v.id()))
		}
		if err := t.d.dropPart(ctx, a, pk, sk); err != nil {
			return err
		}
	}
}

// dropPart drops what an item in the partition of an owner leads to.
func (d *Directory) dropPart(ctx context.Context, a Actor, owner, sk string) error {
	kind, id, _ := strings.Cut(sk, "#")
	user, ofUser := strings.CutPrefix(owner, userPK(""))
	var err error
	switch {
	case kind == "K":
		err = d.Keys.t.remove(ctx, a, id)
	case kind == "P":
		err = d.Projects.remove(ctx, a, id)
	case kind == "M" && strings.HasPrefix(owner, teamPK("")):
		err = d.removeMember(ctx, a, teamClub(strings.TrimPrefix(owner, teamPK(""))), id)
	case kind == "M":
		err = d.removeMember(ctx, a, organizationClub(strings.TrimPrefix(owner, organizationPK(""))), id)
	case kind == "T" && ofUser:
		err = d.removeMember(ctx, a, teamClub(id), user)
	case kind == "O":
		err = d.removeMember(ctx, a, organizationClub(id), user)
	case kind == "T":
		err = d.Teams.remove(ctx, a, id)
	}
	if errors.Is(err, llm.NotFoundError) { // a link that leads nowhere
		return d.writeOne(ctx, store.Write{Key: store.Key{PK: owner, SK: sk}, Delete: true})
	}
	return err
}

// writeOne changes one item; errChanged when its conditions do not hold.
func (d *Directory) writeOne(ctx context.Context, w store.Write) error {
	err := d.patiently(ctx, func() error {
		_, err := d.Store.Write(ctx, w)
		return err
	})
	d.Changed()
	var refused *store.Refused
	if errors.As(err, &refused) {
		return errChanged
	}
	return stored(ctx, err)
}
