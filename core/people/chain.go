package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// chain is a key and everyone above it, as they were read.
type chain struct {
	store store.Store
	items map[store.Key]store.Item // nil: it is not there

	key          *Key // of somebody who has none: what it would belong to
	keyless      bool
	user         *User
	team         *Team
	member       *Member
	organization *Organization
	orgMember    *Member
	project      *Project
	wanted       []store.Key // what was asked for and is not read yet
}

// readChain reads a key, by its hash, and everyone above it, with as few trips
// as it can: expected are the items that it will need. Errors are *llm.Error.
func readChain(ctx context.Context, s store.Store, now time.Time, hash string, expected []store.Key) (*chain, error) {
	c := &chain{store: s, wanted: append([]store.Key{{PK: keyPK(hash), SK: self}}, expected...)}
	return c.read(ctx, func() error { return c.find(hash, now) })
}

// read reads what find asks for, until it asks for nothing more.
func (c *chain) read(ctx context.Context, find func() error) (*chain, error) {
	c.items = map[store.Key]store.Item{}
	for range 8 { // links are at most five deep
		if err := c.fetch(ctx); err != nil {
			return nil, err
		}
		if err := find(); err != nil {
			return nil, err
		}
		if len(c.wanted) == 0 {
			return c, nil
		}
	}
	return nil, unavailable(errors.New("a key's chain has no end"))
}

// fetch reads what is wanted, all at once.
func (c *chain) fetch(ctx context.Context) error {
	var ask []store.Key
	for _, key := range c.wanted {
		if _, known := c.items[key]; !known {
			c.items[key] = nil
			ask = append(ask, key)
		}
	}
	c.wanted = nil
	items, errs := make([]store.Item, len(ask)), make([]error, len(ask))
	var wg sync.WaitGroup
	for i, key := range ask {
		wg.Go(func() { items[i], errs[i] = c.store.Get(ctx, key, true) })
	}
	wg.Wait()
	for i, key := range ask {
		if errs[i] != nil && !errors.Is(errs[i], store.ErrNotFound) {
			return stored(ctx, errs[i])
		}
		if items[i].Int(attrGone) == 0 {
			c.items[key] = items[i]
		}
	}
	return nil
}

// item is what was read, nil when there is no such thing; false when it is not
// read yet.
func (c *chain) item(pk, sk string) (store.Item, bool) {
	key := store.Key{PK: pk, SK: sk}
	item, known := c.items[key]
	if !known {
		c.wanted = append(c.wanted, key)
	}
	return item, known
}

// of reads a record out of a chain: nil when it is not there, or not read yet.
func of[T any, P record[T]](c *chain, pk string) (*T, error) {
	item, _ := c.item(pk, self)
	if item == nil {
		return nil, nil
	}
	return decode[T, P](item)
}

// find fills in what is read, and asks for the rest.
func (c *chain) find(hash string, now time.Time) (err error) {
	item, _ := c.item(keyPK(hash), self)
	for hops := 0; item != nil && item.Text(attrBody) == ""; hops++ { // a key that was regenerated, for as long as it works
		if hops == 8 || item.Int(attrUntil) <= now.UnixMilli() {
			return errUnknown
		}
		var known bool
		hash = item.Text(attrID)
		if item, known = c.item(keyPK(hash), self); !known {
			return nil
		}
	}
	if item == nil {
		return errUnknown
	}
	if c.key, err = decode[Key](item); err != nil {
		return err
	}
	return c.above()
}

// above fills in those that a key belongs to.
func (c *chain) above() (err error) {
	k := c.key
	if k.UserID != "" {
		if c.user, err = of[User](c, userPK(k.UserID)); err != nil {
			return err
		}
	}
	organization := k.OrganizationID
	if k.TeamID != "" {
		if c.team, err = of[Team](c, teamPK(k.TeamID)); err != nil {
			return err
		}
		if c.team != nil && (!c.keyless || c.team.OrganizationID != "") {
			organization = c.team.OrganizationID
		}
		if c.member, err = c.memberOf(teamPK(k.TeamID), k.UserID); err != nil {
			return err
		}
	}
	if k.ProjectID != "" {
		if c.project, err = of[Project](c, projectPK(k.ProjectID)); err != nil {
			return err
		}
	}
	if organization != "" {
		if c.organization, err = of[Organization](c, organizationPK(organization)); err != nil {
			return err
		}
		if c.orgMember, err = c.memberOf(organizationPK(organization), k.UserID); err != nil {
			return err
		}
	}
	return c.shared()
}

// shared asks for the Budgets and access groups that the chain refers to.
func (c *chain) shared() error {
	for _, s := range c.spendings() {
		if s.BudgetID != "" {
			if _, err := of[Budget](c, budgetPK(s.BudgetID)); err != nil {
				return err
			}
		}
	}
	for _, g := range c.groupIDs() {
		if _, err := of[AccessGroup](c, accessGroupPK(g)); err != nil {
			return err
		}
	}
	return nil
}

// groupIDs are the access groups of a key and its team.
func (c *chain) groupIDs() []string {
	if c.team == nil {
		return c.key.AccessGroupIDs
	}
	return slices.Concat(c.key.AccessGroupIDs, c.team.AccessGroupIDs)
}

func (c *chain) spendings() []*Spending {
	all := []*Spending{&c.key.Spending}
	if c.user != nil {
		all = append(all, &c.user.Spending)
	}
	if c.team != nil {
		all = append(all, &c.team.Spending)
	}
	if c.organization != nil {
		all = append(all, &c.organization.Spending)
	}
	if c.project != nil {
		all = append(all, &c.project.Spending)
	}
	return all
}

func (c *chain) memberOf(owner, user string) (*Member, error) {
	if user == "" {
		return nil, nil
	}
	at := memberKey(owner, user)
	item, _ := c.item(at.PK, at.SK)
	if item == nil {
		return nil, nil
	}
	m := &Member{}
	if err := json.Unmarshal([]byte(item.Text(attrBody)), m); err != nil {
		return nil, unavailable(err)
	}
	m.Version = item.Int(attrVersion)
	return m, nil
}

// stands returns an *llm.Error for a chain that is broken or blocked.
func (c *chain) stands() error {
	k := c.key
	switch {
	case k.Blocked:
		return denied("Authentication Error, Key is blocked. Update via `/key/unblock` if you're admin.")
	case k.TeamID != "" && c.team == nil:
		return denied(fmt.Sprintf("Authentication Error, Team=%s does not exist.", k.TeamID))
	case c.team != nil && c.team.Blocked:
		return denied(fmt.Sprintf("Authentication Error, Team=%s is blocked. Update via `/team/unblock` if your admin.", k.TeamID))
	case k.ProjectID != "" && (c.project == nil || c.project.TeamID != k.TeamID):
		return denied(fmt.Sprintf("Authentication Error, Project=%s does not exist.", k.ProjectID))
	case c.project != nil && c.project.Blocked:
		return denied(fmt.Sprintf("Authentication Error, Project=%s is blocked. Update via `/project/update` if you're an admin.", k.ProjectID))
	case c.keyless && k.UserID != "" && c.user == nil:
		return denied(fmt.Sprintf("Authentication Error, User doesn't exist in db. 'user_id'=%s. Create user via `/user/new` call.", k.UserID))
	case c.keyless && k.OrganizationID != "" && (c.organization == nil || c.organization.ID != k.OrganizationID):
		return denied(fmt.Sprintf("Authentication Error, Organization=%s does not exist, or the team is another's.", k.OrganizationID))
	case c.organization == nil && (c.team != nil && c.team.OrganizationID != "" || c.team == nil && k.OrganizationID != ""):
		return denied("Authentication Error, the key's organization does not exist.")
	}
	for _, s := range c.spendings() {
		if s.BudgetID != "" && c.items[store.Key{PK: budgetPK(s.BudgetID), SK: self}] == nil {
			return denied(fmt.Sprintf("Authentication Error, Budget=%s does not exist.", s.BudgetID))
		}
	}
	return nil
}

// errUnknown says that no key has such a hash.
var errUnknown = errors.New("no such key")

func denied(message string) *llm.Error {
	return &llm.Error{Class: llm.AuthenticationError, Type: "auth_error", Message: message}
}
