package upstream

import (
	"net/http"
	"strings"
)

// operation is one of OpenAI's APIs beside chat. What a scenario says is said
// in its own way: the words of an answer become a transcript, or the length of
// a sound.
type operation struct {
	path     string // its end
	members  string // all that a request may have, by OpenAI's API description
	required string
	form     bool // files are sent: in a form
	media    func(members) string
	stream   func(members) bool // nil: never
	reply    func(meta, ask, answer) []byte
	events   func(meta, ask, answer) []event
}

func operations() []operation {
	return []operation{
		embeddings(), moderations(), generations(), edits(), variations(), speech(), transcriptions(), translations(),
	}
}

// openAIOperation is the dialect of an operation: chat's, but for what is asked
// and said.
func openAIOperation(o operation) dialect {
	d := openAIDialect()
	d.read, d.reply, d.events = o.read, o.reply, o.events
	return d
}

func (o operation) read(r *http.Request, body []byte) (ask, *failure) {
	a := ask{path: r.URL.Path, model: modelInPath(r.URL.Path)}
	said, files, refused := readMembers(r, body)
	if refused != nil {
		return a, refused
	}
	a.said, a.files = said, files
	if model := said.text("model"); model != "" {
		a.model = model
	}
	if refused := keyless(r); refused != nil {
		return a, refused
	}
	if o.form != (len(files) > 0) {
		return a, badRequest("", "", "Invalid content type: files have to be sent in a form, and all else as JSON.")
	}
	if odd, is := unknown(said, strings.Fields(o.members)); is {
		a.odd = badRequest("", "", "Unrecognized request argument supplied: %s", odd)
	}
	for name := range strings.FieldsSeq(o.required) {
		if _, ok := said[name]; !ok {
			return a, badRequest(name, "missing_required_parameter", "Missing required parameter: '%s'.", name)
		}
	}
	a.choices = min(max(said.number("n", 1), 1), 128)
	a.last = said.text("input") + said.text("prompt")
	a.stream = o.stream != nil && o.stream(said)
	if o.media != nil {
		a.media = o.media(said)
	}
	return a, nil
}

// streamed is the usual way to ask for a stream.
func streamed(m members) bool { return m.flag("stream") }

// keyless refuses a request without any key.
func keyless(r *http.Request) *failure {
	if r.Header.Get("Authorization") == "" && r.Header.Get("Api-Key") == "" {
		return &failure{status: 401, kind: "invalid_request_error", message: "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."}
	}
	return nil
}
