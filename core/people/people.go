// Package people keeps who may ask what of the gateway: keys, the users, teams,
// organizations and projects they belong to, and the budgets, tags, customers,
// access groups and credentials that go with them, in LiteLLM's words.
//
// There are two sides. A Directory is what administrators change, each change
// in one transaction with its line in the audit log. An Authority turns the
// token of a request into a Grant: what it may do after everyone above it has
// had a say. What a key may do is judged twice: when it is issued, so that
// nobody hands out more than they have, and whenever it is used, because those
// above it may have lost something since.
//
// Everything is found by its key or as the neighbour of one: no reader ever
// walks through a whole table.
package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Store is where people are kept.
type Store interface {
	store.Store
	store.Transactor
}

// Config is what a Directory needs.
type Config struct {
	Store Store
	Now   func() time.Time
	// Sleep waits before a busy store is asked again, for at most 2 seconds;
	// nil: by the clock of the machine.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random gives the bits of keys and ids; nil: crypto/rand.
	Random io.Reader
	// Groups names the access groups that a model belongs to by the
	// configuration; nil: none.
	Groups func(model string) []string
	// Changed is called after every change, before it is answered; nil: nobody
	// asks. Authority.Forget makes a change count at once in its own process.
	Changed func()
	// Settings bound the keys that people make.
	Settings Settings
}

// Directory administers people. It is safe for concurrent use. Errors of all
// its methods are *llm.Error.
type Directory struct {
	Config

	Keys          *Keys
	Users         *Users
	Teams         *Teams
	Organizations *Organizations
	Projects      *Table[Project, *Project]
	Customers     *Table[Customer, *Customer]
	Budgets       *Table[Budget, *Budget]
	Tags          *Table[Tag, *Tag]
	AccessGroups  *Table[AccessGroup, *AccessGroup]
	Credentials   *Credentials
	Models        *Models
}

// New makes a Directory. Store and Now are required.
func New(c Config) *Directory {
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Groups == nil {
		c.Groups = func(string) []string { return nil }
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	d := &Directory{Config: c}
	d.Keys = &Keys{newTable(d, keyKind())}
	d.Users = &Users{newTable(d, userKind())}
	d.Teams = &Teams{newTable(d, teamKind())}
	d.Organizations = &Organizations{newTable(d, organizationKind())}
	d.Projects = newTable(d, projectKind())
	d.Customers = newTable(d, customerKind())
	d.Budgets = newTable(d, budgetKind())
	d.Tags = newTable(d, tagKind())
	d.AccessGroups = newTable(d, accessGroupKind())
	d.Credentials = &Credentials{newTable(d, credentialKind())}
	d.Models = &Models{newTable(d, modelKind())}
	return d
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// random gives n random bytes in base64url.
func (d *Directory) random(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(d.Random, b); err != nil {
		return "", unavailable(err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}
