package raw

import (
	"bytes"
	"fmt"
)

// maxDepth bounds nesting. OpenAI allows 10 levels in a schema; real
// conversations stay below 50.
const maxDepth = 512

// SyntaxError says where a text stops being the JSON that was expected.
type SyntaxError struct {
	Offset int // bytes before the error
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at byte %d", e.Reason, e.Offset)
}

// scanner walks a text once. i is the next byte.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) fail(format string, a ...any) error {
	return &SyntaxError{s.i, fmt.Sprintf(format, a...)}
}

// next skips white space and returns the byte after it, 0 at the end.
func (s *scanner) next() byte {
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return c
		}
	}
	return 0
}

// whole reads the one object of the text.
func (s *scanner) whole() ([]member, error) {
	members, err := s.object(room(len(s.b)))
	if err != nil {
		return nil, err
	}
	if s.next(); s.i < len(s.b) {
		return nil, s.fail("text after the object")
	}
	return members, nil
}

// object reads an object that probably has so many members.
func (s *scanner) object(room int) ([]member, error) {
	if s.next() != '{' {
		return nil, s.fail("not a JSON object")
	}
	s.i++
	members := make([]member, 0, room)
	seen := names{}
	for c := s.next(); c != '}'; c = s.next() {
		if len(members) > 0 {
			if c != ',' {
				return nil, s.fail("expected ',' or '}'")
			}
			s.i++
			if c = s.next(); c == '}' {
				return nil, s.fail("trailing comma")
			}
		}
		m, err := s.member()
		if err != nil {
			return nil, err
		}
		if seen.add(members, m.name) {
			return nil, s.fail("duplicate member %q", m.name)
		}
		members = append(members, m)
	}
	s.i++
	return members, nil
}

// room is how many members an object of so many bytes is likely to have: a
// message has few, a request a dozen.
func room(size int) int {
	if size < 1024 {
		return few
	}
	return 12
}

// few is how many members a nested object usually has at most.
const few = 4

func (s *scanner) member() (member, error) {
	if s.next() != '"' {
		return member{}, s.fail("expected a member name")
	}
	start := s.i
	if err := s.text(); err != nil {
		return member{}, err
	}
	quote := s.b[start:s.i:s.i]
	name, err := unquote(quote)
	if err != nil {
		s.i = start
		return member{}, s.fail("malformed member name")
	}
	if s.next() != ':' {
		return member{}, s.fail("expected ':' after member %q", name)
	}
	s.i++
	s.next()
	start = s.i
	if err := s.value(); err != nil {
		return member{}, err
	}
	return found(name, quote, s.b[start:s.i:s.i]), nil
}

// value skips one value.
func (s *scanner) value() error {
	switch c := s.next(); {
	case c == '"':
		return s.text()
	case c == '{' || c == '[':
		return s.nested()
	default:
		return s.scalar()
	}
}

// text skips a string: to the next quote that an even number of backslashes
// precedes.
func (s *scanner) text() error {
	for j := s.i + 1; ; {
		k := bytes.IndexByte(s.b[j:], '"')
		if k < 0 {
			return s.fail("string without end")
		}
		k += j
		slash := k
		for slash > s.i+1 && s.b[slash-1] == '\\' {
			slash--
		}
		if (k-slash)%2 == 0 {
			s.i = k + 1
			return nil
		}
		j = k + 1
	}
}

// nested skips an array or object, matching its brackets.
func (s *scanner) nested() error {
	var closer [maxDepth]byte
	depth, previous := 0, byte(0)
	for ; s.i < len(s.b); s.i++ {
		c := s.b[s.i]
		switch c {
		case ' ', '\t', '\n', '\r':
			continue
		case '"':
			if err := s.text(); err != nil {
				return err
			}
			s.i--
		case '{', '[':
			if depth == maxDepth {
				return s.fail("nested deeper than %d levels", maxDepth)
			}
			closer[depth] = c + 2 // '{'+2 is '}', '['+2 is ']'
			depth++
		case '}', ']':
			if c != closer[depth-1] {
				return s.fail("unmatched %q", c)
			}
			if previous == ',' {
				return s.fail("trailing comma")
			}
			if depth--; depth == 0 {
				s.i++
				return nil
			}
		default:
			if c < ' ' || c > '~' {
				return s.fail("unexpected character")
			}
		}
		previous = c
	}
	return s.fail("%q without end", closer[0]-2)
}

// scalar skips a number, true, false or null, and checks it.
func (s *scanner) scalar() error {
	start := s.i
loop:
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ',', '}', ']', ' ', '\t', '\n', '\r':
			break loop
		}
		s.i++
	}
	switch word := s.b[start:s.i]; {
	case string(word) == "true", string(word) == "false", string(word) == "null", number(word):
		return nil
	}
	s.i = start
	return s.fail("expected a value")
}

// number reports whether b is a number in JSON's grammar (RFC 8259 section 6).
func number(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 0 && b[0] == '0' {
		b = b[1:]
	} else if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// names finds duplicates: by comparison while there are few, by a map beyond.
type names struct{ set map[string]bool }

func (n *names) add(members []member, name string) (duplicate bool) {
	const some = 24
	if len(members) < some {
		for i := range members {
			if members[i].name == name {
				return true
			}
		}
		return false
	}
	if n.set == nil {
		n.set = make(map[string]bool, 2*some)
		for i := range members {
			n.set[members[i].name] = true
		}
	}
	duplicate = n.set[name]
	n.set[name] = true
	return duplicate
}
