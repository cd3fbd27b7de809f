package embed

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Split cuts a call into those of at most n inputs each, in their order. With
// few enough inputs, or n of 0, the call itself is the only one.
func Split(call *llm.Call, n int) []*llm.Call {
	v, _ := call.Body.Raw("input")
	all := inputs(v)
	if n <= 0 || len(all) <= n {
		return []*llm.Call{call}
	}
	var parts []*llm.Call
	for some := range slices.Chunk(all, n) {
		part := *call
		part.Body = call.Body.WithRaw("input", List(some))
		parts = append(parts, &part)
	}
	return parts
}

// Join makes one reply of those to the parts of a call, in their order: the
// vectors one after the other, and the sum of what was used.
func Join(_ *llm.Call, parts []*llm.Reply) (*llm.Reply, error) {
	var data, fields []raw.Object
	total := llm.Usage{Known: true}
	for _, p := range parts {
		v, _ := p.Body.Raw("data")
		some, err := raw.Objects(v)
		if err != nil {
			return nil, err
		}
		for _, o := range some {
			vector, _ := o.Raw("embedding")
			data = append(data, item(len(data), vector))
		}
		if v, ok := p.Body.Raw("provider_specific_fields"); ok {
			o, err := raw.Parse(v)
			if err != nil {
				return nil, err
			}
			fields = append(fields, o)
		}
		total.Known = total.Known && p.Usage.Known
		total.In += p.Usage.In
		total.ImageIn += p.Usage.ImageIn
		total.Images += p.Usage.Images
	}
	var besides raw.Object
	if len(fields) > 0 {
		besides = besides.WithRaw("parts", raw.List(fields))
	}
	model, _ := parts[0].Body.Text("model")
	return reply(model, data, total, besides), nil
}

// List is a JSON list of values.
func List(values []json.RawMessage) json.RawMessage {
	parts := make([][]byte, len(values))
	for i, v := range values {
		parts[i] = v
	}
	return slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]"))
}
