package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tollgate-llm/tollgate/store"
)

// An item's bytes are its attributes in the order of their names, each
//
//	uvarint length, name, one byte of type, value
//
// where a number is a zigzag varint (all 64 bits of it: JSON would round above
// 2^53) and a string or bytes are a uvarint length and themselves. The same item
// always has the same bytes, and an item has no other: decode refuses the rest.
const (
	typeInt    = 'i'
	typeString = 's'
	typeBytes  = 'b'
)

var errBody = errors.New("not an item's bytes")

// encode is the bytes of an item. Values are of the three types of store.Value;
// anything else would have been refused by store.Write.Valid.
func encode(item store.Item) ([]byte, error) {
	names := slices.Sorted(maps.Keys(item))
	out := make([]byte, 0, 512) // never nil, which would be NULL
	for _, name := range names {
		out = text(out, name)
		switch v := item[name].(type) {
		case int64:
			out = binary.AppendVarint(append(out, typeInt), v)
		case string:
			out = text(append(out, typeString), v)
		case []byte:
			out = text(append(out, typeBytes), v)
		default:
			return nil, fmt.Errorf("attribute %s: %T is no value", name, v)
		}
	}
	return out, nil
}

func text[T string | []byte](out []byte, v T) []byte {
	return append(binary.AppendUvarint(out, uint64(len(v))), v...)
}

// decode is the item of some bytes. The item keeps the bytes.
func decode(body []byte) (store.Item, error) {
	item, last := store.Item{}, ""
	whole := string(body) // one copy, which names and strings are parts of
	for at := 0; at < len(body); {
		from, to, err := span(body, at)
		if err != nil {
			return nil, err
		}
		name := whole[from:to]
		if len(item) > 0 && name <= last || to == len(body) {
			return nil, errBody
		}
		kind := body[to]
		at = to + 1
		if kind == typeInt {
			n, size := binary.Varint(body[at:])
			if size <= 0 || size > 1 && body[at+size-1] == 0 {
				return nil, errBody
			}
			item[name] = n
			at += size
		} else {
			if from, to, err = span(body, at); err != nil {
				return nil, err
			}
			switch kind {
			case typeString:
				item[name] = whole[from:to]
			case typeBytes:
				item[name] = body[from:to:to]
			default:
				return nil, errBody
			}
			at = to
		}
		last = name
	}
	return item, nil
}

// span is where the text begins and ends whose length is at an offset.
func span(body []byte, at int) (from, to int, err error) {
	n, size := binary.Uvarint(body[at:])
	if size <= 0 || size > 1 && body[at+size-1] == 0 || n > uint64(len(body)-at-size) {
		return 0, 0, errBody
	}
	from = at + size
	return from, from + int(n), nil
}
