package raw

import (
	"encoding/json"
	"slices"
)

// Member is a name and a value that is JSON already.
type Member struct {
	Name  string
	Value json.RawMessage
}

// New makes an object of members whose names differ.
func New(members ...Member) Object {
	s := Shelf{free: make([]member, 0, len(members))}
	return s.New(members...)
}

// Shelf makes many small objects in few allocations. What one of them holds is
// in memory for as long as any is.
type Shelf struct{ free []member }

// New makes an object of members whose names differ.
func (s *Shelf) New(members ...Member) Object {
	all := s.room(len(members))
	for _, m := range members {
		all = append(all, member{value: m.Value}.as(m.Name, quoteOf(m.Name)))
	}
	return Object{members: s.keep(all)}
}

// room gives a slice to append members to: so many fit.
func (s *Shelf) room(members int) []member {
	if cap(s.free)-len(s.free) < members {
		const next = 64
		s.free = make([]member, 0, max(next, members))
	}
	return s.free[len(s.free):]
}

// keep gives the members that were appended to room's slice, for good.
func (s *Shelf) keep(members []member) []member {
	if n := len(members); n <= cap(s.free)-len(s.free) { // more had to go elsewhere
		s.free = s.free[:len(s.free)+n]
	}
	return slices.Clip(members)
}
