package admin

import (
	"encoding/json"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// shown is a record as LiteLLM shows it: exactly the members of a form, those
// that the record has not as the form has them.
func shown(form string, record any) (raw.Object, error) {
	body, err := json.Marshal(record)
	if err != nil {
		return raw.Object{}, fmt.Errorf("write a reply: %w", err)
	}
	has, err := raw.Parse(body)
	if err != nil {
		return raw.Object{}, fmt.Errorf("write a reply: %w", err)
	}
	reply, err := raw.Parse([]byte(form))
	if err != nil {
		return raw.Object{}, fmt.Errorf("read the form of a reply: %w", err)
	}
	for name := range reply.All() {
		if v, ok := has.Raw(name); ok {
			reply = reply.WithRaw(name, v)
		}
	}
	return reply, nil
}

// withMetadata adds the members that LiteLLM keeps in metadata to it.
func withMetadata(reply raw.Object, record any, within []string) (raw.Object, error) {
	body, err := json.Marshal(record)
	if err != nil {
		return reply, fmt.Errorf("write a reply: %w", err)
	}
	has, err := raw.Parse(body)
	if err != nil {
		return reply, fmt.Errorf("write a reply: %w", err)
	}
	metadata := raw.Object{}
	if v, ok := has.Raw("metadata"); ok {
		if metadata, err = raw.Parse(v); err != nil {
			return reply, fmt.Errorf("write a reply: %w", err)
		}
	}
	for _, name := range within {
		if v, ok := has.Raw(name); ok {
			metadata = metadata.WithRaw(name, v)
		}
	}
	return reply.WithRaw("metadata", metadata.Bytes()), nil
}

// dollars is an amount of pico-dollars as a JSON number of dollars.
func dollars(pico int64) json.RawMessage {
	b, _ := people.Dollars(max(0, pico)).MarshalJSON() // fails for negative ones only
	return b
}

// list is the array of objects.
func list(objects []raw.Object) json.RawMessage {
	if len(objects) == 0 {
		return json.RawMessage("[]")
	}
	return raw.List(objects)
}
