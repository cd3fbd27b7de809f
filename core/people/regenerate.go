package people

import (
	"context"
	"errors"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// attrUntil is when a key that was regenerated stops working, in milliseconds
// since 1970. Its item has no record, only the id of the key it became.
const attrUntil = "until"

// Regeneration asks for a key's value to be replaced.
type Regeneration struct {
	Value string     // the new key, which only administrators may choose; "": a random one
	Grace string     // a Span for which the old key works, too; "": it stops at once
	Patch raw.Object // other changes of the key, as in Update
}

// Regenerate replaces the value of a key and leaves all else: what it has spent
// counts on. The new key is returned here and never again.
func (k *Keys) Regenerate(ctx context.Context, a Actor, hash string, r Regeneration) (string, *Key, error) {
	duration, patch, err := lasting(r.Patch)
	if err != nil {
		return "", nil, err
	}
	fields, err := k.t.named(patch)
	if err != nil {
		return "", nil, err
	}
	if duration != "" {
		fields = append(fields, "expires")
	}
	if fields == nil {
		fields = []string{}
	}
	var grace Span
	if r.Grace != "" {
		if grace, err = ParseSpan(r.Grace); err != nil {
			return "", nil, bad("grace_period", "%v", err)
		}
	}
	value, err := k.value(a, r.Value)
	if err != nil {
		return "", nil, err
	}
	for range tries {
		before, err := k.t.Get(ctx, a, hash)
		if err != nil {
			return "", nil, err
		}
		after := new(Key)
		if err := k.edit(before, after, patch, duration); err != nil {
			return "", nil, err
		}
		if err := k.bounded(ctx, a, after, fields, duration); err != nil {
			return "", nil, err
		}
		d, now := k.t.d, k.t.d.Now().UTC()
		if err := d.stampChange(ctx, a, &before.Spending, &after.Spending, after.stamp()); err != nil {
			return "", nil, err
		}
		after.Token, after.Name = Hash(value), keyName(value)
		after.RotationCount, after.LastRotation = before.RotationCount+1, &Time{now}
		k.rotates(after)
		if err := first(after.valid(), k.t.may(ctx, d, a, before, after, fields)); err != nil {
			return "", nil, err
		}
		b := &batch{}
		if err := k.replace(b, before, after, grace); err != nil {
			return "", nil, err
		}
		line := Change{Action: "rotated", Table: k.t.table, Object: after.Token}
		if line.Before, err = shown(before); err == nil {
			line.After, err = shown(after)
		}
		if err != nil {
			return "", nil, unavailable(err)
		}
		if err := d.commit(ctx, a, b, line); err == nil {
			return value, after, nil
		} else if !errors.Is(err, errChanged) {
			return "", nil, err
		}
	}
	return "", nil, busy("token", hash)
}

// replace moves a record to its new hash, and leaves the old one as a way to it
// for the grace period.
func (k *Keys) replace(b *batch, before, after *Key, grace Span) error {
	if before.Token == after.Token {
		return bad("new_key", "the new key is the old one")
	}
	body, err := encode(after)
	if err != nil {
		return err
	}
	is := []store.Condition{{Attr: attrVersion, Op: store.Equal, Value: before.Version}}
	old := store.Write{Key: store.Key{PK: keyPK(before.Token), SK: self}, If: is, Delete: true}
	if grace.N > 0 {
		until := grace.After(k.t.d.Now().UTC())
		old.Delete, old.Whole, old.Expires = false, true, until
		old.Set = store.Item{attrID: after.Token, attrUntil: until.UnixMilli()}
	}
	b.add(old, errChanged)
	b.add(store.Write{
		Key: store.Key{PK: keyPK(after.Token), SK: self}, If: []store.Condition{{Attr: attrVersion, Op: store.Absent}, {Attr: attrUntil, Op: store.Absent}},
		Set: store.Item{attrBody: body, attrVersion: after.Version},
	}, taken("key", after.Name))
	relink(b, before.links(), after.links(), before.Token, after.Token)
	return nil
}
