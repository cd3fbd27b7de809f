package upstream

import "encoding/json"

// openAIDelta is a chunk's delta. Content is a pointer because the first
// chunk carries an empty text and tool chunks none.
type openAIDelta struct {
	Role             string       `json:"role,omitempty"`
	Content          *string      `json:"content,omitempty"`
	ReasoningContent string       `json:"reasoning_content,omitempty"`
	ToolCalls        []openAICall `json:"tool_calls,omitempty"`
	Refusal          *string      `json:"refusal,omitempty"`
}

// openAIEvents writes a stream as OpenAI's API does: the role with an empty
// text first, one chunk per piece, an empty delta with the finish reason, the
// usage with no choices when asked for, then [DONE]. Choices take turns.
func openAIEvents(m meta, q ask, a answer) []event {
	var events []event
	chunk := func(choice int, d openAIDelta, reason *string, content bool) {
		body := openAIHead(m, "chat.completion.chunk", q.model)
		body.Choices = append(body.Choices, openAIChoice{Index: choice, Delta: &d, FinishReason: reason})
		body.Obfuscation = "Zq3kP9x"
		if q.usage {
			body.Usage = json.RawMessage("null")
		}
		events = append(events, event{data: encode(body), content: content})
	}
	each := func(d func(choice int) openAIDelta, content bool) {
		for i := range q.choices {
			chunk(i, d(i), nil, content)
		}
	}

	empty := ""
	each(func(int) openAIDelta { return openAIDelta{Role: "assistant", Content: &empty} }, false)
	if a.visible {
		for _, piece := range a.thinking {
			each(func(int) openAIDelta { return openAIDelta{ReasoningContent: piece} }, true)
		}
	}
	if len(a.calls) == 0 {
		for _, piece := range a.texts {
			each(func(int) openAIDelta { return openAIDelta{Content: &piece} }, true)
		}
	}
	for j, c := range a.calls {
		part := func(call openAICall) openAIDelta {
			call.Index = &j
			return openAIDelta{ToolCalls: []openAICall{call}}
		}
		each(func(i int) openAIDelta {
			return part(openAICall{ID: openAICallID(i, j), Type: "function", Function: openAIFunction{Name: c.name}})
		}, true)
		for _, piece := range pieces(string(c.args), 5) {
			each(func(int) openAIDelta { return part(openAICall{Function: openAIFunction{Arguments: piece}}) }, true)
		}
	}
	reason := openAIFinish(a.finish)
	for i := range q.choices {
		chunk(i, openAIDelta{}, &reason, false)
	}
	if q.usage {
		body := openAIHead(m, "chat.completion.chunk", q.model)
		body.Usage = openAIUsage(a.usage, q.choices)
		events = append(events, event{data: encode(body)})
	}
	return append(events, event{data: []byte("[DONE]"), last: true})
}

// pieces cuts s into parts of n bytes, the way arguments arrive: in the middle
// of names and values. Arguments are ASCII.
func pieces(s string, n int) []string {
	var out []string
	for len(s) > n {
		out, s = append(out, s[:n]), s[n:]
	}
	return append(out, s)
}
