// Package litellm brings what a running LiteLLM proxy keeps into a gateway's
// store: budgets, organizations, users, teams, projects, members, access
// groups, tags, customers and keys, with what each has spent in its period.
//
// Both keep a key as the hex SHA-256 of it, so keys that were issued go on
// working without anybody having seen them. They are written to the store and
// not sent to a gateway: a route that took hashes would be one to plant keys
// by, and a store can be filled before its gateway is started, as well as while
// it runs.
//
// It may be done again, as long as both are in use. What was brought is
// remembered beside the records, so that a change on one side is told from one
// on the other: theirs is brought, ours stays, and where both changed the same
// member it stays, too, and is said. Keys and memberships that are gone there
// are taken away here; nothing else is.
package litellm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Import is what is brought from where to where. All fields but Client and Dry
// are required.
type Import struct {
	URL    string // of the proxy, as http://localhost:4000
	Key    string // its master key
	Client *http.Client
	Store  people.Store
	Now    func() time.Time
	Dry    bool // nothing is written: the report says what would be
}

// actor is who the audit log says has brought the records.
func actor() people.Actor {
	a := people.Root("")
	a.For, a.Moves = "import litellm", true
	return a
}

// mover brings one proxy's records.
type mover struct {
	source source
	store  people.Store
	now    func() time.Time
	people *people.Directory
	ledger *ledger.Ledger
	report *Report

	budgets       map[string]raw.Object // LiteLLM's, by their ids
	organizations map[string]string     // of teams, by theirs
}

// Run brings everything and says what became of it. What a single record failed
// for is in the report. The error is that the proxy or the store cannot be
// asked; then what was brought before is kept, and the rest comes next time.
func (i Import) Run(ctx context.Context) (*Report, error) {
	s, err := newSource(i.URL, i.Key, i.Client)
	if err != nil {
		return nil, err
	}
	m := &mover{source: s, store: i.Store, now: i.Now, report: &Report{Dry: i.Dry}}
	if i.Dry {
		m.store = newDraft(i.Store, i.Now)
	}
	m.people = people.New(people.Config{Store: m.store, Now: i.Now})
	m.ledger = &ledger.Ledger{Store: m.store, Now: i.Now}
	all, err := m.readAll(ctx)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.base, err)
	}
	if err := m.leave(ctx, all); err != nil {
		return nil, err
	}
	for _, k := range m.kinds() {
		if err := m.bringAll(ctx, k, all.of(k.name)); err != nil {
			return nil, err
		}
	}
	return m.report, nil
}

// leave takes away what is gone there: keys before others have their aliases,
// and memberships.
func (m *mover) leave(ctx context.Context, all everything) error {
	kinds := m.kinds()
	for i := range kinds {
		k := kinds[len(kinds)-1-i]
		if rows := all.of(k.name); rows.known {
			if err := m.gone(ctx, k, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// ofOne returns what is wrong with one record, in a caller's words; false for
// an error that is no record's.
func ofOne(err error) (string, bool) {
	var e *llm.Error
	if !errors.As(err, &e) {
		return "", false
	}
	switch e.Class {
	case llm.BadRequestError, llm.NotFoundError, llm.ConflictError, llm.PermissionDeniedError:
		return e.Message, true
	}
	return "", false
}
