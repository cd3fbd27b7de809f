package boot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/jwt"
	"github.com/tollgate-llm/tollgate/core/people"
)

const (
	// How long it is believed who a token's names are, as long as a grant is.
	settledFor = 5 * time.Second
	// manySettled is how many are remembered at most.
	manySettled = 4096
)

// settled remembers who newcomers turned out to be.
type settled struct {
	now func() time.Time

	mu    sync.Mutex
	known map[[sha256.Size]byte]resident // by all that was said of them
}

type resident struct {
	*people.Settled
	until time.Time
}

// settle finds whom a token's names mean, among the people. Asked is the team
// that a request wants to be made for, "" for the token's own.
func (d *door) settle(ctx context.Context, i *jwt.Identity, asked string) (*people.Settled, error) {
	n := people.Newcomer{
		User: i.User, Team: cmp.Or(asked, i.Team), TeamAlias: i.TeamAlias, Teams: i.Teams,
		Organization: i.Organization, OrganizationAlias: i.OrganizationAlias,
		MakeUser: d.rules.UpsertUser, MakeTeam: d.rules.UpsertTeam, Sync: d.rules.SyncRoleAndTeams,
	}
	if n.Sync {
		n.Role = people.Role(i.UserRole)
	}
	if i.Proved {
		n.Email = i.Email
	}
	said, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(said)
	now := d.settled.now()
	d.settled.mu.Lock()
	r, ok := d.settled.known[sum]
	d.settled.mu.Unlock()
	if ok && now.Before(r.until) {
		return r.Settled, nil
	}
	who, err := d.people.Settle(ctx, n)
	if err != nil {
		return nil, err
	}
	d.settled.keep(sum, resident{who, now.Add(settledFor)})
	return who, nil
}

func (s *settled) keep(sum [sha256.Size]byte, r resident) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[[sha256.Size]byte]resident{}
	}
	for k := range s.known {
		if len(s.known) < manySettled {
			break
		}
		delete(s.known, k)
	}
	s.known[sum] = r
}
