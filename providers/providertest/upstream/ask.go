package upstream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// ask is what a request asks for, whichever API it came by.
type ask struct {
	path      string
	model     string
	stream    bool
	usage     bool // OpenAI: the stream ends with a usage chunk
	choices   int
	maxTokens int // 0: no limit
	stop      []string
	tools     []tool
	must      string   // the one tool that has to be called, or ""
	single    bool     // parallel calls are switched off
	results   []string // what the tools said, when the last message holds their results
	last      string   // the text of the last user message
	images    []string // "image/png, 70 bytes" or the URL, in order
	schema    json.RawMessage
	odd       *failure // the refusal of a member that the API does not know
	said      members  // the request itself, for what a reply repeats of it
	files     []file   // those of a form, in order
	media     string   // the content type of a reply that is not JSON, or of a stream that is not one of events
}

type tool struct {
	name   string
	schema json.RawMessage
}

// answer is what a scenario says, before a dialect puts it in its own words.
type answer struct {
	texts    []string // the pieces of the text, one per event; every choice gets them
	thinking []string // shown by Anthropic, and by those who stream reasoning_content
	visible  bool     // reasoning_content is shown in OpenAI's dialect
	calls    []call
	finish   finish
	stopped  string // the stop sequence that ended it
	usage    usage
}

type call struct {
	name string
	args []byte
}

type finish uint8

const (
	ended finish = iota
	cutOff
	stopped
	called
	filtered
)

// usage in tokens; in counts all input, cached or not.
type usage struct{ in, cacheRead, write5m, write1h, out, reasoning int }

type meta struct {
	id      int
	created int64
}

// event is one server-sent event. content marks those that carry text,
// thinking or a piece of a tool call; last is the one that ends the stream.
// One that is bare is a piece of a file: its data and nothing around it.
type event struct {
	name          string
	data          []byte
	content, last bool
	bare          bool
}

func (e event) bytes(newline string) []byte {
	if e.bare {
		return e.data
	}
	var b bytes.Buffer
	if e.name != "" {
		b.WriteString("event: " + e.name + newline)
	}
	b.WriteString("data: ")
	b.Write(e.data)
	b.WriteString(newline + newline)
	return b.Bytes()
}

const (
	eventStream = "text/event-stream; charset=utf-8"
	jsonType    = "application/json"
)

// failure is a refusal. kind and code are the vendor's words; code "" is null
// in OpenAI's shape and absent in Anthropic's.
type failure struct {
	status        int
	message, kind string
	param, code   string
	retryAfter    int // seconds; 0: no header
}

// dialect is one of the APIs.
type dialect struct {
	read         func(*http.Request, []byte) (ask, *failure)
	reply        func(meta, ask, answer) []byte
	events       func(meta, ask, answer) []event
	failure      func(id int, f failure) []byte
	broken       func(id, after int, f failure) event // an error inside a stream, after so many events
	headers      func(id int) map[string]string
	unknownModel func(model string) failure
	failures     map[string]failure // by scenario name
}

// numbered is an id of OpenAI's length: the same request gives the same one.
func numbered(prefix string, id int) string { return fmt.Sprintf("%s%032d", prefix, id) }

// unknown returns the first member of a body that known does not list.
func unknown(body map[string]json.RawMessage, known []string) (string, bool) {
	var odd []string
	for name := range body {
		if !slices.Contains(known, name) {
			odd = append(odd, name)
		}
	}
	slices.Sort(odd)
	if len(odd) == 0 {
		return "", false
	}
	return odd[0], true
}

// encode is json.Marshal without the escaping of <, > and & that the vendors
// do not do. What it encodes always can be.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
