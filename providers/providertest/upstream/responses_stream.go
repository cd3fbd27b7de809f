package upstream

// responseEvents writes a stream as OpenAI's reference of streaming events has
// it: created and in_progress with a response that is empty, each item between
// its added and done, its parts likewise, then the response whole. Events are
// numbered from 0.
func responseEvents(m meta, q ask, a answer) []event {
	var events []event
	add := func(name string, content bool, members map[string]any) {
		members["type"], members["sequence_number"] = name, len(events)
		events = append(events, event{name: name, data: encode(members), content: content})
	}
	begun := response(m, q, a, nil)
	add("response.created", false, map[string]any{"response": begun})
	add("response.in_progress", false, map[string]any{"response": begun})
	output := items(m, a, q)
	for index, i := range output {
		add("response.output_item.added", false, map[string]any{"output_index": index, "item": i.as(false)})
		// within adds an event about what is in the item.
		within := func(name string, content bool, members map[string]any) {
			members["item_id"], members["output_index"] = i.id, index
			add(name, content, members)
		}
		switch i.kind {
		case "message":
			messageEvents(i, within)
		case "reasoning":
			summaryEvents(i, within)
		case "function_call":
			for _, piece := range i.pieces {
				within("response.function_call_arguments.delta", true, map[string]any{"delta": piece})
			}
			within("response.function_call_arguments.done", false, map[string]any{"name": i.call.name, "arguments": string(i.call.args)})
		}
		add("response.output_item.done", false, map[string]any{"output_index": index, "item": i.as(true)})
	}
	whole := response(m, q, a, output)
	last := "response.completed"
	if whole["status"] == "incomplete" {
		last = "response.incomplete"
	}
	add(last, false, map[string]any{"response": whole})
	events[len(events)-1].last = true
	return events
}

type adder func(name string, content bool, members map[string]any)

func messageEvents(i item, within adder) {
	within("response.content_part.added", false, map[string]any{"content_index": 0, "part": outputText("")})
	for _, piece := range i.pieces {
		within("response.output_text.delta", true, map[string]any{"content_index": 0, "delta": piece, "logprobs": []any{}})
	}
	within("response.output_text.done", false, map[string]any{"content_index": 0, "text": i.text(), "logprobs": []any{}})
	within("response.content_part.done", false, map[string]any{"content_index": 0, "part": outputText(i.text())})
}

func summaryEvents(i item, within adder) {
	if len(i.pieces) == 0 {
		return
	}
	within("response.reasoning_summary_part.added", false, map[string]any{"summary_index": 0, "part": summaryPart{"summary_text", ""}})
	for _, piece := range i.pieces {
		within("response.reasoning_summary_text.delta", true, map[string]any{"summary_index": 0, "delta": piece})
	}
	within("response.reasoning_summary_text.done", false, map[string]any{"summary_index": 0, "text": i.text()})
	within("response.reasoning_summary_part.done", false, map[string]any{"summary_index": 0, "part": summaryPart{"summary_text", i.text()}})
}
