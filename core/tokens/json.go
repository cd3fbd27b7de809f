package tokens

import (
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/raw"
)

const deepest = 64 // levels of a JSON value

// objects reads an array of objects.
func objects(list []byte) ([]raw.Object, error) {
	if err := valid(list); err != nil {
		return nil, err
	}
	if !isList(list) {
		return nil, errors.New("not an array")
	}
	var found []raw.Object
	for i, item := range raw.Items(list) {
		o, err := raw.Parse(item)
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		found = append(found, o)
	}
	return found, nil
}

// valid checks a value at every depth. Whoever reads a nested value scans it once
// for each level it is below, so levels are few: OpenAI takes schemas of ten.
func valid(value []byte) error {
	depth, inText := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case !inText && (c == '{' || c == '['):
			depth++
		case !inText && (c == '}' || c == ']'):
			depth--
		}
		if depth > deepest {
			return fmt.Errorf("more than %d levels", deepest)
		}
	}
	return raw.Strict(value)
}

// object reads a member that is an object.
func object(in raw.Object, key string) (raw.Object, error) {
	value, ok := in.Raw(key)
	if !ok {
		return raw.Object{}, fmt.Errorf("no member %q", key)
	}
	o, err := raw.Parse(value)
	if err != nil {
		return raw.Object{}, fmt.Errorf("member %q: %w", key, err)
	}
	return o, nil
}

func isList(value []byte) bool { return firstByte(value) == '[' }

func firstByte(value []byte) byte {
	for _, c := range value {
		if c > ' ' {
			return c
		}
	}
	return 0
}
