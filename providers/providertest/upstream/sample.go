package upstream

import (
	"encoding/json"
	"strings"
)

// sample makes a value that fits a JSON schema, always the same one: every
// property, the first of any choice, ASCII only. Depth is capped because a
// schema may refer to itself.
func sample(schema json.RawMessage) []byte {
	var root map[string]any
	if json.Unmarshal(schema, &root) != nil {
		return []byte("{}")
	}
	return encode(sampleOf(root, root, 0))
}

func sampleOf(node any, root map[string]any, depth int) any {
	s, ok := node.(map[string]any)
	if !ok || depth > 8 {
		return nil
	}
	if ref, ok := s["$ref"].(string); ok {
		return sampleOf(resolve(root, ref), root, depth+1)
	}
	if value, ok := s["const"]; ok {
		return value
	}
	for _, key := range []string{"enum", "anyOf", "oneOf", "allOf"} {
		options, ok := s[key].([]any)
		if !ok || len(options) == 0 {
			continue
		}
		if key == "enum" {
			return options[0]
		}
		return sampleOf(options[0], root, depth+1)
	}
	switch typeOf(s) {
	case "string":
		return "alpha"
	case "integer":
		return 7
	case "number":
		return 1.5
	case "boolean":
		return true
	case "array":
		return []any{sampleOf(s["items"], root, depth+1)}
	case "object":
		out := map[string]any{}
		properties, _ := s["properties"].(map[string]any)
		for name, property := range properties {
			out[name] = sampleOf(property, root, depth+1)
		}
		return out
	}
	return nil
}

// typeOf takes the first of several types: ["string","null"] is a string.
func typeOf(s map[string]any) string {
	switch t := s["type"].(type) {
	case string:
		return t
	case []any:
		if len(t) > 0 {
			first, _ := t[0].(string)
			return first
		}
	}
	return ""
}

// resolve follows "#/$defs/Name".
func resolve(root map[string]any, ref string) any {
	var node any = root
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m, _ := node.(map[string]any)
		node = m[name]
	}
	return node
}
