package store

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
)

// Holds reports whether the conditions hold for an item; nil stands for none.
func Holds(conditions []Condition, item Item) bool {
	for _, c := range conditions {
		if !c.holds(item) {
			return false
		}
	}
	return true
}

func (c Condition) holds(item Item) bool {
	v, ok := item[c.Attr]
	switch {
	case c.Op == Absent:
		return !ok
	case c.Op == Present:
		return ok
	case !ok:
		return c.OrAbsent
	}
	order, same := compare(v, c.Value)
	if !same {
		return false
	}
	switch c.Op {
	case Equal:
		return order == 0
	case Unequal:
		return order != 0
	case Less:
		return order < 0
	case AtMost:
		return order <= 0
	case More:
		return order > 0
	case AtLeast:
		return order >= 0
	}
	return false
}

func compare(a, b Value) (order int, same bool) {
	switch a := a.(type) {
	case int64:
		b, ok := b.(int64)
		return cmp.Compare(a, b), ok
	case string:
		b, ok := b.(string)
		return cmp.Compare(a, b), ok
	case []byte:
		b, ok := b.([]byte)
		return bytes.Compare(a, b), ok
	}
	return 0, false
}

// Apply is the item that a write makes of one; nil stands for none. It changes
// neither, and checks no condition. It is for stores that keep whole items.
func Apply(w Write, item Item) (Item, error) {
	if w.Delete {
		return nil, nil
	}
	out := Item{}
	if !w.Whole {
		maps.Copy(out, item)
	}
	maps.Copy(out, w.Set)
	for name, n := range w.Add {
		had, isNumber := out[name].(int64)
		if out[name] != nil && !isNumber {
			return nil, fmt.Errorf("attribute %s is no number", name)
		}
		sum := had + n
		if (sum > had) != (n > 0) && n != 0 {
			return nil, fmt.Errorf("attribute %s would overflow", name)
		}
		out[name] = sum
	}
	for _, name := range w.Remove {
		delete(out, name)
	}
	return out, nil
}

// Valid returns an error for a write that no store takes.
func (w Write) Valid() error {
	if w.Key.PK == "" || w.Key.SK == "" || len(w.Key.PK) > 1000 || len(w.Key.SK) > 500 {
		return fmt.Errorf("key %q %q: a PK has 1 to 1,000 bytes and an SK 1 to 500", w.Key.PK, w.Key.SK)
	}
	seen := map[string]bool{}
	for name, v := range w.Set {
		switch v.(type) {
		case string, int64, []byte:
		default:
			return fmt.Errorf("attribute %s: a value is a string, an int64 or bytes, not %T", name, v)
		}
		seen[name] = true
	}
	for name := range w.Add {
		if seen[name] {
			return fmt.Errorf("attribute %s is both set and added to", name)
		}
		seen[name] = true
	}
	for _, name := range w.Remove {
		if seen[name] {
			return fmt.Errorf("attribute %s is removed, too", name)
		}
		seen[name] = true
	}
	return nil
}
