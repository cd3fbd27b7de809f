// Package audio reads OpenAI's requests about sound and writes its replies for
// the dialects that say them in other words: what was heard becomes JSON, text
// or subtitles, and what is to be spoken a text, a voice and a format. It knows
// no vendor.
//
// Source: https://platform.openai.com/docs/api-reference/audio
package audio

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fields are the members of an object as a form or a query has them: a list
// repeats its name, an object is JSON, null is nothing.
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
	return []wire.Field{{Name: name, Value: plain(v)}}
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
		if v := json.RawMessage(strings.TrimSpace(text)); ok && raw.Strict(v) == nil {
			o = o.WithRaw(name, v)
		}
	}
	return o
}

// plain is a value as text: a string without its quotes, anything else as JSON.
func plain(v json.RawMessage) string {
	var text string
	if json.Unmarshal(v, &text) == nil && chat.IsText(v) {
		return text
	}
	return string(v)
}

// text takes a member that must be a string; "" when it is not there.
func text(r *chat.Request, name string) (string, error) {
	v, ok, err := r.Take(name)
	if err != nil || !ok {
		return "", err
	}
	if !chat.IsText(v) {
		return "", chat.Invalid(name, "must be a string")
	}
	return plain(v), nil
}
