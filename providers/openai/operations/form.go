package operations

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// form writes an object's members as OpenAI's packages write them into a form:
// a list as name[] for each of its elements, an object as name[member].
func form(body raw.Object, files []llm.File) *wire.Multipart {
	f := &wire.Multipart{Files: files}
	for name, v := range body.All() {
		add(f, name, v)
	}
	return f
}

func add(f *wire.Multipart, name string, v json.RawMessage) {
	switch v[0] {
	case 'n': // null asks for nothing
	case '"':
		var text string
		if json.Unmarshal(v, &text) == nil { // a checked body's texts are sound
			f.Add(name, text)
		}
	case '[':
		for _, item := range raw.Items(v) {
			add(f, name+"[]", item)
		}
	case '{':
		o, err := raw.Parse(v)
		if err != nil { // a member stands there twice: the vendor may judge it
			f.Add(name, string(v))
			return
		}
		for member, inner := range o.All() {
			add(f, name+"["+member+"]", inner)
		}
	default:
		f.Add(name, string(v))
	}
}
