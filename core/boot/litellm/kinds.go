package litellm

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/tollgate-llm/tollgate/core/api/admin"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// The kinds of records, as reports call them.
const (
	budgetKind             = "budget"
	groupKind              = "access group"
	organizationKind       = "organization"
	userKind               = "user"
	teamKind               = "team"
	organizationMemberKind = "organization member"
	teamMemberKind         = "team member"
	projectKind            = "project"
	tagKind                = "tag"
	customerKind           = "customer"
	keyKind                = "key"
)

// kind is what is particular to the records of a table.
type kind struct {
	name   string
	id     string   // the column that names a record
	shows  string   // the column that people know it by; "": its id
	within []string // members that LiteLLM keeps in metadata
	aside  []string // columns that say nothing of the record
	fixed  []string // members that are set once
	unique []string // members that no two records share
	leaves bool     // what is gone there is taken away here
	mend   func(raw.Object) raw.Object

	fields    map[string]bool
	canonical func(raw.Object) (raw.Object, error)
	keep      keeper
	account   func(ctx context.Context, id string) (people.Account, error) // nil: nobody spends by it
	spend     func(ctx context.Context, id string, pico int64) error       // sets what was spent before; nil: the ledger has it
}

// keeper keeps the records of a kind.
type keeper struct {
	get    func(ctx context.Context, id string) (raw.Object, error)
	create func(ctx context.Context, id string, record raw.Object) error
	update func(ctx context.Context, id string, patch raw.Object) error
	remove func(ctx context.Context, id string) error
}

func (k *kind) mended(row raw.Object) (raw.Object, error) {
	if k.mend == nil {
		return row, nil
	}
	return k.mend(row), nil
}

// table is what core/people has for most kinds.
type table[T any] interface {
	Create(ctx context.Context, a people.Actor, v T) (*T, error)
	Get(ctx context.Context, a people.Actor, id string) (*T, error)
	Update(ctx context.Context, a people.Actor, id string, patch raw.Object) (*T, error)
	Delete(ctx context.Context, a people.Actor, id string) error
}

// holder is who is charged by a record, and by what.
type holder[T any] func(v *T) (people.Scope, *people.Spending, *people.Stamp, people.Dollars)

// kept completes a kind whose records are a table's. Who is nil for a kind that
// nobody spends by.
func kept[T any](m *mover, k kind, t table[T], who holder[T]) *kind {
	k.fields = people.Fields[T]()
	k.canonical = canonical[T]
	k.keep = keeper{
		get: func(ctx context.Context, id string) (raw.Object, error) {
			v, err := t.Get(ctx, actor(), id)
			if err != nil {
				return raw.Object{}, err
			}
			return object(v)
		},
		create: func(ctx context.Context, _ string, record raw.Object) error {
			v, err := people.Parse[T](record)
			if err == nil {
				_, err = t.Create(ctx, actor(), v)
			}
			return err
		},
		update: func(ctx context.Context, id string, patch raw.Object) error {
			_, err := t.Update(ctx, actor(), id, patch)
			return err
		},
		remove: func(ctx context.Context, id string) error { return t.Delete(ctx, actor(), id) },
	}
	if who == nil {
		return &k
	}
	k.account = func(ctx context.Context, id string) (people.Account, error) {
		v, err := t.Get(ctx, actor(), id)
		if err != nil {
			return people.Account{}, err
		}
		scope, s, stamp, spent := who(v)
		return m.people.AccountOf(ctx, scope, s, stamp, spent)
	}
	k.spend = func(ctx context.Context, id string, pico int64) error {
		amount, err := people.Dollars(pico).MarshalJSON()
		if err == nil {
			_, err = t.Update(ctx, actor(), id, raw.Object{}.WithRaw("spend", amount))
		}
		return err
	}
	return &k
}

// canonical is a record as core/people would keep it.
func canonical[T any](o raw.Object) (raw.Object, error) {
	v, err := people.Parse[T](o)
	if err != nil {
		return raw.Object{}, err
	}
	return object(v)
}

func object(v any) (raw.Object, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return raw.Object{}, err
	}
	return raw.Parse(b)
}

// keys are a table whose records are made of hashes.
type keys struct{ *people.Keys }

// Create implements table.
func (k keys) Create(ctx context.Context, a people.Actor, v people.Key) (*people.Key, error) {
	return k.Import(ctx, a, v)
}

// kinds are all kinds, in an order in which nothing comes before what it
// belongs to.
func (m *mover) kinds() []*kind {
	d := m.people
	limits := admin.InMetadata("organization")
	return []*kind{
		kept(m, kind{name: budgetKind, id: "budget_id", aside: []string{
			"organization", "projects", "keys", "end_users", "tags", "team_membership", "organization_membership",
		}}, d.Budgets, nil),
		kept(m, kind{name: groupKind, id: "access_group_id", shows: "access_group_name", aside: []string{"assigned_team_ids", "assigned_key_ids"}}, d.AccessGroups, nil),
		kept(m, kind{name: organizationKind, id: "organization_id", shows: "organization_alias", within: limits, aside: []string{"members", "teams", "users"}}, d.Organizations,
			func(v *people.Organization) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
				return people.Scope{Kind: "organization", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend
			}),
		kept(m, kind{name: userKind, id: "user_id", shows: "user_email", within: admin.InMetadata("user"), mend: user, aside: []string{"teams", "organization_memberships", "key_count"}, unique: []string{"user_email", "sso_user_id"}}, d.Users,
			func(v *people.User) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
				return people.Scope{Kind: "user", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend
			}),
		kept(m, kind{name: teamKind, id: "team_id", shows: "team_alias", within: admin.InMetadata("team"), mend: m.team, aside: []string{
			"admins", "members", "members_with_roles", "team_memberships", "keys", "model_id",
		}}, d.Teams, func(v *people.Team) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
			return people.Scope{Kind: "team", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend
		}),
		m.organizationMembers(), m.teamMembers(),
		kept(m, kind{name: projectKind, id: "project_id", shows: "project_alias", within: limits}, d.Projects,
			func(v *people.Project) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
				return people.Scope{Kind: "project", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend
			}),
		kept(m, kind{name: tagKind, id: "name", mend: budgeted}, d.Tags,
			func(v *people.Tag) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
				return people.Scope{Kind: "tag", ID: v.Name}, &v.Spending, &v.Stamp, v.Spend
			}),
		kept(m, kind{name: customerKind, id: "user_id", mend: budgeted}, d.Customers,
			func(v *people.Customer) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
				return people.Scope{Kind: "end_user", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend
			}),
		kept(m, kind{
			name: keyKind, id: "token", shows: "key_alias", within: admin.InMetadata("key"), mend: m.key, leaves: true,
			unique: []string{"key_alias"},
			fixed:  []string{"id", "key_name", "rotation_count", "last_rotation_at", "key_rotation_at"},
			aside:  []string{"soft_budget_cooldown", "last_active", "user"},
		}, table[people.Key](keys{d.Keys}),
			func(v *people.Key) (people.Scope, *people.Spending, *people.Stamp, people.Dollars) {
				return people.Scope{Kind: "api_key", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend
			}),
	}
}

// isNone reports whether an error says that there is no such record.
func isNone(err error) bool { return errors.Is(err, llm.NotFoundError) }
