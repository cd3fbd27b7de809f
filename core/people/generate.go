package people

import (
	"cmp"
	"context"
	"strings"
)

// NewKey asks for a key, under LiteLLM's names.
type NewKey struct {
	Key
	Value    string `json:"key,omitempty"`      // a key that an administrator chooses
	Duration string `json:"duration,omitempty"` // how long it works: a Span; "" or "-1": for ever
	KeyType  string `json:"key_type,omitempty"` // default, llm_api, management or read_only: which routes
	// ServiceAccount makes a key of a team that is no user's.
	ServiceAccount bool `json:"-"`
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
	if err := k.t.d.allows(ctx, a, &n); err != nil {
		return "", nil, err
	}
	if err := k.t.d.fill(ctx, a, &n, &v); err != nil {
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
		r, err := k.t.d.reachOf(ctx, a, t)
		if err != nil {
			return err
		}
		if r == nothing { // a team that is not to be seen is as good as none
			return missing("team_id", v.TeamID)
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
