package responses_test

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// heard is what a client has of a stream: its last response, and texts put
// together of deltas.
type heard struct {
	response               string
	text, summary, refusal string
	calls                  map[string]string // arguments
}

// read gives the response and its usage. The deltas of a whole stream must say
// what that does.
func read(t formattest.TB, call *llm.Call, events []llm.Event) (any, any) {
	t.Helper()
	if !call.Stream {
		return response(t, events[0].Data)
	}
	h := listen(t, events)
	if h.response == "" {
		return "", nil
	}
	h.check(t)
	return response(t, []byte(h.response))
}

// response is one without its usage, byte for byte, and the usage.
func response(t formattest.TB, text []byte) (any, any) {
	t.Helper()
	o := formattest.Object(t, string(text))
	usage, _ := o.Raw("usage")
	return string(o.Without("usage").Bytes()), string(usage)
}

// listen reads a stream as a client does, and holds what every one promises:
// numbers that count, names that are types, and one end, which has the response.
func listen(t formattest.TB, events []llm.Event) heard {
	t.Helper()
	h, next := heard{calls: map[string]string{}}, 0
	for _, ev := range events {
		if len(ev.Data) == 0 {
			if ev.Last {
				t.Fatalf("got a last event without the response")
			}
			continue
		}
		var e struct {
			Type     string          `json:"type"`
			Sequence int             `json:"sequence_number"`
			Delta    string          `json:"delta"`
			Item     string          `json:"item_id"`
			Response json.RawMessage `json:"response"`
		}
		if err := raw.Strict(ev.Data); err != nil {
			t.Fatalf("%v in %s", err, ev.Data)
		}
		if err := json.Unmarshal(ev.Data, &e); err != nil {
			t.Fatalf("%v in %s", err, ev.Data)
		}
		if e.Type != ev.Name || e.Sequence != next {
			t.Fatalf("got %q number %d in event %q, want number %d", e.Type, e.Sequence, ev.Name, next)
		}
		next++
		switch e.Type {
		case "response.output_text.delta":
			h.text += e.Delta
		case "response.reasoning_summary_text.delta":
			h.summary += e.Delta
		case "response.refusal.delta":
			h.refusal += e.Delta
		case "response.function_call_arguments.delta":
			h.calls[e.Item] += e.Delta
		}
		if ends := e.Type == "response.completed" || e.Type == "response.incomplete"; ends != ev.Last {
			t.Fatalf("got %s in an event that is the last: %v", e.Type, ev.Last)
		} else if ends {
			h.response = string(e.Response)
		}
	}
	return h
}

// check compares what deltas say to the response.
func (h heard) check(t formattest.TB) {
	t.Helper()
	type content []struct{ Type, Text, Refusal string }
	var r struct {
		Output []struct {
			Type, ID, Arguments string
			Content, Summary    content
		}
	}
	if err := json.Unmarshal([]byte(h.response), &r); err != nil {
		t.Fatalf("%v in %s", err, h.response)
	}
	var text, summary, refusal strings.Builder
	for _, item := range r.Output {
		for _, c := range item.Summary {
			summary.WriteString(c.Text)
		}
		for _, c := range item.Content {
			text.WriteString(c.Text)
			refusal.WriteString(c.Refusal)
		}
		if item.Type == "function_call" && h.calls[item.ID] != item.Arguments {
			t.Fatalf("got deltas %q of %s, want %q", h.calls[item.ID], item.ID, item.Arguments)
		}
	}
	if h.text != text.String() || h.summary != summary.String() || h.refusal != refusal.String() {
		t.Fatalf("got deltas %q, %q, %q of %s", h.text, h.summary, h.refusal, h.response)
	}
}
