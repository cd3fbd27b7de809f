package admin

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// words are what is particular to the fields of a kind of record.
type words struct {
	// within are the fields that LiteLLM keeps in metadata, where it also reads
	// them from.
	within []string
	// dropped are those that LiteLLM takes and that change nothing for anybody.
	dropped []string
	// absent are LiteLLM's that are not offered here: they would protect or
	// give something, so they may only be empty.
	absent []string
}

// InMetadata are the fields that LiteLLM keeps in the metadata of a kind of
// record: "key", "team", "user", "organization" or "project".
func InMetadata(kind string) []string {
	switch kind {
	case "key":
		return keyWords.within
	case "team":
		return teamWords.within
	case "user":
		return userWords.within
	}
	return limitWords.within
}

// read is a request's body in the words of core/people, which judges the rest.
func (w words) read(r *http.Request) (raw.Object, error) {
	body, err := web.Object(r)
	if err != nil {
		return body, err
	}
	return w.plain(body)
}

// optional is read for a body that may be missing.
func (w words) optional(r *http.Request) (raw.Object, error) {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return raw.Object{}, nil
	}
	return w.read(r)
}

func (w words) plain(body raw.Object) (raw.Object, error) {
	body = body.Without(w.dropped...)
	if v, ok := body.Raw("max_budget"); ok && string(v) == `""` { // a form's empty field
		body = body.WithRaw("max_budget", []byte("null"))
	}
	for _, name := range w.absent {
		if v, ok := body.Raw(name); ok {
			if !empty(v) {
				return body, bad(name, "this gateway has no %s", name)
			}
			body = body.Without(name)
		}
	}
	return w.lift(body)
}

// lift takes the fields that have a place of their own out of metadata.
func (w words) lift(body raw.Object) (raw.Object, error) {
	if !body.Has("metadata") {
		return body, nil
	}
	v, _ := body.Raw("metadata")
	metadata, err := raw.Parse(v)
	if err != nil {
		return body, bad("metadata", "metadata must be an object")
	}
	for _, name := range w.absent {
		if v, ok := metadata.Raw(name); ok && !empty(v) {
			return body, bad("metadata."+name, "this gateway has no %s", name)
		}
	}
	for _, name := range w.within {
		v, ok := metadata.Raw(name)
		if !ok {
			continue
		}
		metadata = metadata.Without(name)
		if !body.Has(name) && string(v) != "null" {
			body = body.WithRaw(name, v)
		}
	}
	return body.WithRaw("metadata", metadata.Bytes()), nil
}

// empty reports whether a value says nothing.
func empty(v []byte) bool {
	switch string(v) {
	case "null", `""`, "[]", "{}", "false":
		return true
	}
	return false
}

// set is a request without the members that are null: for something new they
// are as good as absent.
func set(body raw.Object) raw.Object {
	for name, v := range body.All() {
		if string(v) == "null" {
			body = body.Without(name)
		}
	}
	return body
}

// parse reads a request for something new.
func parse[T any](w words, r *http.Request) (T, error) {
	body, err := w.read(r)
	if err != nil {
		var none T
		return none, err
	}
	return people.Parse[T](set(body))
}

// need is a member of a request that must be a text.
func need(body raw.Object, name string) (string, error) {
	v, ok := body.Text(name)
	if !ok || v == "" {
		return "", bad(name, "%s is required", name)
	}
	return v, nil
}
