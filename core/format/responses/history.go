package responses

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// WithHistory puts earlier items, in their order, in front of a request's
// input, and takes previous_response_id out, whose place they take. The error
// is an *llm.Error about input.
func WithHistory(body raw.Object, previous []json.RawMessage) (raw.Object, error) {
	items, err := Items(body)
	if err != nil {
		return body, err
	}
	all := make([]byte, 1, 2)
	all[0] = '['
	for _, list := range [][]json.RawMessage{previous, items} {
		for _, item := range list {
			if len(all) > 1 {
				all = append(all, ',')
			}
			all = append(all, item...)
		}
	}
	return body.Without("previous_response_id").WithRaw("input", append(all, ']')), nil
}

// Items are the items of a request's input: a text is a user's message. The
// error is an *llm.Error.
func Items(body raw.Object) ([]json.RawMessage, error) {
	v, _ := body.Raw("input")
	switch {
	case !body.Has("input"):
		return nil, nil
	case v[0] == '"':
		m := raw.New(
			raw.Member{Name: "type", Value: json.RawMessage(`"message"`)}, raw.Member{Name: "role", Value: json.RawMessage(`"user"`)},
			raw.Member{Name: "content", Value: raw.List([]raw.Object{raw.New(
				raw.Member{Name: "type", Value: json.RawMessage(`"input_text"`)}, raw.Member{Name: "text", Value: v},
			)})},
		)
		return []json.RawMessage{m.Bytes()}, nil
	}
	list, err := raw.Objects(v)
	if err != nil {
		return nil, invalid("input", err.Error())
	}
	items := make([]json.RawMessage, len(list))
	for i := range list {
		items[i] = list[i].Bytes()
	}
	return items, nil
}
