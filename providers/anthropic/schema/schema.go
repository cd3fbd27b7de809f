// Package schema fits JSON schemas to what Anthropic's structured outputs take,
// in the way of Anthropic's own clients.
//
// Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
package schema

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// limits are the constraints that are refused.
var limits = []string{
	"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
}

// Fit makes refused constraints part of the description, closes objects, and
// has anyOf for oneOf. A schema that fits keeps its bytes. Errors are
// *llm.Error of response_format.
func Fit(v json.RawMessage) (json.RawMessage, error) {
	if len(v) == 0 || v[0] != '{' {
		return v, nil // true and false are schemas too
	}
	o, err := chat.Parse("response_format", v)
	if err != nil {
		return nil, err
	}
	was := o.Bytes()
	o = described(o)
	if !o.Has("anyOf") {
		o = o.Renamed("oneOf", "anyOf")
	}
	if kind, _ := o.Text("type"); kind == "object" {
		if open, _ := o.Raw("additionalProperties"); string(open) != "false" {
			o = o.WithRaw("additionalProperties", json.RawMessage("false"))
		}
	}
	for _, name := range []string{"items", "properties", "$defs", "definitions", "anyOf", "allOf"} {
		old, ok := o.Raw(name)
		if !ok {
			continue
		}
		inner, err := inside(name, old)
		if err != nil {
			return nil, err
		}
		if string(inner) != string(old) {
			o = o.WithRaw(name, inner)
		}
	}
	if b := o.Bytes(); string(b) != string(was) {
		return b, nil
	}
	return v, nil
}

// inside fits the schemas that a member holds: one, a list, or named ones.
func inside(name string, v json.RawMessage) (json.RawMessage, error) {
	switch name {
	case "items":
		return Fit(v)
	case "anyOf", "allOf":
		var all []string
		for _, item := range raw.Items(v) {
			s, err := Fit(item)
			if err != nil {
				return nil, err
			}
			all = append(all, string(s))
		}
		return json.RawMessage("[" + strings.Join(all, ",") + "]"), nil
	}
	named, err := chat.Parse("response_format", v)
	if err != nil {
		return nil, err
	}
	for key, schema := range named.All() {
		s, err := Fit(schema)
		if err != nil {
			return nil, err
		}
		if string(s) != string(schema) {
			named = named.WithRaw(key, s)
		}
	}
	return named.Bytes(), nil
}

// described moves refused constraints into the description, where the model
// at least reads them.
func described(o raw.Object) raw.Object {
	var moved []string
	for _, name := range limits {
		v, ok := o.Raw(name)
		if !ok || name == "minItems" && (string(v) == "0" || string(v) == "1") {
			continue
		}
		moved = append(moved, name+": "+string(v))
		o = o.Without(name)
	}
	if len(moved) == 0 {
		return o
	}
	note := "{" + strings.Join(moved, ", ") + "}"
	if text, ok := o.Text("description"); ok {
		note = text + "\n\n" + note
	}
	return o.WithText("description", note)
}
