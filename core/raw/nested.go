package raw

import (
	"encoding/json"
	"iter"
)

// Items yields the elements of an array. It stops at the first malformed one
// and yields nothing for what is not an array; Strict tells those apart.
func Items(array []byte) iter.Seq2[int, json.RawMessage] {
	return func(yield func(int, json.RawMessage) bool) {
		s := scanner{b: array}
		if s.next() != '[' {
			return
		}
		s.i++
		for n := 0; ; n++ {
			if s.next() == ']' {
				return
			}
			start := s.i
			if s.value() != nil || !yield(n, s.b[start:s.i:s.i]) || s.next() != ',' {
				return
			}
			s.i++
		}
	}
}

// Objects reads an array of objects that Strict would take, in one pass: what is
// neither, or has other elements, is an error.
func Objects(array []byte) ([]Object, error) {
	if all, ok := soundObjects(array); ok {
		return all, nil
	}
	if err := Strict(array); err != nil {
		return nil, err
	}
	var all []Object
	if s := (scanner{b: array}); s.next() != '[' {
		return nil, s.fail("not a JSON array")
	}
	for _, item := range Items(array) {
		o, err := Parse(item)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// Strict checks a whole value, at every depth: that it is JSON and that no
// object has a duplicate member. Whoever reads a nested value calls it first.
func Strict(v []byte) error {
	if sound(v) {
		return nil
	}
	if !json.Valid(v) {
		return syntax(v)
	}
	return duplicates(v)
}

func syntax(v []byte) error {
	var any json.RawMessage
	if err, ok := json.Unmarshal(v, &any).(*json.SyntaxError); ok {
		return &SyntaxError{int(err.Offset), err.Error()}
	}
	return &SyntaxError{0, "malformed JSON"}
}

// duplicates looks for them in valid JSON, keeping the names of the objects
// that are open.
func duplicates(v []byte) error {
	s := scanner{b: v}
	var open []map[string]bool // nil for an array
	for s.i < len(v) {
		switch c := s.next(); c {
		case '{':
			open = append(open, map[string]bool{})
			s.i++
		case '[':
			open = append(open, nil)
			s.i++
		case '}', ']':
			open = open[:len(open)-1]
			s.i++
		case '"':
			start := s.i
			if err := s.text(); err != nil {
				return err
			}
			end := s.i
			if s.next() != ':' {
				continue
			}
			name, err := unquote(v[start:end])
			if err != nil {
				return &SyntaxError{start, "malformed member name"}
			}
			set := open[len(open)-1]
			if set[name] {
				return &SyntaxError{start, "duplicate member \"" + name + "\""}
			}
			set[name] = true
		default:
			s.i++
		}
	}
	return nil
}

// WithoutTrailingCommas drops each comma that only white space parts from a
// closing bracket, outside strings. It is the second try after Parse refused a
// text: the documents of the APIs we stand in for have such commas in their
// examples. Everything else keeps its bytes.
func WithoutTrailingCommas(b []byte) []byte {
	out := make([]byte, 0, len(b))
	s := scanner{b: b}
	for s.i < len(b) {
		start := s.i
		switch b[s.i] {
		case '"':
			if s.text() != nil {
				return append(out, b[start:]...)
			}
			out = append(out, b[start:s.i]...)
		case ',':
			s.i++
			if c := s.next(); c == '}' || c == ']' {
				start++
			}
			out = append(out, b[start:s.i]...)
		default:
			s.i++
			out = append(out, b[start])
		}
	}
	return out
}

// List writes objects as an array.
func List(objects []Object) json.RawMessage {
	return appendList(make([]byte, 0, sizeOf(objects)), objects)
}

func sizeOf(objects []Object) int {
	n := 2
	for i := range objects {
		n += objects[i].size() + 1
	}
	return n
}

func appendList(b []byte, objects []Object) []byte {
	b = append(b, '[')
	for i := range objects {
		if i > 0 {
			b = append(b, ',')
		}
		b = objects[i].append(b)
	}
	return append(b, ']')
}
