package responses

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// tool is what a function of chat's stands for when it is no plain function: one
// of a namespace, or a custom tool, whose input is a text.
// Source: https://platform.openai.com/docs/guides/function-calling
type tool struct {
	namespace string
	name      string
	custom    bool
}

// alias is the name that chat has for a tool: a function's name is at most 64
// letters, digits, dashes and underscores long.
func alias(namespace, name string) string {
	if namespace == "" {
		return name
	}
	whole := namespace + "__" + name
	fit := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, whole)
	if fit == whole && len(fit) <= 64 {
		return fit
	}
	sum := sha256.Sum256([]byte(whole))
	return fit[:min(len(fit), 55)] + "_" + hex.EncodeToString(sum[:4])
}

// aliased are the tools of a request that are no plain functions, by the names
// that chat has for them; nil when all are.
func aliased(body raw.Object) map[string]tool {
	v, _ := body.Raw("tools")
	list, err := raw.Objects(v)
	if err != nil {
		return nil // Call has refused them
	}
	var all map[string]tool
	keep := func(t raw.Object, namespace string) {
		kind, _ := t.Text("type")
		name, _ := t.Text("name")
		if namespace == "" && kind != "custom" {
			return
		}
		if all == nil {
			all = map[string]tool{}
		}
		all[alias(namespace, name)] = tool{namespace, name, kind == "custom"}
	}
	for _, t := range list {
		if kind, _ := t.Text("type"); kind != "namespace" {
			keep(t, "")
			continue
		}
		namespace, _ := t.Text("name")
		v, _ := t.Raw("tools")
		inner, err := raw.Objects(v)
		if err != nil {
			return nil // likewise
		}
		for _, t := range inner {
			keep(t, namespace)
		}
	}
	return all
}

// ofNamespace are the functions that the tools of a namespace become. Each says
// what the namespace is for.
func ofNamespace(space raw.Object) ([]raw.Object, error) {
	name, _ := space.Text("name")
	about, _ := space.Text("description")
	v, _ := space.Raw("tools")
	list, err := raw.Objects(v)
	if name == "" || err != nil || len(v) == 0 || v[0] != '[' {
		return nil, invalid("tools", "a namespace needs a name and a list of tools")
	}
	functions := make([]raw.Object, len(list))
	for i, t := range list {
		of, err := callable(t)
		if err != nil {
			return nil, err
		}
		own, _ := t.Text("name")
		of = of.WithText("name", alias(name, own))
		if said, _ := of.Text("description"); about != "" {
			of = of.WithText("description", strings.TrimSpace(about+"\n\n"+said))
		}
		functions[i] = wrapped(of)
	}
	return functions, nil
}

// callable is the function that a function or a custom tool becomes.
func callable(t raw.Object) (raw.Object, error) {
	switch kind, _ := t.Text("type"); kind {
	case "function":
		return plainFunction(t)
	case "custom":
		return customFunction(t)
	default:
		return t, unsupported("tools", "the built-in tool "+kind)
	}
}

// customFunction is a function of one text, with the grammar that a custom tool
// wants of it in words: chat has none for it.
func customFunction(t raw.Object) (raw.Object, error) {
	f, err := plainFunction(t.Without("parameters", "strict"))
	if err != nil || !t.Has("format") {
		return f.WithRaw("parameters", textInput("").Bytes()), err
	}
	v, _ := t.Raw("format")
	format, err := parse("tools", v)
	if err != nil {
		return f, err
	}
	about := ""
	if kind, _ := format.Text("type"); kind == "grammar" {
		syntax, _ := format.Text("syntax")
		definition, _ := format.Text("definition")
		about = "A text of this grammar (" + syntax + "):\n" + definition
	}
	return f.WithRaw("parameters", textInput(about).Bytes()), nil
}

// textInput is the schema of an object with a text named input.
func textInput(about string) raw.Object {
	text := raw.Object{}.WithText("type", "string")
	if about != "" {
		text = text.WithText("description", about)
	}
	return raw.New(
		raw.Member{Name: "type", Value: json.RawMessage(`"object"`)},
		raw.Member{Name: "properties", Value: raw.New(raw.Member{Name: "input", Value: text.Bytes()}).Bytes()},
		raw.Member{Name: "required", Value: json.RawMessage(`["input"]`)},
		raw.Member{Name: "additionalProperties", Value: json.RawMessage("false")},
	)
}

// textOf is the input that a function's arguments hold, as a JSON string. What
// is no such object is the input itself.
func textOf(arguments []byte) json.RawMessage {
	var text string
	whole := quoted(arguments)
	if json.Unmarshal(whole, &text) != nil {
		return whole
	}
	o, err := raw.Parse([]byte(text))
	if v, _ := o.Raw("input"); err == nil && len(v) > 1 && v[0] == '"' {
		return v
	}
	return whole
}
