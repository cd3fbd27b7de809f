package tokens

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// definitions writes tools as TypeScript, as OpenAI appears to show them to a
// model: found out by others and taken from LiteLLM, OpenAI documents nothing.
func definitions(tools []raw.Object) (string, error) {
	lines := []string{"namespace functions {", ""}
	for i, tool := range tools {
		function, err := object(tool, "function")
		if err != nil {
			return "", fmt.Errorf("tool %d: %w", i, err)
		}
		if description := truthy(function, "description"); description != "" {
			lines = append(lines, "// "+description)
		}
		name, ok := function.Raw("name")
		if !ok {
			name = json.RawMessage("null")
		}
		parameters, err := optional(function, "parameters")
		if err != nil {
			return "", fmt.Errorf("tool %d: %w", i, err)
		}
		fields, err := members(parameters, 0)
		if err != nil {
			return "", fmt.Errorf("tool %d: %w", i, err)
		}
		if fields == "" {
			lines = append(lines, "type "+pythonString(name)+" = () => any;")
		} else {
			lines = append(lines, "type "+pythonString(name)+" = (_: {", fields, "}) => any;")
		}
		lines = append(lines, "")
	}
	return strings.Join(append(lines, "} // namespace functions"), "\n"), nil
}

// members writes the properties of an object's schema.
func members(schema raw.Object, indent int) (string, error) {
	properties, err := optional(schema, "properties")
	if err != nil {
		return "", err
	}
	required := map[string]bool{}
	list, _ := schema.Raw("required")
	for _, name := range raw.Items(list) {
		required[pythonString(name)] = true
	}
	margin := strings.Repeat(" ", indent)
	var lines []string
	for key := range properties.All() {
		property, err := object(properties, key)
		if err != nil {
			return "", fmt.Errorf("properties: %w", err)
		}
		if description := truthy(property, "description"); description != "" {
			lines = append(lines, margin+"// "+description)
		}
		kind, err := typeOf(property, indent)
		if err != nil {
			return "", fmt.Errorf("property %q: %w", key, err)
		}
		question := "?"
		if required[key] {
			question = ""
		}
		lines = append(lines, margin+key+question+": "+kind+",")
	}
	return strings.Join(lines, "\n"), nil
}

// typeOf writes a property's type. What has several, or none, is "any".
func typeOf(property raw.Object, indent int) (string, error) {
	kind, _ := property.Text("type")
	switch kind {
	case "string", "integer", "number":
		if list, ok := property.Raw("enum"); ok {
			var values []string
			for _, v := range raw.Items(list) {
				values = append(values, `"`+pythonString(v)+`"`)
			}
			return strings.Join(values, " | "), nil
		}
		if kind == "integer" {
			kind = "number"
		}
		return kind, nil
	case "boolean", "null":
		return kind, nil
	case "array":
		if !property.Has("items") {
			return "", errors.New("an array without items")
		}
		items, err := object(property, "items")
		if err != nil {
			return "", err
		}
		of, err := typeOf(items, indent)
		return of + "[]", err
	case "object":
		fields, err := members(property, indent+2)
		return "{\n" + fields + "\n}", err
	}
	return "any", nil
}

// truthy returns a member as text, or "" if Python takes it for false.
func truthy(in raw.Object, key string) string {
	value, _ := in.Raw(key)
	switch text := string(value); text {
	case "", "null", "false", "0", "[]", "{}", `""`:
		return ""
	}
	return pythonString(value)
}

// optional reads a member that is an object, empty if it is not there.
func optional(in raw.Object, key string) (raw.Object, error) {
	if !in.Has(key) {
		return raw.Object{}, nil
	}
	return object(in, key)
}
