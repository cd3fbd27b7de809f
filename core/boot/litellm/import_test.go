package litellm_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

var root = people.Root("")

// TestReports holds what an import says: without writing, the first time, again,
// and when there were changes on both sides. Each line of a report is in a file.
func TestReports(t *testing.T) {
	w := newWorld(t)
	w.dry = true
	dry := w.imported(t)
	w.dry = false
	first := w.imported(t)
	golden(t, "first.txt", first)
	if want := first + "\nNothing was written (--dry-run).\n"; dry != want {
		t.Errorf("dry run: got\n%s\nwant\n%s", dry, want)
	}
	again := w.kept(t)
	golden(t, "again.txt", w.imported(t))
	if got := w.kept(t); got != again {
		t.Errorf("a second import changed what is kept: got\n%s\nwant\n%s", got, again)
	}

	d := w.directory()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.Users.Update(t.Context(), root, "bob", object(t, `{"max_budget":12}`)))
	must(d.Teams.Update(t.Context(), root, "research", object(t, `{"rpm_limit":9}`)))
	must(nil, d.Keys.Delete(t.Context(), root, people.Hash("sk-moving-shared")))
	must(d.Customers.Update(t.Context(), root, "customer-1", object(t, `{"alias":"Second"}`)))
	w.now = w.now.Add(30 * time.Minute)
	w.proxy.play(t, "later")
	golden(t, "later.txt", w.imported(t))
	golden(t, "later-again.txt", w.imported(t))
	golden(t, "later-kept.txt", w.kept(t))
}

func object(t *testing.T, text string) raw.Object {
	t.Helper()
	o, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// kept is every record of a world and what its holder has spent.
func (w *world) kept(t *testing.T) string {
	t.Helper()
	d, all := w.directory(), people.Listing{Limit: 1000}
	var b bytes.Buffer
	show := func(what string, v any) {
		o := encoded(t, v).Without("created_at", "updated_at", "created_by", "updated_by", "id")
		fmt.Fprintf(&b, "%s %s\n", what, o.Bytes())
	}
	spent := func(who people.Scope, s *people.Spending, stamp *people.Stamp, before people.Dollars) {
		account, err := d.AccountOf(t.Context(), who, s, stamp, before)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "    spent %s\n", w.spent(t, account))
	}
	ctx := t.Context()
	each(t, d.Budgets.List, all, func(v people.Budget) { show("budget", v) })
	each(t, d.AccessGroups.List, all, func(v people.AccessGroup) { show("access group", v) })
	each(t, d.Organizations.List, all, func(v people.Organization) {
		show("organization", v)
		spent(people.Scope{Kind: "organization", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend)
		page, err := d.Organizations.Members(ctx, root, v.ID, "")
		w.members(t, &b, page, err, func(m *people.Member) people.Account {
			return people.MemberAccount(people.MemberScope("organization_member", v.ID, m.UserID), m, &people.Spending{}, 0)
		})
	})
	each(t, d.Users.List, all, func(v people.User) {
		show("user", v)
		spent(people.Scope{Kind: "user", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend)
	})
	each(t, d.Teams.List, all, func(v people.Team) {
		show("team", v)
		spent(people.Scope{Kind: "team", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend)
		page, err := d.Teams.Members(ctx, root, v.ID, "")
		w.members(t, &b, page, err, func(m *people.Member) people.Account {
			base := &people.Spending{MaxBudget: v.MemberBudget, BudgetDuration: v.MemberDuration}
			return people.MemberAccount(people.MemberScope("team_member", v.ID, m.UserID), m, base, v.Version)
		})
	})
	each(t, d.Projects.List, all, func(v people.Project) {
		show("project", v)
		spent(people.Scope{Kind: "project", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend)
	})
	each(t, d.Tags.List, all, func(v people.Tag) { show("tag", v) })
	each(t, d.Customers.List, all, func(v people.Customer) {
		show("customer", v)
		spent(people.Scope{Kind: "end_user", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend)
	})
	each(t, d.Keys.List, all, func(v people.Key) {
		show("key", v)
		spent(people.Scope{Kind: "api_key", ID: v.ID}, &v.Spending, &v.Stamp, v.Spend)
	})
	return sorted(b.String())
}

// sorted puts records, with the lines below each, into the order of their text:
// they are brought a few at a time.
func sorted(text string) string {
	var records []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, " ") {
			records[len(records)-1] += line
			continue
		}
		records = append(records, line)
	}
	slices.Sort(records)
	return strings.Join(records, "")
}

func (w *world) members(t *testing.T, b *bytes.Buffer, page people.Page[people.Member], err error, account func(*people.Member) people.Account) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page.Items {
		fmt.Fprintf(b, "    member %s\n        spent %s\n", encoded(t, m).Without("created_at").Bytes(), w.spent(t, account(&m)))
	}
}

// spent is what counts against an account's limit now, and until when.
func (w *world) spent(t *testing.T, account people.Account) string {
	t.Helper()
	l := &ledger.Ledger{Store: w.store, Now: w.clock}
	is, err := l.Spent(t.Context(), []ledger.Budget{boot.BudgetOf(account)})
	if err != nil {
		t.Fatal(err)
	}
	sum := people.Dollars(is[0].Spent)
	if account.Duration == "" {
		sum += account.Spent
	}
	text, err := sum.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if is[0].Held != 0 {
		t.Errorf("%s: %d pico-dollars are held, want 0", account.Name(), is[0].Held)
	}
	if is[0].Resets.IsZero() {
		return string(text)
	}
	return fmt.Sprintf("%s until %s", text, is[0].Resets.Format(time.RFC3339))
}

// TestKeys holds that the keys of a LiteLLM proxy work as they are, by what they
// may do, and those that did not do not.
func TestKeys(t *testing.T) {
	w := newWorld(t)
	w.imported(t)
	authority := people.NewAuthority(w.store, w.clock)
	refused := map[string]string{"expired": "Expired", "stopped": "blocked", "orphan": "Invalid proxy server token"}
	limits := map[string]people.Dollars{"forever": 2e12, "month": 2e12, "hour": 1e12, "shared": 20.5e12, "team": 50e12, "huge": people.MaxDollars}
	for _, alias := range []string{"plain", "forever", "month", "hour", "over", "shared", "hourly", "soft", "huge", "team", "words", "orphan", "expired", "stopped"} {
		g, err := authority.Grant(t.Context(), "sk-moving-"+alias)
		if want, no := refused[alias]; no {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want an error with %q", alias, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: got %v, want a grant", alias, err)
			continue
		}
		if want, has := limits[alias]; has && !slices.ContainsFunc(g.Accounts, func(a people.Account) bool { return a.Limit != nil && *a.Limit == want }) {
			t.Errorf("%s: got accounts %v, want one of %d", alias, g.Accounts, want)
		}
	}
	g, err := authority.Grant(t.Context(), "sk-moving-team")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, model := range []string{"gpt-4o", "gpt-4o-mini", "o3"} {
		got[model] = g.May(model, nil) == nil
	}
	if want := map[string]bool{"gpt-4o": true, "gpt-4o-mini": false, "o3": false}; !maps.Equal(got, want) { // its project has one
		t.Errorf("models of a key that has more than those above it: got %v, want %v", got, want)
	}
}
