package exact

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// row is an item of the spend log, as it is stored.
type row struct {
	store.Keyed
	state    string
	cost     int64
	unpriced bool // says itself that nobody knew the cost
	user     string
	accounts []string // "<scope>#<window>"
	scopes   []string // of these, in order; a key's has its hash
}

// rowsOf reads the whole spend log of days.
func rowsOf(t *testing.T, s store.Store, days ...time.Time) []row {
	t.Helper()
	var rows []row
	for _, day := range days {
		for shard := range 64 {
			q := store.Query{PK: fmt.Sprintf("R#%s#%02d", day.UTC().Format(time.DateOnly), shard), Limit: store.MaxLimit, Consistent: true}
			for {
				page, err := s.Query(context.WithoutCancel(t.Context()), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, k := range page.Items {
					r := row{Keyed: k, state: k.Item.Text("st"), cost: k.Item.Int("c"), unpriced: k.Item.Int("un") == 1, user: k.Item.Text("eu")}
					for line := range strings.Lines(k.Item.Text("acc")) { // the try, the purse, the account
						name := strings.SplitN(strings.TrimSpace(line), " ", 3)[2]
						scope, _, _ := strings.Cut(name, "#")
						if strings.HasPrefix(scope, "api_key/") { // a name of its own
							scope = "api_key/" + k.Item.Text("k")
						}
						r.accounts, r.scopes = append(r.accounts, name), append(r.scopes, scope)
					}
					rows = append(rows, r)
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
		}
	}
	return rows
}

// attempt is one try of a request: its row, and the one that corrects it.
type attempt struct {
	state    string
	cost     int64
	unpriced bool
	scopes   []string
}

// attempts are the tries by their requests' names, in their order, but for
// those that cost nothing because nothing was asked.
func attempts(rows []row) map[string][]attempt {
	type place struct{ user, id string }
	found := map[place]attempt{}
	var order []place
	name := map[string]string{} // by id: a correction does not say whose it is
	for _, r := range rows {
		if r.user != "" {
			name[strings.TrimSuffix(r.SK, "a")] = r.user
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.SK, b.SK) })
	for _, r := range rows {
		id := strings.TrimSuffix(r.SK, "a")
		at := place{name[id], id}
		a, ok := found[at]
		if !ok {
			order = append(order, at)
			a.scopes = slices.Sorted(slices.Values(r.scopes))
		}
		if id == r.SK {
			a.state, a.unpriced = r.state, r.unpriced
		}
		a.cost += r.cost
		found[at] = a
	}
	all := map[string][]attempt{}
	for _, at := range order {
		if a := found[at]; a.state != "VOID" || a.cost != 0 {
			all[at.user] = append(all[at.user], a)
		}
	}
	return all
}

// client is what those who asked know of a request.
type client struct {
	scopes []string // whose budgets it is charged to, in order
	killed bool     // the gateway was, before all came back
	left   bool     // they did, before all came back or after
}

// compare holds the spend log against the upstream's. Those requests that were
// killed may be charged more than was billed; and not written down at all if
// they have no budget. It returns what was billed by scopes.
func (f *findings) compare(bills []bill, rows []row, clients map[string]client) (billed map[string]int64) {
	by := map[string][]bill{}
	for _, b := range bills {
		by[b.ID] = append(by[b.ID], b)
	}
	f.billed += len(bills)
	of := attempts(rows)
	names := maps.Clone(of)
	for id := range by {
		names[id] = of[id]
	}
	billed = map[string]int64{}
	for id, tries := range names {
		c, known := clients[id]
		if !known {
			f.say(&f.doubled, "%q: %+v, and nobody asked", id, tries)
		}
		f.requests++
		if c.killed {
			f.killed++
		}
		f.one(id, tries, by[id], c)
		for _, a := range tries {
			if !slices.Equal(a.scopes, c.scopes) {
				f.say(&f.unsettled, "%s: charged to %v, want %v", id, a.scopes, c.scopes)
			}
		}
		for _, b := range by[id] {
			for _, scope := range c.scopes {
				billed[scope] += b.Pico
			}
		}
	}
	return billed
}

// one compares a request's tries with its bills. Those of a key without a budget
// are not written down before they end, and nothing is held that could be charged
// when nobody was told the cost: then the row must say so.
func (f *findings) one(id string, tries []attempt, bills []bill, c client) {
	unbudgeted := len(c.scopes) == 0
	if len(tries) < len(bills) {
		if !c.killed || !unbudgeted {
			f.say(&f.lost, "%s: %d rows %+v, and %d bills %+v", id, len(tries), tries, len(bills), bills)
		}
		return
	}
	for i, a := range tries {
		told := i < len(bills) && bills[i].Told && !c.left
		switch {
		case i >= len(bills) && (a.state == "POSTED" && !c.left || !c.killed && !c.left):
			f.say(&f.doubled, "%s: %d rows %+v, and %d bills %+v", id, len(tries), tries, len(bills), bills)
		case i >= len(bills):
		case unbudgeted && !told && a.unpriced:
			f.unknown++
		case a.cost < bills[i].Pico, told && (!c.killed || a.state == "POSTED") && a.cost != bills[i].Pico:
			f.say(&f.unequal, "%s: %s at %d, the upstream billed %d", id, a.state, a.cost, bills[i].Pico)
		}
	}
}

// balance holds the accounts against the rows, the bills and the limits, which
// are by scope, and returns what was spent of them.
func (f *findings) balance(t *testing.T, s store.Store, rows []row, billed, limits map[string]int64) (spent map[string]int64) {
	t.Helper()
	for _, r := range rows {
		if r.state == "PENDING" {
			f.say(&f.unsettled, "row %s is still PENDING", r.SK)
		}
	}
	for scope, limit := range limits {
		if billed[scope] > limit {
			f.say(&f.overspend, "%s: %d billed, of %d", scope, billed[scope], limit)
		}
	}
	spent = map[string]int64{}
	for account, a := range f.limits(t, s, rows, limits) {
		for name := range a.item {
			if strings.HasPrefix(name, "h#") {
				f.say(&f.unsettled, "%s: %s is still held", account, name)
			}
		}
		cm, ps := a.item.Int("cm"), a.item.Int("ps")
		if cm != ps || ps != a.sum {
			f.say(&f.unsettled, "%s: %d charged, %d spent, its rows add up to %d", account, cm, ps, a.sum)
		}
		spent[a.scope] += ps
	}
	return spent
}

// account is what a budget's item should be.
type account struct {
	scope string // of a key its hash
	item  store.Item
	limit int64
	sum   int64 // of its rows
}

// limits finds the accounts that rows were taken from, and holds what is charged
// to them against the limits.
func (f *findings) limits(t *testing.T, s store.Store, rows []row, limits map[string]int64) map[string]account {
	t.Helper()
	all := map[string]account{}
	for _, r := range rows {
		for i, name := range r.accounts {
			a := all[name]
			a.scope, a.sum = r.scopes[i], a.sum+r.cost
			all[name] = a
		}
	}
	for name, a := range all {
		var err error
		if a.item, err = s.Get(context.WithoutCancel(t.Context()), store.Key{PK: "A#" + name, SK: "#"}, true); err != nil {
			t.Fatalf("account %s: %v", name, err)
		}
		if a.limit, err = limits[a.scope], nil; a.limit == 0 {
			t.Fatalf("account %s: nobody made a budget for %s", name, a.scope)
		}
		if cm := a.item.Int("cm"); cm > a.limit {
			f.say(&f.overspend, "%s: %d charged, of %d", name, cm, a.limit)
		}
		all[name] = a
	}
	return all
}
