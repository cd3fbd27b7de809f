// Package raw edits JSON objects without decoding them. A request passes the
// gateway as the bytes its caller wrote: members nobody touches keep their
// text, so numbers are not rounded, schemas are not reordered and unknown
// members are not lost.
//
// Parse looks at the top level only, in one pass. It checks what that pass
// sees: brackets, strings, scalars of the top level. Nested values are
// validated by whoever decodes them (Strict); the provider judges the rest.
//
// Duplicate members are refused. Parsers disagree on which one counts, and a
// caller who is allowed one model could name another in the second copy.
package raw

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
)

// Object is a JSON object. It never changes: edits return a new Object that
// shares the text of the old one. The zero Object is {}.
type Object struct {
	src     []byte // the whole text; nil once edited
	members []member
}

type member struct {
	name  string // decoded
	value []byte
	odd   *odd // nil for nearly every member
}

// odd is what few members have: a name that is not what its quotes hold, or an
// array in place of a value.
type odd struct {
	quote []byte   // the name as written, with its quotes; nil when it is the name in quotes
	list  []Object // written only when the text is
	lists bool     // list is the value
}

func (m *member) lists() bool { return m.odd != nil && m.odd.lists }

func (m *member) raw() []byte {
	if m.lists() {
		return List(m.odd.list)
	}
	return m.value
}

// Parse reads one object and nothing after it. The Object refers to b, which
// must not change afterwards. Errors are *SyntaxError.
func Parse(b []byte) (Object, error) {
	s := scanner{b: b}
	members, err := s.whole()
	if err != nil {
		return Object{}, err
	}
	return Object{src: b, members: members}, nil
}

// Bytes returns the text of the object. The caller must not change it.
func (o Object) Bytes() []byte {
	if o.src != nil {
		return o.src
	}
	return o.append(make([]byte, 0, o.size()))
}

// size is about how many bytes the text has, and no fewer.
func (o Object) size() int {
	if o.src != nil {
		return len(o.src)
	}
	n := 2
	for i := range o.members {
		m := &o.members[i]
		n += len(m.name) + len(m.value) + 4
		if m.odd != nil {
			n += len(m.odd.quote) + sizeOf(m.odd.list)
		}
	}
	return n
}

// append writes the text.
func (o Object) append(b []byte) []byte {
	if o.src != nil {
		return append(b, o.src...)
	}
	b = append(b, '{')
	for i := range o.members {
		m := &o.members[i]
		if i > 0 {
			b = append(b, ',')
		}
		if m.odd != nil && m.odd.quote != nil {
			b = append(b, m.odd.quote...)
		} else {
			b = append(append(append(b, '"'), m.name...), '"')
		}
		b = append(append(b, ':'), m.value...)
		if m.lists() {
			b = appendList(b, m.odd.list)
		}
	}
	return append(b, '}')
}

// MarshalJSON makes an Object a value for encoding/json.
func (o Object) MarshalJSON() ([]byte, error) { return o.Bytes(), nil }

// Len is the number of members.
func (o Object) Len() int { return len(o.members) }

// All yields the members in their order.
func (o Object) All() iter.Seq2[string, json.RawMessage] {
	return func(yield func(string, json.RawMessage) bool) {
		for _, m := range o.members {
			if !yield(m.name, m.raw()) {
				return
			}
		}
	}
}

// Raw returns the text of a member's value.
func (o Object) Raw(key string) (json.RawMessage, bool) {
	if i := o.index(key); i >= 0 {
		return o.members[i].raw(), true
	}
	return nil, false
}

// Has reports whether the member is there and is not null.
func (o Object) Has(key string) bool {
	v, ok := o.Raw(key)
	return ok && string(v) != "null"
}

// Text returns a member that is a string; false when it is absent or is
// something else.
func (o Object) Text(key string) (string, bool) {
	v, _ := o.Raw(key)
	if len(v) < 2 || v[0] != '"' {
		return "", false
	}
	s, err := unquote(v)
	return s, err == nil
}

// With sets a member to v as encoding/json writes it, in its old place or last.
func (o Object) With(key string, v any) (Object, error) {
	b, err := encode(v)
	if err != nil {
		return Object{}, fmt.Errorf("encode member %q: %w", key, err)
	}
	return o.WithRaw(key, b), nil
}

// WithText sets a member to a string.
func (o Object) WithText(key, s string) Object { return o.WithRaw(key, Quote(s)) }

// WithRaw sets a member to a value that is JSON already.
func (o Object) WithRaw(key string, v json.RawMessage) Object {
	return o.with(member{value: v}.as(key, quoteOf(key)))
}

// WithList sets a member to an array of objects. Nothing is copied until the
// text is written, once for all depths; list must not change afterwards.
func (o Object) WithList(key string, list []Object) Object {
	return o.with(member{name: key, odd: &odd{quote: quoteOf(key), list: list, lists: true}})
}

func (o Object) with(m member) Object {
	members := make([]member, len(o.members), len(o.members)+1)
	copy(members, o.members)
	if i := o.index(m.name); i >= 0 {
		if old := members[i].odd; old != nil && old.quote != nil {
			m = m.as(m.name, old.quote)
		}
		members[i] = m
	} else {
		members = append(members, m)
	}
	return Object{members: members}
}

// Without drops members. Without any of them it returns the object itself.
func (o Object) Without(keys ...string) Object {
	var members []member
	for i, m := range o.members {
		gone := false
		for _, k := range keys {
			gone = gone || m.name == k
		}
		switch {
		case gone && members == nil:
			members = append(make([]member, 0, len(o.members)), o.members[:i]...)
		case !gone && members != nil:
			members = append(members, m)
		}
	}
	if members == nil {
		return o
	}
	return Object{members: members}
}

// Renamed moves a value to another name. The new name's old value, if any,
// gives way. Without the old name it returns the object itself.
func (o Object) Renamed(from, to string) Object {
	if from == to || o.index(from) < 0 {
		return o
	}
	o = o.Without(to)
	members := append([]member(nil), o.members...)
	i := o.index(from)
	members[i] = members[i].as(to, quoteOf(to))
	return Object{members: members}
}

// Merged adds the members of over, which win.
func (o Object) Merged(over Object) Object {
	if len(over.members) == 0 {
		return o
	}
	for _, m := range over.members {
		o = o.with(m)
	}
	return o
}

// Folded returns a member whose name differs from key in case only: readers
// that fold case would take one for the other.
func (o Object) Folded(key string) (string, bool) {
	for _, m := range o.members {
		if m.name != key && strings.EqualFold(m.name, key) {
			return m.name, true
		}
	}
	return "", false
}

func (o Object) index(key string) int {
	for i := range o.members {
		if o.members[i].name == key {
			return i
		}
	}
	return -1
}

// as is the member under another name. A nil quote is the name in quotes.
func (m member) as(name string, quote []byte) member {
	m.name = name
	switch {
	case m.lists():
		m.odd = &odd{quote: quote, list: m.odd.list, lists: true}
	case quote != nil:
		m.odd = &odd{quote: quote}
	default:
		m.odd = nil
	}
	return m
}

// found is a member as it was read.
func found(name string, quote, value []byte) member {
	m := member{name: name, value: value}
	if string(quote[1:len(quote)-1]) != name {
		m.odd = &odd{quote: quote}
	}
	return m
}
