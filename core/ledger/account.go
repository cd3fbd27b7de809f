package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// The attributes of an account beside its holds.
const (
	accCommitted = "cm" // spent and held
	accSpent     = "ps"
	accLimit     = "lim"
	accVersion   = "lv" // of the limit
	accAnnounced = "al" // the largest amount whose crossing was announced
	accAnnouncer = "ab" // by whom
)

const (
	accountPrefix = "A#"
	root          = "#" // the SK of an account that no other stands above
)

// keepAccount is how long an account is kept after its window, for what is
// settled late and for those who look back.
const keepAccount = 40 * 24 * time.Hour

// claim is what an attempt asks of one account.
type claim struct {
	ref     ref
	account store.Key
	budget  Budget
	resets  time.Time // when the account's window ends; zero: never
	amount  int64
	due     int64 // Unix seconds; see holdValue
	nonce   string
	try     int64  // of the last one made
	free    bool   // whatever the limit
	purse   *purse // that the account is; nil for one that no other is above
}

// take makes a hold. The error is an *Exceeded, ErrDuplicate, or that nobody
// knows: whatever was held then is for others to resolve, once it is due.
//
// A try whose outcome is unknown may still happen, so the next has another name
// and is refused where an earlier one is; that one is then the hold.
func (l *Ledger) take(ctx context.Context, c *claim) (hold, error) {
	h := hold{account: c.account, amount: c.amount, value: holdValue(c.amount, c.due, c.nonce)}
	first := c.try + 1 // holds of before were made under an older limit
	resolved := false
	var unknown error
	for tried := 0; tried < triesBefore; {
		c.try++
		h.name = c.ref.holdName(c.try)
		item, err := l.Store.Write(ctx, c.write(h, first))
		if err == nil {
			if c.purse == nil {
				l.observe(c.account, item)
			}
			return h, nil
		}
		refused, ok := errors.AsType[*store.Refused](err)
		if !ok {
			unknown = err
			if err := l.wait(ctx, tried); err != nil {
				return hold{}, errors.Join(unknown, err)
			}
			tried++
			continue
		}
		switch mine, err := c.find(h, first, refused.Item); {
		case err != nil:
			return hold{}, err
		case mine.name != "":
			return mine, nil
		}
		newer := refused.Item.Int(accVersion)
		switch {
		case newer > c.budget.Version:
			c.budget.Version, c.budget.Limit = newer, refused.Item.Int(accLimit)
			first, unknown = c.try+1, errChanging
			tried++
		case !resolved && l.overdue(refused.Item):
			resolved = true
			if err := l.resolve(ctx, h.account, refused.Item); err != nil {
				return hold{}, err
			}
		default:
			return hold{}, c.exceeded(refused.Item)
		}
	}
	return hold{}, fmt.Errorf("hold %s: %w", c.account.PK, unknown)
}

// write is a try to make a hold, where none of those since the first is.
func (c *claim) write(h hold, first int64) store.Write {
	w := store.Write{Key: h.account, Set: store.Item{h.name: h.value}, Add: map[string]int64{accCommitted: c.amount}}
	for try := first; try <= c.try; try++ {
		w.If = append(w.If, store.Condition{Attr: c.ref.holdName(try), Op: store.Absent})
	}
	if !c.free {
		c.within(&w)
	}
	if !c.resets.IsZero() {
		w.Expires = c.resets.Add(keepAccount)
	}
	return w
}

// find returns the try that an account has, with a name if there is one.
func (c *claim) find(h hold, first int64, account store.Item) (hold, error) {
	for try := first; try <= c.try; try++ {
		switch name := c.ref.holdName(try); account.Text(name) {
		case "":
		case h.value:
			h.name = name
			return h, nil
		default:
			return hold{}, ErrDuplicate
		}
	}
	return hold{}, nil
}

// within makes a write keep to the limit, and the account know it. A purse has
// no limit but its slice, and knows that.
func (c *claim) within(w *store.Write) {
	if c.purse != nil {
		w.If = append(
			w.If,
			store.Condition{Attr: purseState, Op: store.Equal, Value: purseOpen},
			store.Condition{Attr: accCommitted, Op: store.AtMost, Value: c.purse.slice - c.amount},
		)
		return
	}
	room := c.budget.Limit - c.amount
	w.If = append(
		w.If,
		store.Condition{Attr: accVersion, Op: store.AtMost, Value: c.budget.Version, OrAbsent: true},
		store.Condition{Attr: accCommitted, Op: store.AtMost, Value: room, OrAbsent: room >= 0},
	)
	w.Set[accLimit], w.Set[accVersion] = c.budget.Limit, c.budget.Version
}

func (c *claim) exceeded(account store.Item) *Exceeded {
	return &Exceeded{
		Scope: c.budget.Scope, Limit: c.budget.Limit, Resets: c.resets,
		Spent: account.Int(accSpent), Held: account.Int(accCommitted) - account.Int(accSpent),
	}
}

// post lets a hold give way to a cost. It does nothing where the hold is no
// more, so it may be done by several and often. It returns the account as it is
// then; nil when there was nothing to do.
func (l *Ledger) post(ctx context.Context, h hold, cost int64, tries int) (store.Item, error) {
	item, err := l.write(ctx, store.Write{
		Key: h.account,
		If:  []store.Condition{{Attr: h.name, Op: store.Equal, Value: h.value}},
		Add: map[string]int64{accCommitted: cost - h.amount, accSpent: cost}, Remove: []string{h.name},
	}, tries)
	if isRefused(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("post to %s: %w", h.account.PK, err)
	}
	return item, nil
}

// postAll posts a cost to all accounts that it was held in. What fails is left
// to whoever finds the holds once they are due.
func (l *Ledger) postAll(ctx context.Context, holds []hold, cost int64) []store.Item {
	items := make([]store.Item, len(holds))
	l.parallel(len(holds), func(i int) { items[i], _ = l.post(ctx, holds[i], cost, triesAfter) })
	return items
}

// holdNames are the names of the holds in an account, in their order.
func holdNames(account store.Item) []string {
	var names []string
	for name := range account {
		if strings.HasPrefix(name, holdPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// overdue reports whether an account has a hold that others may resolve.
func (l *Ledger) overdue(account store.Item) bool {
	for name, value := range account {
		if l.isDue(name, value) {
			return true
		}
	}
	return false
}

// isDue reports whether an attribute is a hold whose owner had its time.
func (l *Ledger) isDue(name string, value store.Value) bool {
	text, ok := value.(string)
	if !ok || !strings.HasPrefix(name, holdPrefix) {
		return false
	}
	_, due, err := readHold(text)
	return err == nil && due < l.Now().Unix()
}
