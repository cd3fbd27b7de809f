package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// An account that many attempts are held in at once is one item that all of
// them write. A purse takes most of that away: a slice of the account's money,
// held there like an attempt, from which one attempt after the other of one
// process is held and settled. It is an account to those attempts, and to the
// account above what a row is: OPEN until it is decided, CLOSED at what was
// spent from it; whoever finds it overdue closes it, and where there is none,
// puts a closed one.

// The attributes of a purse beside an account's, and rowDue, rowNonce, rowHolds
// and rowEstimate, its slice.
const (
	purseState  = "st"
	purseOpen   = "OPEN"
	purseClosed = "CLOSED"
)

const (
	pursePrefix = "P#"
	pursePart   = "p" // in the name of the hold that a purse is
	purseTime   = time.Minute
)

// purse is one that this process opened.
type purse struct {
	key     store.Key
	up      hold // in the account above
	due     int64
	version int64 // of the limit that it was opened under
	slice   int64
	spent   int64 // as it is while nothing is held in it
}

// purseKey is where a purse of an account is.
func purseKey(account store.Key, id string) store.Key {
	return store.Key{PK: pursePrefix + id + "#" + strings.TrimPrefix(account.PK, accountPrefix), SK: root}
}

// splitAccount gives a purse's id, "" for an account without one, and
// "<scope>#<window>".
func splitAccount(key store.Key) (purse, account string) {
	if rest, ok := strings.CutPrefix(key.PK, pursePrefix); ok {
		purse, account, _ = strings.Cut(rest, "#")
		return purse, account
	}
	return "", strings.TrimPrefix(key.PK, accountPrefix)
}

// joinAccount is the key that splitAccount was given.
func joinAccount(purse, account string) store.Key {
	key := store.Key{PK: accountPrefix + account, SK: root}
	if purse == "" {
		return key
	}
	return purseKey(key, purse)
}

// takeSpread makes a hold in a purse, where the account is hot and has money
// enough for one, and in the account itself otherwise.
func (l *Ledger) takeSpread(ctx context.Context, c *claim) (hold, *purse, error) {
	if c.amount == 0 || !l.isHot(c.account) {
		h, err := l.take(ctx, c)
		return h, nil, err
	}
	for p := l.idle(c); p != nil; p = l.idle(c) {
		if h, err := l.takeFrom(ctx, c, p); err == nil {
			return h, p, nil
		}
		// It is closed, or nobody knows what is in it: not ours any more.
	}
	p, err := l.open(ctx, c)
	if err == nil && p != nil {
		var h hold
		if h, err = l.takeFrom(ctx, c, p); err == nil {
			return h, p, nil
		}
	}
	if err != nil && !errors.As(err, new(*Exceeded)) {
		return hold{}, nil, err
	}
	h, err := l.take(ctx, c)
	if errors.As(err, new(*Exceeded)) && l.closeIdle(ctx, c.account) {
		h, err = l.take(ctx, c)
	}
	return h, nil, err
}

// takeFrom makes a claim's hold in a purse.
func (l *Ledger) takeFrom(ctx context.Context, c *claim, p *purse) (hold, error) {
	from := *c
	from.account, from.purse = p.key, p
	h, err := l.take(ctx, &from)
	c.try = from.try
	return h, err
}

// open opens a purse; nil where the account has too little left for one.
func (l *Ledger) open(ctx context.Context, c *claim) (*purse, error) {
	account, err := l.read(ctx, c.account, triesBefore)
	if err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	left := c.budget.Limit - account.Int(accCommitted)
	slice := min(c.amount*cmp.Or(l.perPurse, 20), left/(cmp.Or(l.share, 4)*(1+int64(len(holdNames(account))))))
	if slice < c.amount {
		return nil, nil
	}
	id := l.random()
	due := c.due + int64(purseTime/time.Second)
	up := &claim{
		ref: ref{id, pursePart}, account: c.account, budget: c.budget, resets: c.resets,
		amount: slice, due: due, nonce: c.nonce,
	}
	p := &purse{key: purseKey(c.account, id), due: due, slice: slice}
	if p.up, err = l.take(ctx, up); err != nil {
		return nil, err
	}
	p.version, c.budget = up.budget.Version, up.budget
	w := store.Write{
		Key: p.key, If: []store.Condition{{Attr: purseState, Op: store.Absent}},
		Set: store.Item{
			purseState: purseOpen, rowEstimate: slice, rowDue: due, rowNonce: c.nonce, rowHolds: holdLines([]hold{p.up}),
			accCommitted: int64(0), accSpent: int64(0),
		},
	}
	_, err = l.write(ctx, w, triesBefore)
	if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Item.Text(rowNonce) == c.nonce && refused.Item.Text(purseState) == purseOpen {
		err = nil // an earlier try did it
	}
	if err != nil {
		_, _ = l.closePurse(ctx, p) // or whoever finds it due
		return nil, fmt.Errorf("open purse: %w", err)
	}
	return p, nil
}

// closePurse gives back what was not spent from a purse in which nothing is
// held, and returns the account above as it is then; nil when that is left to
// others.
func (l *Ledger) closePurse(ctx context.Context, p *purse) (store.Item, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	item, err := l.write(ctx, l.closing(p.key, p.spent), triesAfter)
	if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Item.Text(purseState) == purseClosed {
		item, err = refused.Item, nil
	}
	if err != nil {
		return nil, fmt.Errorf("close purse: %w", err)
	}
	return l.post(ctx, p.up, item.Int(accSpent), triesAfter)
}

// closing closes a purse in which nothing is held and so much was spent. One
// that is not there, or has yet to arrive, was spent nothing from.
func (l *Ledger) closing(key store.Key, spent int64) store.Write {
	unused := spent == 0
	return store.Write{
		Key: key,
		If: []store.Condition{
			{Attr: purseState, Op: store.Equal, Value: purseOpen, OrAbsent: unused},
			{Attr: accCommitted, Op: store.Equal, Value: spent, OrAbsent: unused},
			{Attr: accSpent, Op: store.Equal, Value: spent, OrAbsent: unused},
		},
		Set:     store.Item{purseState: purseClosed, accCommitted: spent, accSpent: spent},
		Expires: l.Now().Add(max(l.Keep, keepFence)),
	}
}

// closed returns a purse that is closed, after closing it itself if it is
// overdue; nil for one that is not due yet, or in which something is held that
// is not.
func (l *Ledger) closed(ctx context.Context, key store.Key) (store.Item, error) {
	var last error
	for range triesAfter {
		item, err := l.read(ctx, key, triesAfter)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read purse: %w", err)
		case item.Text(purseState) == purseClosed:
			return item, nil
		case item != nil && item.Int(rowDue) >= l.Now().Unix():
			return nil, nil
		case l.overdue(item):
			if err := l.resolve(ctx, key, item); err != nil {
				return nil, err
			}
			continue
		case len(holdNames(item)) > 0:
			return nil, nil
		}
		made, err := l.Store.Write(ctx, l.closing(key, item.Int(accSpent)))
		if err == nil {
			return made, nil
		}
		last = err // or refused, because somebody else was there: look again
	}
	return nil, fmt.Errorf("close purse %s: %w", key.PK, last)
}
