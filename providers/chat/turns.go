package chat

import (
	"iter"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Turns is a conversation whose speakers take turns, as several vendors want
// it: what neighbours of one role say is one message, and who says nothing does
// not part his neighbours.
type Turns struct {
	Said  []raw.Object // by all, one after the other; append to it after By
	turns []turn
}

type turn struct {
	role string
	from int // the first of Said that is its
}

// Room makes room for so many messages of one part, as nearly all are.
func Room(messages int) Turns { return Turns{Said: make([]raw.Object, 0, messages)} }

// By says who speaks from now on.
func (t *Turns) By(role string) {
	if t.Last() != role {
		t.turns = append(t.turns, turn{role, len(t.Said)})
	}
}

// Last is the role of whoever said the last, "" when nobody said anything. Who
// was to speak and did not is forgotten.
func (t *Turns) Last() string {
	n := len(t.turns)
	for n > 0 && t.turns[n-1].from == len(t.Said) {
		n--
	}
	if t.turns = t.turns[:n]; n == 0 {
		return ""
	}
	return t.turns[n-1].role
}

// Each yields the turns, with who speaks in them.
func (t *Turns) Each() iter.Seq2[string, []raw.Object] {
	return func(yield func(string, []raw.Object) bool) {
		t.Last()
		for i, one := range t.turns {
			to := len(t.Said)
			if i+1 < len(t.turns) {
				to = t.turns[i+1].from
			}
			if !yield(one.role, t.Said[one.from:to]) {
				return
			}
		}
	}
}

// Messages are objects of a role and, in the member named, what was said.
func (t *Turns) Messages(member string) []raw.Object {
	all := make([]raw.Object, 0, len(t.turns))
	for role, said := range t.Each() {
		all = append(all, raw.Object{}.WithText("role", role).WithList(member, said))
	}
	return all
}
