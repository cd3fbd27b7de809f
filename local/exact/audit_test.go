package exact

import (
	"context"
	"fmt"
	"io"
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
						r.accounts = append(r.accounts, strings.SplitN(strings.TrimSpace(line), " ", 3)[2])
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
	accounts []string
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
			a.accounts = r.accounts
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

// findings count what is wrong, and say some of it.
type findings struct {
	requests, billed, killed int
	overspend, lost, doubled int
	unequal, unsettled       int
	unknown                  int // cost nothing, and say that it is not known
	said                     []string
}

func (f *findings) say(n *int, format string, args ...any) {
	*n++
	if len(f.said) < 10 {
		f.said = append(f.said, fmt.Sprintf(format, args...))
	}
}

// compare holds the spend log against the upstream's. Those requests that were
// killed may be charged more than was billed; and not written down at all if
// they have no budget.
func (f *findings) compare(bills []bill, rows []row, killed, unbudgeted map[string]bool) (billed map[string]int64) {
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
		f.requests++
		if killed[id] {
			f.killed++
		}
		f.one(id, tries, by[id], killed[id], unbudgeted[id])
		for i, b := range by[id] {
			if len(tries) > 0 {
				for _, account := range tries[min(i, len(tries)-1)].accounts {
					billed[account] += b.Pico
				}
			}
		}
	}
	return billed
}

// one compares a request's tries with its bills. Those of a key without a budget
// are not written down before they end, and nothing is held that could be charged
// when nobody was told the cost: then the row must say so.
func (f *findings) one(id string, tries []attempt, bills []bill, killed, unbudgeted bool) {
	if len(tries) < len(bills) {
		if !killed || !unbudgeted {
			f.say(&f.lost, "%s: %d rows %+v, and %d bills %+v", id, len(tries), tries, len(bills), bills)
		}
		return
	}
	for i, a := range tries {
		switch {
		case i >= len(bills) && (a.state == "POSTED" || !killed):
			f.say(&f.doubled, "%s: %d rows %+v, and %d bills %+v", id, len(tries), tries, len(bills), bills)
		case i >= len(bills):
		case unbudgeted && !bills[i].Told && a.unpriced:
			f.unknown++
		case a.cost < bills[i].Pico, !killed && bills[i].Told && a.cost != bills[i].Pico, a.state == "POSTED" && bills[i].Told && a.cost != bills[i].Pico:
			f.say(&f.unequal, "%s: %s at %d, the upstream billed %d", id, a.state, a.cost, bills[i].Pico)
		}
	}
}

// balance holds the accounts against the rows and the limits, which are by scope.
func (f *findings) balance(t *testing.T, s store.Store, rows []row, billed, limits map[string]int64) (spent map[string]int64) {
	t.Helper()
	sums, hashes := map[string]int64{}, map[string]string{}
	for _, r := range rows {
		if r.state == "PENDING" {
			f.say(&f.unsettled, "row %s is still PENDING", r.SK)
		}
		for _, account := range r.accounts {
			sums[account] += r.cost
			scope, _, _ := strings.Cut(account, "#")
			hashes[scope] = r.Item.Text("k")
		}
	}
	spent = map[string]int64{}
	for account, sum := range sums {
		item, err := s.Get(context.WithoutCancel(t.Context()), store.Key{PK: "A#" + account, SK: "#"}, true)
		if err != nil {
			t.Errorf("account %s: %v", account, err)
			continue
		}
		scope, _, _ := strings.Cut(account, "#")
		limit, known := limits[scope]
		if strings.HasPrefix(scope, "api_key/") { // has a name of its own; its rows have its key's
			scope = "api_key/" + hashes[scope]
			limit, known = limits[scope]
		}
		if !known {
			t.Errorf("account %s: nobody made a budget of that name", account)
		}
		cm, ps := item.Int("cm"), item.Int("ps")
		if cm > limit || billed[account] > limit {
			f.say(&f.overspend, "%s: %d charged and %d billed, of %d", account, cm, billed[account], limit)
		}
		for name := range item {
			if strings.HasPrefix(name, "h#") {
				f.say(&f.unsettled, "%s: %s is still held", account, name)
			}
		}
		if cm != ps || ps != sum {
			f.say(&f.unsettled, "%s: %d charged, %d spent, its rows add up to %d", account, cm, ps, sum)
		}
		spent[scope] += ps
	}
	return spent
}

// print writes the figures, and fails where one is not 0.
func (f *findings) print(t *testing.T, to io.Writer) {
	t.Helper()
	fmt.Fprintf(to, "requests: %d\nbilled: %d\nkilled: %d\nunknown to all but the upstream, and said to be: %d\n", f.requests, f.billed, f.killed, f.unknown)
	for _, figure := range []struct {
		name string
		n    int
	}{
		{"overspend", f.overspend},
		{"lost rows", f.lost},
		{"doubled rows", f.doubled},
		{"settled != upstream", f.unequal},
		{"still held, or not added up", f.unsettled},
	} {
		fmt.Fprintf(to, "%s: %d\n", figure.name, figure.n)
		if figure.n > 0 {
			t.Errorf("%s: got %d, want 0", figure.name, figure.n)
		}
	}
	for _, said := range f.said {
		t.Error(said)
	}
}
