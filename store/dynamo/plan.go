package dynamo

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// plan is a try at a write: what it takes for granted of the item, which its
// condition makes sure of. A refusal shows the item, and so the next plan.
type plan struct {
	store.Write
	now  time.Time
	gone bool      // there is no item, or its end has come
	end  time.Time // of the item that is there; only a whole replacement needs to know
}

// planned is the first plan: the item is alive or absent, and a whole
// replacement is of one that never ends.
func planned(w store.Write, now time.Time) (plan, error) {
	if err := w.Valid(); err != nil {
		return plan{}, err
	}
	for _, own := range []string{attrPK, attrSK, attrEnd, attrTTL} {
		_, set := w.Set[own]
		_, added := w.Add[own]
		if set || added {
			return plan{}, fmt.Errorf("attribute %s is the table's own", own)
		}
	}
	return plan{Write: w, now: now}, nil
}

// after is the plan after a refusal that showed an item; a *store.Refused when
// the write's own conditions are what did not hold.
func (p plan) after(shown attributes) (plan, error) {
	had, err := decode(shown)
	if err != nil {
		return plan{}, err
	}
	p.gone, p.end = !had.lives(p.now), had.end
	item := had.Item
	if p.gone {
		item = nil
	}
	if !store.Holds(p.If, item) {
		return plan{}, &store.Refused{Item: item}
	}
	if _, err := store.Apply(p.Write, item); err != nil {
		return plan{}, err
	}
	return p, nil
}

// change is a plan in the API's words: a put if there is an item, an update if
// there is one, else a deletion.
type change struct {
	key, item attributes
	update    *string
	condition *string // nil: none
	expression
}

func (p plan) change() (change, error) {
	var c change
	var err error
	if c.key, err = encodeKey(p.Key); err != nil {
		return change{}, err
	}
	switch {
	case p.Delete:
	case p.gone, p.Whole:
		if c.item, err = p.whole(); err != nil {
			return change{}, err
		}
	default:
		update, err := c.expression.update(p.Write)
		if err != nil {
			return change{}, err
		}
		if update == "" { // a transaction insists on one
			update = "REMOVE " + c.name(attrNone)
		}
		c.update = &update
	}
	condition, err := p.condition(&c.expression)
	if err != nil {
		return change{}, err
	}
	if condition != "" {
		c.condition = &condition
	}
	return c, nil
}

// whole is all of the new item.
func (p plan) whole() (attributes, error) {
	item, err := store.Apply(p.Write, nil)
	if err != nil {
		return nil, err
	}
	out, err := encodeKey(p.Key)
	if err != nil {
		return nil, err
	}
	for name, v := range item {
		if out[name], err = encodeValue(v); err != nil {
			return nil, fmt.Errorf("attribute %s: %w", name, err)
		}
	}
	end := p.Expires
	if end.IsZero() && !p.gone {
		end = p.end
	}
	if !end.IsZero() {
		out[attrEnd], out[attrTTL], err = encodeEnd(end)
	}
	return out, err
}

// condition makes sure of what the plan takes for granted, and of what the
// write itself asks.
func (p plan) condition(e *expression) (string, error) {
	var all []string
	switch {
	case p.gone: // that the write's own conditions hold for no item is known
		return e.gone(p.now), nil
	case p.Delete && len(p.If) == 0:
		return "", nil
	case p.Whole && !p.Delete && p.Expires.IsZero(): // it keeps the end it knows of
		all = append(all, e.ends(p.end))
	default:
		all = append(all, e.living(p.now))
	}
	for _, c := range p.If {
		s, err := e.condition(c)
		if err != nil {
			return "", err
		}
		all = append(all, s)
	}
	if !p.Delete && !p.Whole {
		for _, attr := range slices.Sorted(maps.Keys(p.Add)) {
			all = append(all, e.fits(attr, p.Add[attr]))
		}
	}
	return strings.Join(all, " AND "), nil
}
