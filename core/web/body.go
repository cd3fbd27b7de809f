package web

import (
	"io"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Object reads a request's body, which must be one JSON object. Trailing
// commas are forgiven, in a second try; nothing else is.
func Object(r *http.Request) (raw.Object, error) {
	b, err := read(r)
	if err != nil {
		return raw.Object{}, unread(r, err)
	}
	o, err := raw.Parse(b)
	if err == nil {
		return o, nil
	}
	if o, again := raw.Parse(raw.WithoutTrailingCommas(b)); again == nil {
		return o, nil
	}
	return raw.Object{}, &llm.Error{Class: llm.BadRequestError, Message: "Invalid JSON payload: " + err.Error()}
}

// read reads the body; its length, when told, spares growing.
func read(r *http.Request) ([]byte, error) {
	const trust = 1 << 20 // a length may be a lie: no more than this is set aside for it
	if n := r.ContentLength; n > 0 && n <= trust {
		b := make([]byte, n)
		_, err := io.ReadFull(r.Body, b)
		return b, err
	}
	return io.ReadAll(r.Body)
}
