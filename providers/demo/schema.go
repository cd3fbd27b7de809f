package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Bounds of what is made, since a schema may refer to itself.
const (
	maxDepth  = 16   // levels
	maxValues = 1000 // of all kinds
	maxString = 4096 // characters that minLength can demand
)

var errTooLarge = errors.New("its smallest value is too large")

// schema is the part of JSON Schema that OpenAI's structured output supports
// (https://platform.openai.com/docs/guides/structured-outputs).
type schema struct {
	Type             any               `json:"type"` // a name or a list of them
	Properties       map[string]schema `json:"properties"`
	Required         []string          `json:"required"`
	Items            *schema           `json:"items"`
	MinItems         int               `json:"minItems"`
	Enum             []any             `json:"enum"`
	Const            any               `json:"const"`
	Default          any               `json:"default"`
	Examples         []any             `json:"examples"`
	Minimum          float64           `json:"minimum"`
	ExclusiveMinimum *float64          `json:"exclusiveMinimum"`
	Maximum          *float64          `json:"maximum"`
	MultipleOf       float64           `json:"multipleOf"`
	MinLength        int               `json:"minLength"`
	MaxLength        *int              `json:"maxLength"`
	Format           string            `json:"format"`
	AnyOf            []schema          `json:"anyOf"`
	OneOf            []schema          `json:"oneOf"`
	AllOf            []schema          `json:"allOf"`
	Ref              string            `json:"$ref"`
	Defs             map[string]schema `json:"$defs"`
	Definitions      map[string]schema `json:"definitions"`
}

// instance makes the smallest value that satisfies a schema, as JSON. Strings
// that may be anything are the hint. A pattern is not looked at.
func instance(text json.RawMessage, hint string) (string, error) {
	var root schema
	if len(text) > 0 {
		if err := json.Unmarshal(text, &root); err != nil {
			return "", err
		}
	}
	m := &making{root: &root, hint: hint}
	v, err := m.value(root, 0)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(v)
	return string(b), err
}

type making struct {
	root   *schema
	hint   string
	values int // made so far
}

func (m *making) value(s schema, depth int) (any, error) {
	if m.values++; depth > maxDepth || m.values > maxValues {
		return nil, errTooLarge
	}
	switch {
	case s.Ref != "":
		to, err := m.find(s.Ref)
		if err != nil {
			return nil, err
		}
		return m.value(to, depth+1)
	case s.Const != nil:
		return s.Const, nil
	case len(s.Enum) > 0:
		return s.Enum[0], nil
	case s.Default != nil:
		return s.Default, nil
	case len(s.Examples) > 0:
		return s.Examples[0], nil
	case len(s.AnyOf)+len(s.OneOf) > 0:
		return m.either(append(slices.Clone(s.AnyOf), s.OneOf...), depth)
	case len(s.AllOf) > 0:
		return m.object(joined(s), depth)
	}
	switch s.kind() {
	case "string":
		return m.text(s), nil
	case "integer", "number":
		return number(s), nil
	case "boolean":
		return true, nil
	case "null":
		return nil, nil
	case "array":
		return m.array(s, depth)
	}
	return m.object(s, depth)
}

// find follows a reference into the definitions of the root.
func (m *making) find(ref string) (schema, error) {
	if ref == "#" {
		return *m.root, nil
	}
	for prefix, defs := range map[string]map[string]schema{"#/$defs/": m.root.Defs, "#/definitions/": m.root.Definitions} {
		name, ok := strings.CutPrefix(ref, prefix)
		if to, found := defs[name]; ok && found {
			return to, nil
		}
	}
	return schema{}, fmt.Errorf("nothing at %s", ref)
}

// either takes the first of the schemas that can be satisfied. Those that refer
// to others come last: they may refer to themselves.
func (m *making) either(of []schema, depth int) (any, error) {
	slices.SortStableFunc(of, func(a, b schema) int { return min(len(a.Ref), 1) - min(len(b.Ref), 1) })
	err := errTooLarge
	for _, s := range of {
		var v any
		if v, err = m.value(s, depth+1); err == nil {
			return v, nil
		}
	}
	return nil, err
}

// kind is the schema's type, the first that is not null.
func (s schema) kind() string {
	switch t := s.Type.(type) {
	case string:
		return t
	case []any:
		for _, v := range t {
			if name, ok := v.(string); ok && name != "null" {
				return name
			}
		}
		return "null"
	}
	if s.Items != nil {
		return "array"
	}
	return "object"
}

func (m *making) text(s schema) string {
	v := m.hint
	switch s.Format {
	case "date-time":
		v = "2026-01-01T00:00:00Z"
	case "date":
		v = "2026-01-01"
	case "time":
		v = "00:00:00Z"
	case "duration":
		v = "PT1S"
	case "email":
		v = "demo@example.com"
	case "hostname":
		v = "example.com"
	case "ipv4":
		v = "192.0.2.1"
	case "ipv6":
		v = "2001:db8::1"
	case "uuid":
		v = "00000000-0000-4000-8000-000000000000"
	case "uri":
		v = "https://example.com/"
	}
	r := []rune(v)
	for len(r) > 0 && len(r) < min(s.MinLength, maxString) {
		r = append(r, r...)
	}
	if s.MaxLength != nil && *s.MaxLength >= 0 && len(r) > *s.MaxLength {
		r = r[:*s.MaxLength]
	}
	return string(r)
}

// number is zero, or the first from there that the bounds allow.
func number(s schema) float64 {
	v := max(s.Minimum, 0)
	if s.Maximum != nil {
		v = min(v, *s.Maximum)
	}
	if e := s.ExclusiveMinimum; e != nil && v <= *e {
		v = *e + 1
	}
	if step := s.MultipleOf; step > 0 {
		v = math.Ceil(v/step) * step
	}
	return v
}

func (m *making) array(s schema, depth int) (any, error) {
	list := []any{}
	if s.Items == nil {
		return list, nil
	}
	for range min(s.MinItems, 64) {
		v, err := m.value(*s.Items, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// object has the required properties, or all of them when none is required: a
// call of a tool without arguments would show nothing.
func (m *making) object(s schema, depth int) (any, error) {
	o := map[string]any{}
	required := s.Required
	if len(required) == 0 && depth == 0 {
		for name := range s.Properties {
			required = append(required, name)
		}
	}
	for _, name := range required {
		v, err := m.value(s.Properties[name], depth+1)
		if err != nil {
			return nil, err
		}
		o[name] = v
	}
	return o, nil
}

// joined is one schema for what all of several demand of an object.
func joined(s schema) schema {
	all := schema{Type: "object", Properties: map[string]schema{}, Required: slices.Clone(s.Required)}
	for _, part := range append([]schema{{Properties: s.Properties}}, s.AllOf...) {
		for name, p := range part.Properties {
			all.Properties[name] = p
		}
		all.Required = append(all.Required, part.Required...)
	}
	return all
}
