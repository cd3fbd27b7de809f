package people

import (
	"cmp"
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

// NewKey asks for a key, under LiteLLM's names.
type NewKey struct {
	Key
	Value    string `json:"key,omitempty"`      // a key that an administrator chooses
	Duration string `json:"duration,omitempty"` // how long it works: a Span; "" or "-1": for ever
	KeyType  string `json:"key_type,omitempty"` // default, llm_api, management or read_only: which routes
	// ServiceAccount makes a key of a team that is no user's.
	ServiceAccount bool `json:"-"`
}

// KeyHash is the id of a key, given as itself or by its hash.
func KeyHash(key string) string {
	if strings.HasPrefix(key, "sk-") {
		return Hash(key)
	}
	return strings.ToLower(key)
}

// keyTypes are the routes that a type of key has.
var keyTypes = map[string][]string{
	"": nil, "default": nil, "llm_api": {"llm_api_routes"}, "management": {"management_routes"}, "read_only": {"info_routes"},
}

// Generate issues a key. The key itself is returned here and never again. Who
// is no administrator gets keys for itself, with what its team and the key that
// it calls with have at most.
func (k *Keys) Generate(ctx context.Context, a Actor, n NewKey) (string, *Key, error) {
	v := n.Key
	if v.Token != "" || v.Name != "" || v.ID != "" || v.RotationCount != 0 || v.LastRotation != nil || v.NextRotation != nil {
		return "", nil, bad("token", "token, id, key_name and rotations are set by the gateway")
	}
	routes, ok := keyTypes[n.KeyType]
	if !ok {
		return "", nil, bad("key_type", "key_type must be default, llm_api, management or read_only")
	}
	if routes != nil {
		v.Routes = routes
	}
	if err := k.t.d.Settings.fill(&n, &v); err != nil {
		return "", nil, err
	}
	if err := k.settle(ctx, a, &n, &v); err != nil {
		return "", nil, err
	}
	value, err := k.value(a, n.Value)
	if err != nil {
		return "", nil, err
	}
	v.Token, v.Name = Hash(value), keyName(value)
	k.rotates(&v)
	made, err := k.t.Create(ctx, a, v)
	if err != nil {
		return "", nil, err
	}
	return value, made, nil
}

// Import keeps a key that was issued elsewhere, of which only the hash is known.
func (k *Keys) Import(ctx context.Context, a Actor, v Key) (*Key, error) {
	if !a.admin() {
		return nil, notAdmin(a)
	}
	v.Name = cmp.Or(v.Name, "sk-...")
	return k.t.Create(ctx, a, v)
}

// settle finds out whose a new key is, and how long it works.
func (k *Keys) settle(ctx context.Context, a Actor, n *NewKey, v *Key) error {
	if n.ServiceAccount {
		v.UserID = ""
		if v.TeamID == "" {
			return bad("team_id", "team_id is required for service account keys. Please specify `team_id` in the request body.")
		}
	} else if v.UserID == "" && !a.admin() {
		v.UserID = a.UserID()
	}
	if v.TeamID != "" {
		t, err := k.t.d.Teams.load(ctx, v.TeamID)
		if err != nil {
			return err
		}
		v.OrganizationID = cmp.Or(v.OrganizationID, t.OrganizationID)
		if n.Duration == "" && v.Expires == nil && v.UserID != "" {
			n.Duration = t.MemberKeyDuration
		}
	} else if v.OrganizationID != "" && !a.admin() {
		role, err := k.t.d.roleIn(ctx, organizationPK(v.OrganizationID), a.UserID())
		if err != nil {
			return err
		}
		if role == "" {
			return missing("organization_id", v.OrganizationID)
		}
	}
	return k.lasts(n.Duration, v)
}

// lasts sets when a key expires.
func (k *Keys) lasts(duration string, v *Key) error {
	switch duration {
	case "":
		return nil
	case "-1":
		v.Expires = nil
		return nil
	}
	span, err := ParseSpan(duration)
	if err != nil {
		return bad("duration", "%v", err)
	}
	v.Expires = &Time{span.After(k.t.d.Now().UTC())}
	return nil
}

// rotates sets when a key is due to be regenerated.
func (k *Keys) rotates(v *Key) {
	span, err := ParseSpan(v.RotationInterval)
	if !v.AutoRotate || err != nil { // valid refuses an interval that is none
		v.NextRotation = nil
		return
	}
	v.NextRotation = &Time{span.After(k.t.d.Now().UTC())}
}

// value is a new key: one of 192 random bits, or what an administrator chose.
func (k *Keys) value(a Actor, chosen string) (string, error) {
	if chosen == "" {
		random, err := k.t.d.random(24)
		return "sk-" + random, err
	}
	if !a.admin() {
		return "", forbidden("key", "only a proxy admin may choose the value of a key")
	}
	if !strings.HasPrefix(chosen, "sk-") {
		return "", bad("key", "Invalid key format. LiteLLM Virtual Key must start with 'sk-'.")
	}
	if len(chosen) < 7 || len(chosen) > 512 || strings.ContainsFunc(chosen, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", bad("key", "a key has 7 to 512 printable ASCII characters and no spaces")
	}
	return chosen, nil
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
	return k.t.Get(ctx, a, hash)
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
// away. A "duration" in it is how long the key works from now on.
func (k *Keys) Update(ctx context.Context, a Actor, hash string, patch raw.Object) (*Key, error) {
	duration, patch, err := lasting(patch)
	if err != nil {
		return nil, err
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
		if after.TeamID == "" || !patch.Has("team_id") || patch.Has("organization_id") {
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
