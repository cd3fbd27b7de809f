package upstream

import (
	"encoding/json"
	"fmt"
	"strings"
)

// openAIResponses is the dialect of OpenAI's responses: schemas CreateResponse,
// Response and ResponseStreamEvent.
func openAIResponses() dialect {
	d := openAIDialect()
	d.read, d.events = readResponse, responseEvents
	d.reply = func(m meta, q ask, a answer) []byte { return encode(response(m, q, a, items(m, a, q))) }
	d.broken = func(_, after int, f failure) event {
		e := openAIFailure(f).Error
		return event{name: "error", data: encode(map[string]any{
			"type": "error", "code": e.Type, "message": e.Message, "param": e.Param, "sequence_number": after,
		})}
	}
	return d
}

func responseID(id int) string { return fmt.Sprintf("resp_%048d", id) }

type responsePart struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	Annotations []any  `json:"annotations"`
	Logprobs    []any  `json:"logprobs"`
}

type summaryPart struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

func outputText(text string) responsePart {
	return responsePart{Type: "output_text", Text: text, Annotations: []any{}, Logprobs: []any{}}
}

// item is one of a response's items, and the pieces it is streamed in.
type item struct {
	id     string
	kind   string // message, reasoning or function_call
	pieces []string
	call   call
	callID string
	status string
}

func (i item) text() string { return strings.Join(i.pieces, "") }

// as is the item in JSON: empty when it begins, else whole.
func (i item) as(whole bool) map[string]any {
	body := map[string]any{"id": i.id, "type": i.kind}
	if i.kind != "reasoning" {
		body["status"] = "in_progress"
		if whole {
			body["status"] = i.status
		}
	}
	switch i.kind {
	case "message":
		body["role"], body["content"] = "assistant", []any{}
		if whole {
			body["content"] = []any{outputText(i.text())}
		}
	case "reasoning":
		body["summary"] = []any{}
		if whole && len(i.pieces) > 0 {
			body["summary"] = []any{summaryPart{"summary_text", i.text()}}
		}
	case "function_call":
		body["call_id"], body["name"], body["arguments"] = i.callID, i.call.name, ""
		if whole {
			body["arguments"] = string(i.call.args)
		}
	}
	return body
}

// items are what an answer says. Thoughts are summed up where that was asked
// for, or the scenario shows them.
func items(m meta, a answer, q ask) []item {
	var all []item
	status := "completed"
	if a.finish == cutOff || a.finish == filtered {
		status = "incomplete"
	}
	add := func(prefix string, i item) {
		i.id, i.status = fmt.Sprintf("%s_%047d%d", prefix, m.id, len(all)), status
		all = append(all, i)
	}
	if len(a.thinking) > 0 {
		thought := item{kind: "reasoning"}
		if a.visible || strings.Contains(string(q.said["reasoning"]), `"summary"`) {
			thought.pieces = a.thinking
		}
		add("rs", thought)
	}
	for n, c := range a.calls {
		add("fc", item{kind: "function_call", pieces: pieces(string(c.args), 5), call: c, callID: openAICallID(0, n)})
	}
	if len(a.calls) == 0 {
		add("msg", item{kind: "message", pieces: a.texts})
	}
	return all
}

// response is the response object; no items: one that has begun.
func response(m meta, q ask, a answer, output []item) map[string]any {
	whole := []any{}
	for _, i := range output {
		whole = append(whole, i.as(true))
	}
	body := map[string]any{
		"id": responseID(m.id), "object": "response", "created_at": m.created, "model": q.model, "output": whole,
		"status": "in_progress", "background": false, "error": nil, "incomplete_details": nil, "usage": nil,
		"completed_at": nil, "tools": responseTools(q.said["tools"]),
	}
	for name, normal := range repeated() {
		body[name] = q.said.or(name, normal)
	}
	if len(output) == 0 {
		return body
	}
	body["usage"] = responseUsage(a.usage)
	switch a.finish {
	case cutOff:
		body["status"], body["incomplete_details"] = "incomplete", map[string]string{"reason": "max_output_tokens"}
	case filtered:
		body["status"], body["incomplete_details"] = "incomplete", map[string]string{"reason": "content_filter"}
	default:
		body["status"], body["completed_at"] = "completed", m.created
	}
	return body
}

// repeated are the members that a response repeats of its request, with what
// stands there when the request said nothing.
func repeated() map[string]string {
	return map[string]string{
		"instructions": "null", "max_output_tokens": "null", "max_tool_calls": "null", "metadata": "{}",
		"parallel_tool_calls": "true", "previous_response_id": "null", "reasoning": `{"effort":null,"summary":null}`,
		"store": "true", "temperature": "1.0", "text": `{"format":{"type":"text"},"verbosity":"medium"}`,
		"tool_choice": `"auto"`, "top_logprobs": "0", "top_p": "1.0", "truncation": `"disabled"`, "user": "null",
		"service_tier": `"default"`, "prompt_cache_key": "null", "safety_identifier": "null",
	}
}

// responseTools are the request's, with what the API fills in.
func responseTools(raw json.RawMessage) []members {
	tools := []members{}
	_ = json.Unmarshal(raw, &tools) // none sent: none told
	for _, t := range tools {
		if t.text("type") == "function" {
			t["strict"], t["description"] = t.or("strict", "true"), t.or("description", "null")
		}
	}
	return tools
}

func responseUsage(u usage) map[string]any {
	return map[string]any{
		"input_tokens": u.in, "output_tokens": u.out, "total_tokens": u.in + u.out,
		"input_tokens_details":  map[string]int{"cached_tokens": u.cacheRead, "cache_write_tokens": u.write5m + u.write1h},
		"output_tokens_details": map[string]int{"reasoning_tokens": u.reasoning},
	}
}
