package people

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Identity is somebody who has no key of this gateway's: an identity provider
// vouches for them.
type Identity struct {
	// Holder stays the same for whoever it is: 64 hex digits, as a key's hash.
	Holder string
	// Whom its calls are charged to and who has a say in them, by their ids here;
	// "": nobody. A team's organization comes with the team.
	User, Team, Organization string
}

func (i Identity) sum() [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "identity %q %q %q %q", i.Holder, i.User, i.Team, i.Organization))
}

// GrantOf is Grant for somebody without a key: what a key of this user, team and
// organization could do. They must exist.
func (a *Authority) GrantOf(ctx context.Context, i Identity) (*Grant, error) {
	g, err := a.KnownOf(i)
	if err != nil {
		return nil, err
	}
	if g != nil && !g.Budgeted() {
		return g, nil
	}
	return a.ConfirmOf(ctx, i, g)
}

// KnownOf is Known for somebody without a key.
func (a *Authority) KnownOf(i Identity) (*Grant, error) { return a.remembered(i.sum()) }

// ConfirmOf is Confirm for somebody without a key. A Grant of nil is one that is
// not known.
func (a *Authority) ConfirmOf(ctx context.Context, i Identity, g *Grant) (*Grant, error) {
	return a.look(i.sum(), g, func(now time.Time, expected []store.Key) (*Grant, error) {
		c := &chain{store: a.store, wanted: expected, keyless: true}
		c.key = &Key{Token: i.Holder, UserID: i.User, TeamID: i.Team, OrganizationID: i.Organization}
		if _, err := c.read(ctx, c.above); err != nil {
			return nil, err
		}
		if err := c.stands(); err != nil {
			return nil, err
		}
		return c.grant(now)
	})
}
