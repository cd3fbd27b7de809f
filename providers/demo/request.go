package demo

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

const maxChoices = 128 // OpenAI's limit of n

// request is what the demo reads of OpenAI's chat request.
type request struct {
	messages []message
	tools    []tool
	toolText string // the tools as they were written
	choice   string // "none", "auto", "required" or ""
	named    string // the function that tool_choice names
	format   string // response_format's type
	schema   json.RawMessage
	n        int
	limit    int // tokens; 0: none
	stop     []string
}

type message struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"` // text, parts or null
}

type tool struct {
	Type     string `json:"type"`
	Function struct {
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	} `json:"function"`
}

// read takes a request apart. Its errors name the member at fault.
func read(call *llm.Call) (request, error) {
	body := call.Body
	r := request{n: 1}
	if err := raw.Strict(body.Bytes()); err != nil {
		return r, refused(call, "", "the request is not valid JSON: "+err.Error())
	}
	var limit, older *int
	var format struct {
		Type   string `json:"type"`
		Schema struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	}
	for _, m := range []struct {
		name string
		to   any
	}{
		{"messages", &r.messages},
		{"tools", &r.tools},
		{"n", &r.n},
		{"response_format", &format},
		{"max_completion_tokens", &limit},
		{"max_tokens", &older},
	} {
		if v, _ := body.Raw(m.name); body.Has(m.name) && json.Unmarshal(v, m.to) != nil {
			return r, refused(call, m.name, m.name+" is not what OpenAI's API describes")
		}
	}
	if limit == nil {
		limit = older
	}
	switch {
	case len(r.messages) == 0:
		return r, refused(call, "messages", "messages must hold at least one message")
	case r.n < 1 || r.n > maxChoices:
		return r, refused(call, "n", "n must be from 1 to 128")
	case limit != nil && *limit < 1:
		return r, refused(call, "max_completion_tokens", "the limit of tokens must be at least 1")
	case limit != nil:
		r.limit = *limit
	}
	r.format, r.schema = format.Type, format.Schema.Schema
	tools, _ := body.Raw("tools")
	r.toolText = string(tools)
	stop, _ := body.Raw("stop")
	r.stop = texts(stop)
	choice, _ := body.Raw("tool_choice")
	return r, r.choose(call, choice)
}

// choose reads tool_choice: a word, or an object that names a function.
func (r *request) choose(call *llm.Call, v json.RawMessage) error {
	if v == nil || json.Unmarshal(v, &r.choice) == nil {
		return nil
	}
	var named struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	if json.Unmarshal(v, &named) != nil {
		return refused(call, "tool_choice", "tool_choice is neither a word nor a function")
	}
	r.named = named.Function.Name
	return nil
}

// texts reads a string or a list of them.
func texts(v json.RawMessage) []string {
	var one string
	var all []string
	if json.Unmarshal(v, &one) == nil && one != "" {
		return []string{one}
	}
	if json.Unmarshal(v, &all) != nil {
		return nil
	}
	return all
}

// text is a message's words, and how many parts of it are none.
func (m message) text() (string, int) {
	var s string
	if json.Unmarshal(m.Content, &s) == nil {
		return s, 0
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(m.Content, &parts) != nil {
		return "", 0
	}
	var words []string
	others := 0
	for _, p := range parts {
		if p.Type == "text" {
			words = append(words, p.Text)
		} else {
			others++
		}
	}
	return strings.Join(words, " "), others
}

// tokens counts the prompt as the package's documentation says.
func (r *request) tokens() int64 {
	total := len(tokens(r.toolText))
	for _, m := range r.messages {
		text, _ := m.text()
		total += len(tokens(text)) + 3
	}
	return int64(total)
}
