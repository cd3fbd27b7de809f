package messages

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestUsageOnTheWay: what is counted as it comes is passed on at once, even by
// chunks that say nothing, and a first report is in the message's start.
func TestUsageOnTheWay(t *testing.T) {
	first, second := &llm.Usage{Known: true, In: 7}, &llm.Usage{Known: true, In: 7, Out: 9}
	var events []llm.Event
	for ev, err := range Events(kit().Call(t, `{}`), formattest.Events(
		llm.Event{Data: []byte(`{"id":"a","model":"m","choices":[]}`), Usage: first, Head: true, More: true},
		llm.Event{Usage: second},
		llm.Event{Data: []byte(`{"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}}]}`)},
		llm.Event{Last: true},
	)) {
		if err != nil {
			t.Fatal(err)
		}
		ev.Data = bytes.Clone(ev.Data)
		events = append(events, ev)
	}
	m := assemble(t, events)
	if events[0].Usage != first || !events[0].More || events[1].Usage != second || len(events[1].Data) > 0 {
		t.Errorf("got %+v, want each report with its chunk", events[:2])
	}
	if m.Usage["input_tokens"] != 7.0 || m.Usage["output_tokens"] != 9.0 || len(m.Content) != 1 || m.Content[0].Text != "x" {
		t.Errorf("got %+v, want the last counts and the first choice", m)
	}
}

// TestHeaders: what only Anthropic reads does not go abroad.
func TestHeaders(t *testing.T) {
	for model, want := range map[string]string{"gpt-5.2": "", "claude-opus-4-8": "interleaved-thinking-2025-05-14"} {
		c := kit().Call(t, `{"messages":[]}`)
		c.To.Model = model
		c.Options.ExtraHeaders = http.Header{"Anthropic-Beta": {"interleaved-thinking-2025-05-14"}, "X-Team": {"red"}}
		over, err := Call(c)
		if err != nil {
			t.Fatal(err)
		}
		if h := over.Options.ExtraHeaders; h.Get("Anthropic-Beta") != want || h.Get("X-Team") != "red" {
			t.Errorf("%s: got %v, want Anthropic-Beta %q", model, h, want)
		}
		if c.Options.ExtraHeaders.Get("Anthropic-Beta") == "" {
			t.Errorf("%s: the caller's headers were changed", model)
		}
	}
}

// TestModelBehindAName: a profile's name tells nothing, its base model does.
func TestModelBehindAName(t *testing.T) {
	c := kit().Call(t, `{"messages":[],"thinking":{"type":"adaptive"}}`)
	c.To = &llm.Deployment{
		Model:    "arn:aws:bedrock:us-east-1:1:application-inference-profile/x",
		Settings: map[string]string{"base_model": "anthropic.claude-opus-4-6-v1"},
	}
	over, err := Call(c)
	if err != nil || !over.Body.Has("thinking") {
		t.Errorf("got %s, %v, want the thoughts asked for in Claude's words", over.Body.Bytes(), err)
	}
}
