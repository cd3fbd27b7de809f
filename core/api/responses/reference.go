package responses

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// referred puts items in the place of references to them (item_reference), as
// clients send what they believe to be kept. Those that are not of a response
// in the store are left to the provider.
func (t *turn) referred(ctx context.Context, body raw.Object) (raw.Object, error) {
	v, _ := body.Raw("input")
	if !bytes.Contains(v, []byte(`"item_reference"`)) {
		return body, nil
	}
	list, err := raw.Objects(v)
	if err != nil {
		return body, nil // whoever reads the input says what is wrong with it
	}
	for i, item := range list {
		if kind, _ := item.Text("type"); kind != "item_reference" {
			continue
		}
		id, _ := item.Text("id")
		found, err := t.item(ctx, id)
		if err != nil {
			return body, err
		}
		if found.Len() > 0 {
			list[i] = found
		}
	}
	return body.WithRaw("input", raw.List(list)), nil
}

// item finds an item by its id, which names its response: kind_response_number.
func (t *turn) item(ctx context.Context, id string) (raw.Object, error) {
	parts := strings.Split(id, "_")
	if len(parts) != 3 {
		return raw.Object{}, nil
	}
	one, err := t.store.Get(ctx, t.owner, "resp_"+parts[1])
	switch {
	case errors.Is(err, ErrNotFound) || errors.Is(err, ErrTaken):
		return raw.Object{}, nil
	case err != nil:
		return raw.Object{}, unreadable(err)
	}
	for _, items := range [][]json.RawMessage{outputOf(one.Response), identified(one)} {
		for _, item := range items {
			if o, err := raw.Parse(item); err == nil {
				if name, _ := o.Text("id"); name == id {
					return o, nil
				}
			}
		}
	}
	return raw.Object{}, nil
}
