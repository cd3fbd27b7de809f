package upstream

import (
	"fmt"
	"strings"
)

// cohereDialect is Cohere's chat of version 2: the types of cohere 7.3.1 from
// PyPI and https://docs.cohere.com/reference/chat, errors by
// https://docs.cohere.com/reference/errors.
func cohereDialect() dialect {
	failed := func(f failure) []byte { return encode(map[string]string{"message": f.message}) }
	return dialect{
		read: readCohere, reply: cohereReply, events: cohereEvents,
		failure: func(_ int, f failure) []byte { return failed(f) },
		broken: func(_, _ int, _ failure) event {
			return event{name: "message-end", data: encode(cohereEnd("ERROR", usage{}))}
		},
		headers: func(id int) map[string]string {
			return map[string]string{"X-Debug-Trace-Id": fmt.Sprintf("%032x", id)}
		},
		unknownModel: func(model string) failure {
			return *cohereRefusal(404, "model '%s' not found, make sure the correct model ID was used and that you have access to the model.", model)
		},
		failures: cohereFailures(),
	}
}

func cohereFailures() map[string]failure {
	return map[string]failure{
		"400":         *cohereRefusal(400, "invalid request: temperature must be between 0 and 1.0 inclusive."),
		"400-context": *cohereRefusal(400, "too many tokens: size limit exceeded by 11326 tokens. Try using shorter or fewer inputs, or setting prompt_truncation='AUTO'."),
		"400-policy":  *cohereRefusal(498, "blocked output: please remove the deny-listed tokens"),
		"401":         *cohereRefusal(401, "invalid api token"),
		"403":         *cohereRefusal(403, "Forbidden"),
		"404":         *cohereRefusal(404, "model '404' not found, make sure the correct model ID was used and that you have access to the model."),
		"422":         *cohereRefusal(422, "Unprocessable Entity"),
		"429":         {status: 429, retryAfter: 20, message: "You are past the per minute request limit, please wait and try again later."},
		"500":         *cohereRefusal(500, "internal server error, this has been reported to our developers"),
		"503":         *cohereRefusal(503, "Service Unavailable"),
		"529":         *cohereRefusal(503, "Service Unavailable"),
	}
}

func cohereID(id int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", id) }

func cohereFinish(f finish) string {
	switch f {
	case cutOff:
		return "MAX_TOKENS"
	case stopped:
		return "STOP_SEQUENCE"
	case called:
		return "TOOL_CALL"
	case filtered:
		return "ERROR"
	}
	return "COMPLETE"
}

func cohereUsage(u usage) map[string]any {
	return map[string]any{
		"billed_units":  map[string]int{"input_tokens": u.in, "output_tokens": u.out},
		"tokens":        map[string]int{"input_tokens": u.in, "output_tokens": u.out},
		"cached_tokens": u.cacheRead,
	}
}

func cohereCall(n int, c call, args string) map[string]any {
	return map[string]any{
		"id": fmt.Sprintf("%s_fake%08d", c.name, n), "type": "function",
		"function": map[string]string{"name": c.name, "arguments": args},
	}
}

func cohereReply(m meta, _ ask, a answer) []byte {
	message := map[string]any{"role": "assistant"}
	if len(a.calls) > 0 {
		calls := []any{}
		for n, c := range a.calls {
			calls = append(calls, cohereCall(n, c, string(c.args)))
		}
		message["tool_plan"], message["tool_calls"] = strings.Join(a.texts, ""), calls
	} else {
		content := []map[string]string{}
		if len(a.thinking) > 0 {
			content = append(content, map[string]string{"type": "thinking", "thinking": strings.Join(a.thinking, "")})
		}
		message["content"] = append(content, map[string]string{"type": "text", "text": strings.Join(a.texts, "")})
	}
	return encode(map[string]any{
		"id": cohereID(m.id), "finish_reason": cohereFinish(a.finish), "message": message, "usage": cohereUsage(a.usage),
	})
}

func cohereEnd(reason string, u usage) map[string]any {
	return map[string]any{"type": "message-end", "delta": map[string]any{"finish_reason": reason, "usage": cohereUsage(u)}}
}

// cohereEvents writes a stream as Cohere's page on streaming has it: each
// content or call between its start and its end, numbered among its own.
func cohereEvents(m meta, _ ask, a answer) []event {
	var events []event
	add := func(name string, content bool, members map[string]any) {
		members["type"] = name
		events = append(events, event{name: name, data: encode(members), content: content})
	}
	delta := func(name string, index int, content bool, message map[string]any) {
		add(name, content, map[string]any{"index": index, "delta": map[string]any{"message": message}})
	}
	add("message-start", false, map[string]any{"id": cohereID(m.id), "delta": map[string]any{"message": map[string]any{
		"role": "assistant", "content": []any{}, "tool_plan": "", "tool_calls": []any{}, "citations": []any{},
	}}})
	contents := 0
	said := func(member string, pieces []string) {
		delta("content-start", contents, false, map[string]any{"content": map[string]string{"type": member, member: ""}})
		for _, piece := range pieces {
			delta("content-delta", contents, true, map[string]any{"content": map[string]string{member: piece}})
		}
		add("content-end", false, map[string]any{"index": contents})
		contents++
	}
	if len(a.thinking) > 0 {
		said("thinking", a.thinking)
	}
	if len(a.calls) == 0 {
		said("text", a.texts)
	} else {
		add("tool-plan-delta", true, map[string]any{"delta": map[string]any{"message": map[string]string{"tool_plan": strings.Join(a.texts, "")}}})
	}
	for n, c := range a.calls {
		delta("tool-call-start", n, true, map[string]any{"tool_calls": cohereCall(n, c, "")})
		for _, piece := range pieces(string(c.args), 5) {
			delta("tool-call-delta", n, true, map[string]any{"tool_calls": map[string]any{"function": map[string]string{"arguments": piece}}})
		}
		add("tool-call-end", false, map[string]any{"index": n})
	}
	events = append(events, event{name: "message-end", data: encode(cohereEnd(cohereFinish(a.finish), a.usage)), last: true})
	return events
}
