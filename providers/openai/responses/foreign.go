package responses

import (
	"bytes"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// withoutForeign leaves out reasoning that the gateway made of another vendor's
// reply, in a conversation that began there: this one can neither find it by
// its id nor read what it holds, and would refuse the request.
func withoutForeign(body raw.Object) raw.Object {
	v, _ := body.Raw("input")
	if !bytes.Contains(v, []byte(`"reasoning"`)) {
		return body
	}
	list, err := raw.Objects(v)
	if err != nil {
		return body // the vendor will say what is wrong with it
	}
	own := make([]raw.Object, 0, len(list))
	for _, item := range list {
		if !foreign(item) {
			own = append(own, item)
		}
	}
	if len(own) == len(list) {
		return body
	}
	return body.WithList("input", own)
}

// foreign tells an item of the gateway's by its id, which has the response's in
// it (rs_response_number; the vendor's have no second underscore), or by what
// the gateway writes in front of what it seals.
func foreign(item raw.Object) bool {
	if kind, _ := item.Text("type"); kind != "reasoning" {
		return false
	}
	id, _ := item.Text("id")
	sealed, _ := item.Text("encrypted_content")
	return strings.Count(id, "_") == 2 || strings.HasPrefix(sealed, "tollgate-")
}
