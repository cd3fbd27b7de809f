// Package form says the members of an object as a form or a query has them,
// for dialects of vendors who take them there. It knows no vendor.
package form

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fields are the members of an object as a form has them: a list repeats its
// name, an object is JSON, null is nothing.
func Fields(o raw.Object) []wire.Field {
	var all []wire.Field
	for name, v := range o.All() {
		all = append(all, field(name, v)...)
	}
	return all
}

func field(name string, v json.RawMessage) []wire.Field {
	switch {
	case string(v) == "null":
		return nil
	case v[0] == '[':
		var all []wire.Field
		for _, item := range raw.Items(v) {
			all = append(all, field(name, item)...)
		}
		return all
	}
	return []wire.Field{{Name: name, Value: Text(v)}}
}

// Query is Fields after a question mark.
func Query(o raw.Object) url.Values {
	q := url.Values{}
	for _, f := range Fields(o) {
		q.Add(f.Name, f.Value)
	}
	return q
}

// Typed gives those of a form's members that are named the type they have in
// JSON: a form has only texts.
func Typed(o raw.Object, names ...string) raw.Object {
	for _, name := range names {
		text, ok := o.Text(name)
		if v := json.RawMessage(strings.TrimSpace(text)); ok && json.Valid(v) && raw.Strict(v) == nil {
			o = o.WithRaw(name, v)
		}
	}
	return o
}

// Text is a value as text: a string without its quotes, anything else as JSON.
func Text(v json.RawMessage) string {
	var text string
	if len(v) > 0 && v[0] == '"' && json.Unmarshal(v, &text) == nil {
		return text
	}
	return string(v)
}
