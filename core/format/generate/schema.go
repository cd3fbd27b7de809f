package generate

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// lowered is a schema of Google's, which is OpenAPI's of old, as JSON schema:
// types in lower case, null as a type.
// https://ai.google.dev/api/caching#Schema
func lowered(param string, v json.RawMessage) (json.RawMessage, error) {
	in, err := object(param, v)
	if err != nil {
		return nil, err
	}
	out := raw.Object{}
	for name, v := range in.All() {
		if !in.Has(name) && name != "default" && name != "example" {
			continue
		}
		switch name {
		case "type":
			if word, ok := in.Text(name); ok {
				if word == "TYPE_UNSPECIFIED" {
					continue
				}
				v = raw.Quote(strings.ToLower(word))
			}
		case "properties", "defs", "$defs":
			v, err = each(param, v)
		case "items", "additionalProperties":
			if v[0] == '{' {
				v, err = lowered(param, v)
			}
		case "anyOf":
			v, err = alternatives(param, v)
		case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
			v = unquoted(v)
		case "example":
			name, v = "examples", slice(v)
		case "format":
			if string(v) == `"enum"` {
				continue // it only repeats that there are enum's values
			}
		case "nullable", "propertyOrdering":
			continue
		}
		if err != nil {
			return nil, err
		}
		if name == "defs" || name == "ref" {
			name = "$" + name
		}
		out = out.WithRaw(name, v)
	}
	if v, _ := in.Raw("nullable"); string(v) == "true" {
		out = nullable(out)
	}
	return out.Bytes(), nil
}

// each lowers the schemas of properties, whose names are not Google's.
func each(param string, v json.RawMessage) (json.RawMessage, error) {
	o, err := raw.Parse(v)
	if err != nil {
		return nil, invalid(param, err.Error())
	}
	for name, v := range o.All() {
		schema, err := lowered(param, v)
		if err != nil {
			return nil, err
		}
		o = o.WithRaw(name, schema)
	}
	return o.Bytes(), nil
}

func alternatives(param string, v json.RawMessage) (json.RawMessage, error) {
	var all []json.RawMessage
	for _, item := range raw.Items(v) {
		schema, err := lowered(param, item)
		if err != nil {
			return nil, err
		}
		all = append(all, schema)
	}
	return slice(all...), nil
}

func slice(all ...json.RawMessage) json.RawMessage {
	parts := make([][]byte, len(all))
	for i, v := range all {
		parts[i] = v
	}
	return append(append([]byte("["), bytes.Join(parts, []byte(","))...), ']')
}

// unquoted is a number that Google's clients may send as a text, which is how
// 64-bit ones are in its JSON.
func unquoted(v json.RawMessage) json.RawMessage {
	var n json.Number
	if isText(v) && json.Unmarshal(v, &n) == nil && n != "" {
		return json.RawMessage(n)
	}
	return v
}

// nullable lets a schema be null as well.
func nullable(o raw.Object) raw.Object {
	if v, ok := o.Raw("type"); ok && isText(v) {
		o = o.WithRaw("type", slice(v, json.RawMessage(`"null"`)))
	}
	if v, ok := o.Raw("anyOf"); ok {
		o = o.WithRaw("anyOf", also(v, typed("null").Bytes()))
	}
	if v, ok := o.Raw("enum"); ok {
		o = o.WithRaw("enum", also(v, json.RawMessage("null")))
	}
	return o
}

// also is a list with one more element.
func also(list, v json.RawMessage) json.RawMessage {
	var all []json.RawMessage
	for _, item := range raw.Items(list) {
		all = append(all, item)
	}
	return slice(append(all, v)...)
}
