package raw

import (
	"bytes"
	"encoding/binary"
)

// sound reports in one pass whether a value is JSON without duplicate members.
// It is there because requests that are translated are read to their depths:
// json.Valid and a second look cost more than passing them on. What it does
// not take may still be sound, were it written in a stranger way.
func sound(v []byte) bool {
	c := checker{scanner: scanner{b: v}}
	if !c.any(0) {
		return false
	}
	c.next()
	return c.i == len(v)
}

// soundObjects is sound for an array of objects, which it parses on the way.
func soundObjects(v []byte) ([]Object, bool) {
	c := checker{scanner: scanner{b: v}}
	if c.next() != '[' {
		return nil, false
	}
	c.i++
	all := make([]Object, 0, 4+len(v)/256)
	var shelf Shelf
	for more := c.next() != ']'; more; c.i++ {
		if c.next() != '{' {
			return nil, false
		}
		start := c.i
		o := Object{members: shelf.room(few)}
		if !c.into(&o, 1) {
			return nil, false
		}
		o.src, o.members = v[start:c.i:c.i], shelf.keep(o.members)
		all = append(all, o)
		if end := c.next(); end == ']' {
			break
		} else if end != ',' {
			return nil, false
		}
	}
	c.i++
	c.next()
	return all, c.i == len(v)
}

// checker keeps the names of the members of the objects that are open, inner
// ones last.
type checker struct {
	scanner
	names [][]byte
}

func (c *checker) any(depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch c.next() {
	case '"':
		return c.characters()
	case '{':
		return c.into(nil, depth)
	case '[':
		return c.elements(depth)
	}
	return c.scalar() == nil
}

func (c *checker) elements(depth int) bool {
	c.i++
	if c.next() == ']' {
		c.i++
		return true
	}
	for c.any(depth + 1) {
		switch c.next() {
		case ',':
			c.i++
		case ']':
			c.i++
			return true
		default:
			return false
		}
	}
	return false
}

// into checks an object and, unless o is nil, keeps its members.
func (c *checker) into(o *Object, depth int) bool {
	outer := len(c.names)
	c.i++
	if c.next() == '}' {
		c.i++
		return true
	}
	for {
		quote, name := c.member(outer)
		if name == nil {
			return false
		}
		c.next()
		start := c.i
		if !c.any(depth + 1) {
			return false
		}
		if o != nil {
			o.members = append(o.members, found(nameOf(name), quote, c.b[start:c.i:c.i]))
		}
		switch c.next() {
		case ',':
			c.i++
			c.next()
		case '}':
			c.i++
			c.names = c.names[:outer]
			return true
		default:
			return false
		}
	}
}

// member reads a name and its colon. The name is nil when something is wrong,
// or when there are so many that the slower look is the faster one.
func (c *checker) member(outer int) (quote, name []byte) {
	const many = 64
	if c.next() != '"' {
		return nil, nil
	}
	if quote, name = c.name(); name == nil {
		return nil, nil
	}
	for _, other := range c.names[outer:] {
		if bytes.Equal(other, name) {
			return nil, nil
		}
	}
	c.names = append(c.names, name)
	if len(c.names)-outer > many || c.next() != ':' {
		return nil, nil
	}
	c.i++
	return quote, name
}

// name reads a name: as written, and what that stands for.
func (c *checker) name() (quote, name []byte) {
	start := c.i
	for i := start + 1; i < len(c.b); i++ {
		switch b := c.b[i]; {
		case b == '"':
			c.i = i + 1
			return c.b[start:c.i:c.i], c.b[start+1 : i]
		case b == '\\' || b < ' ' || b >= 0x80:
			if !c.characters() {
				return nil, nil
			}
			quote = c.b[start:c.i:c.i]
			text, err := unquote(quote)
			if err != nil {
				return nil, nil
			}
			return quote, append([]byte{}, text...)
		}
	}
	return nil, nil
}

// characters skips a string and checks it: RFC 8259, section 7.
func (c *checker) characters() bool {
	c.i++
	end := 0 // of the string, if it is no escaped quote
	for {
		if end <= c.i {
			if end = bytes.IndexByte(c.b[c.i:], '"') + c.i + 1; end == c.i {
				return false
			}
		}
		text := c.b[c.i : end-1]
		slash := bytes.IndexByte(text, '\\')
		if slash < 0 {
			c.i = end
			return visible(text)
		}
		if c.i += slash; !visible(text[:slash]) || !c.escape() {
			return false
		}
	}
}

// visible reports whether a text has no control character. It looks at eight
// bytes together: a subtraction borrows from a byte's highest bit only if that
// byte, or one before it, is too small.
func visible(text []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(text) >= 16; text = text[16:] {
		x, y := binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[8:])
		if ((x-ones*' ')&^x|(y-ones*' ')&^y)&high != 0 {
			return false
		}
	}
	if len(text) >= 8 {
		x := binary.LittleEndian.Uint64(text)
		if (x-ones*' ')&^x&high != 0 {
			return false
		}
		text = text[8:]
	}
	for _, b := range text {
		if b < ' ' {
			return false
		}
	}
	return true
}

func (c *checker) escape() bool {
	if c.i+1 >= len(c.b) {
		return false
	}
	switch c.b[c.i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.i += 2
		return true
	case 'u':
		for n := range 4 {
			if at := c.i + 2 + n; at >= len(c.b) || !hex(c.b[at]) {
				return false
			}
		}
		c.i += 6
		return true
	}
	return false
}

func hex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}
