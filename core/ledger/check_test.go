package ledger

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// The checks read raw items, by the names that the documentation of the package
// gives them, and none of its functions.

// checkAccount holds at every instant: what is committed is what was spent and
// what is held, and the largest limit there was is not passed.
func (w *world) checkAccount(key store.Key, account store.Item) {
	held := int64(0)
	for name, v := range account {
		if strings.HasPrefix(name, "h#") {
			amount, err := strconv.ParseInt(strings.SplitN(v.(string), ".", 2)[0], 36, 64)
			if err != nil {
				w.violation("%s: hold %s is %v", key.PK, name, v)
			}
			held += amount
		}
	}
	if cm, ps := account.Int("cm"), account.Int("ps"); cm != ps+held {
		w.violation("%s: %d committed, want %d spent and %d held", key.PK, cm, ps, held)
	}
	if key.PK[0] == 'P' {
		if cm, slice := account.Int("cm"), account.Int("e"); cm > slice && account.Text("acc") != "" {
			w.violation("%s: %d committed of a slice of %d", key.PK, cm, slice)
		}
		return
	}
	most := int64(0)
	for _, b := range w.owners[scopeOf(key.PK)] {
		most = max(most, b.Limit)
	}
	if cm := account.Int("cm"); cm > most {
		w.violation("%s: %d committed of %d", key.PK, cm, most)
	}
	if newest := w.newest[key]; account.Int("lv") < newest {
		w.violation("%s: limit %d put in the place of limit %d", key.PK, account.Int("lv"), newest)
	}
	w.newest[key] = account.Int("lv")
}

// scopeOf is the scope in an account's key, "A#<scope>#<window>".
func scopeOf(pk string) string { return strings.Split(pk, "#")[1] }

// bill is the provider's side of a call. What it billed must be within every
// limit that was true at some time since the attempt began.
func (w *world) bill(row store.Key, begun, now time.Time, versions []int, budgets []Budget, cost int64) {
	item, err := w.store.Get(context.Background(), row, true)
	if state := item.Text("st"); err != nil || state != "PENDING" && state != "LOST" {
		w.violation("the provider was asked and the row %s is %q (%v)", row.SK, state, err)
		return
	}
	c := w.calls[row]
	if c.times++; c.times > 1 {
		w.violation("%s: the provider was asked %d times", row.SK, c.times)
	}
	c.cost = cost
	w.calls[row] = c
	accounts := accountsOf(item)
	for i, b := range budgets {
		window := ""
		for account := range accounts {
			if scopeOf(account) == b.Scope {
				window = account
			}
		}
		if window != b.Account(begun).PK && window != b.Account(now).PK {
			w.violation("%s: taken from %q, want the window of %s or %s", row.SK, window, begun, now)
		}
		limit := int64(0)
		for _, had := range w.owners[b.Scope][versions[i]:] {
			limit = max(limit, had.Limit)
		}
		if billed := w.billed(window); billed > limit {
			w.violation("%s: the provider billed %d of %d", window, billed, limit)
		}
	}
}

// billed is what the provider billed of an account.
func (w *world) billed(account string) int64 {
	sum := int64(0)
	for row, c := range w.calls {
		item, _ := w.store.Get(context.Background(), row, true)
		if accountsOf(item)[account] {
			sum += c.cost
		}
	}
	return sum
}

// accountsOf are the accounts that a row names, a line each: the try, the purse
// and the account's PK without its beginning.
func accountsOf(row store.Item) map[string]bool {
	accounts := map[string]bool{}
	for line := range strings.Lines(row.Text("acc")) {
		accounts["A#"+strings.SplitN(strings.TrimSpace(line), " ", 3)[2]] = true
	}
	return accounts
}

// checkEnd holds when everything was recovered: nothing is held, every account
// says what its rows add up to, and every row what the provider billed.
func (w *world) checkEnd() {
	sums := map[string]int64{}
	charged := map[string]int64{} // by the row's key, without what marks a correction
	rows := map[string]store.Item{}
	for _, key := range w.written {
		if !strings.HasPrefix(key.PK, "R#") {
			continue
		}
		item, _ := w.store.Get(context.Background(), key, true)
		if state := item.Text("st"); state == "PENDING" {
			w.violation("row %s is still %s", key.SK, state)
		}
		for account := range accountsOf(item) {
			sums[account] += item.Int("c")
		}
		of := store.Key{PK: key.PK, SK: strings.TrimSuffix(key.SK, "a")}
		charged[of.SK] += item.Int("c")
		rows[key.SK] = item
		if c, called := w.calls[of]; !called && item.Text("st") == "POSTED" && c.cost != item.Int("c") && of == key {
			w.violation("row %s is POSTED, and the provider was not asked", key.SK)
		}
	}
	for key, c := range w.calls {
		row := rows[key.SK]
		switch state, cost := row.Text("st"), charged[key.SK]; {
		case state == "POSTED" && row.Int("c") != c.cost, state == "VOID" && c.cost != 0, c.settled && cost != c.cost:
			w.violation("row %s is %s at %d, the provider billed %d", key.SK, state, cost, c.cost)
		case cost < c.cost:
			w.violation("row %s: %d charged of %d", key.SK, cost, c.cost)
		case state == "LOST" && c.intime && w.honest:
			w.violation("row %s is LOST, and was settled before its deadline", key.SK)
		}
	}
	for _, key := range w.written {
		item, _ := w.store.Get(context.Background(), key, true)
		if key.PK[0] == 'P' && item.Text("st") != "CLOSED" {
			w.violation("purse %s is still %s", key.PK, item.Text("st"))
		}
		if key.PK[0] != 'A' {
			continue
		}
		if cm, ps, sum := item.Int("cm"), item.Int("ps"), sums[key.PK]; cm != ps || ps != sum {
			w.violation("%s: %d committed, %d spent, its rows add up to %d", key.PK, cm, ps, sum)
		}
	}
}
