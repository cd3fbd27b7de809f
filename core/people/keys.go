package people

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/store"
)

// Keys are the virtual keys. A key's id is its hash; KeyHash makes one of
// whatever names a key.
type Keys struct {
	t *Table[Key, *Key]
}

// KeyHash is the id of a key, given as itself or by its hash.
func KeyHash(key string) string {
	if strings.HasPrefix(key, "sk-") {
		return Hash(key)
	}
	return strings.ToLower(key)
}

// Get finds a key by its hash.
func (k *Keys) Get(ctx context.Context, a Actor, hash string) (*Key, error) {
	return k.t.Get(ctx, a, hash)
}

// ByAlias finds a key by its alias.
func (k *Keys) ByAlias(ctx context.Context, a Actor, alias string) (*Key, error) {
	hash, err := k.t.d.claimant(ctx, "key_alias", alias)
	if err != nil {
		return nil, err
	}
	v, err := k.t.Get(ctx, a, hash)
	if gone(err) { // whose it is is not told either
		return nil, missing("key_alias", alias)
	}
	return v, err
}

// claimant is the id of the record that has claimed a name.
func (d *Directory) claimant(ctx context.Context, field, name string) (string, error) {
	if checkID(field, name) != nil {
		return "", missing(field, name)
	}
	item, err := d.Store.Get(ctx, claimKey(field, name), true)
	if errors.Is(err, store.ErrNotFound) {
		return "", missing(field, name)
	}
	if err != nil {
		return "", stored(ctx, err)
	}
	return item.Text(attrID), nil
}

// List lists keys: of a team, a user, an organization, a project or a budget,
// or all of them.
func (k *Keys) List(ctx context.Context, a Actor, l Listing) (Page[Key], error) {
	return k.t.List(ctx, a, l)
}

// Delete drops a key: it stops working.
func (k *Keys) Delete(ctx context.Context, a Actor, hash string) error {
	return k.t.Delete(ctx, a, hash)
}

// Update changes the members of a key that the patch names; null takes one
// away. A "duration" in it is how long the key works from now on. Its "spend" is
// for who moves a key in: else a key's spend is set by the ledger's Adjust.
func (k *Keys) Update(ctx context.Context, a Actor, hash string, patch raw.Object) (*Key, error) {
	duration, patch, err := lasting(patch)
	if err != nil {
		return nil, err
	}
	var brought struct {
		Spend *Dollars `json:"spend"`
	}
	if a.moves() && patch.Has("spend") {
		if err := unmarshal(patch.Bytes(), &brought); err != nil {
			return nil, err
		}
		brought.Spend = either(brought.Spend, new(Dollars))
		patch = patch.Without("spend")
	}
	fields, err := k.t.named(patch)
	if err != nil {
		return nil, err
	}
	if duration != "" {
		fields = append(fields, "expires")
	}
	return k.t.change(ctx, a, "updated", hash, fields, func(before, after *Key) error {
		if err := k.edit(before, after, patch, duration); err != nil {
			return err
		}
		if err := k.bounded(ctx, a, after, fields, duration); err != nil {
			return err
		}
		if brought.Spend != nil {
			after.Spend = *brought.Spend
		}
		if after.TeamID == "" || !patch.Has("team_id") || patch.Has("organization_id") || !a.admin() { // others move no keys
			return nil
		}
		t, err := k.t.d.Teams.load(ctx, after.TeamID)
		if err == nil {
			after.OrganizationID = t.OrganizationID
		}
		return err
	})
}

func (k *Keys) edit(before, after *Key, patch raw.Object, duration string) error {
	if err := k.t.patch(before, after, patch); err != nil {
		return err
	}
	if after.AutoRotate != before.AutoRotate || after.RotationInterval != before.RotationInterval {
		k.rotates(after)
	}
	return k.lasts(duration, after)
}

// bounded holds a change of a key to the most that there is.
func (k *Keys) bounded(ctx context.Context, a Actor, after *Key, fields []string, duration string) error {
	if a.moves() {
		return nil
	}
	if err := k.t.d.atMostUpper(ctx, a, after, fields); err != nil || duration == "" {
		return err
	}
	return atMost("duration", &duration, k.t.d.Settings.Upper.Duration)
}

// lasting takes the duration out of a patch; null is for ever.
func lasting(patch raw.Object) (string, raw.Object, error) {
	v, ok := patch.Raw("duration")
	if !ok {
		return "", patch, nil
	}
	rest := patch.Without("duration")
	if string(v) == "null" {
		return "-1", rest, nil
	}
	text, ok := patch.Text("duration")
	if !ok {
		return "", rest, bad("duration", "a duration is a text")
	}
	return text, rest, nil
}

// Block stops a key at once, or lets it go on. Its owner may not.
func (k *Keys) Block(ctx context.Context, a Actor, hash string, blocked bool) (*Key, error) {
	return k.t.change(ctx, a, blockedWord(blocked), hash, []string{"blocked"}, func(_, after *Key) error {
		after.Blocked = blocked
		return nil
	})
}

// eachKey hands over the keys in the partition of an owner.
func (d *Directory) eachKey(ctx context.Context, owner string, f func(*Key) error) error {
	q := store.Query{PK: owner, Prefix: keyPK(""), Consistent: true}
	for {
		page, err := d.Store.Query(ctx, q)
		if err != nil {
			return stored(ctx, err)
		}
		for _, item := range page.Items {
			v, err := d.Keys.t.load(ctx, item.Item.Text(attrID))
			if errors.Is(err, llm.NotFoundError) {
				continue
			}
			if err == nil {
				err = f(v)
			}
			if err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// dropKeys deletes the keys of an owner that are to go.
func (d *Directory) dropKeys(ctx context.Context, a Actor, owner string, goes func(*Key) bool) error {
	var hashes []string
	err := d.eachKey(ctx, owner, func(k *Key) error {
		if goes(k) {
			hashes = append(hashes, k.Token)
		}
		return nil
	})
	for hash := range slices.Values(hashes) {
		if err == nil {
			if err = d.Keys.t.remove(ctx, a, hash); gone(err) {
				err = nil
			}
		}
	}
	return err
}
