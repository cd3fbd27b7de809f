package messages

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// message is what a reply or a stream says to a client.
type message struct {
	ID, Type, Role, Model string
	Content               []block
	Stop                  string  `json:"stop_reason"`
	Sequence              *string `json:"stop_sequence"`
	Usage                 map[string]any
}

type block struct {
	Type, Text, Thinking, Signature, Data, ID, Name string
	Input                                           json.RawMessage
	Fields                                          json.RawMessage `json:"provider_specific_fields"`
}

// read gives a message, or what has come of one, and its usage.
func read(t formattest.TB, call *llm.Call, events []llm.Event) (any, any) {
	t.Helper()
	var m message
	if call.Stream {
		m = assemble(t, events)
	} else if err := json.Unmarshal(events[0].Data, &m); err != nil {
		t.Fatalf("%v in %s", err, events[0].Data)
	}
	usage := m.Usage
	m.Usage = nil
	return m, usage
}

// joined puts neighbouring texts together: a stream cannot tell where what was
// said ends and why nothing more was begins.
func joined(said any) any {
	m := said.(message)
	var all []block
	for _, b := range m.Content {
		if n := len(all); n > 0 && b.Type == "text" && all[n-1].Type == "text" {
			all[n-1].Text += b.Text
			continue
		}
		all = append(all, b)
	}
	m.Content = all
	return m
}

// assemble puts a message together as Anthropic's clients do, and fails on
// events that they would not understand.
func assemble(t formattest.TB, events []llm.Event) message {
	t.Helper()
	var m message
	open, input, ended := false, "", false
	for _, ev := range events {
		if len(ev.Data) == 0 {
			continue
		}
		var e struct {
			Type    string
			Message message
			Index   int
			Block   block `json:"content_block"`
			Delta   struct {
				Type, Text, Thinking, Signature string
				Partial                         string  `json:"partial_json"`
				Stop                            string  `json:"stop_reason"`
				Sequence                        *string `json:"stop_sequence"`
			}
			Usage map[string]any
		}
		if err := json.Unmarshal(ev.Data, &e); err != nil {
			t.Fatalf("%v in %s", err, ev.Data)
		}
		if e.Type != ev.Name {
			t.Errorf("got %s in an event named %q", e.Type, ev.Name)
		}
		if ended || (m.ID == "") != (e.Type == "message_start") || ev.Head != (e.Type == "message_start") {
			t.Fatalf("got %s at the wrong place", ev.Data)
		}
		switch e.Type {
		case "message_start":
			m = e.Message
		case "content_block_start":
			if open || e.Index != len(m.Content) {
				t.Fatalf("got %s, want block %d after the one before ended", ev.Data, len(m.Content))
			}
			open, input = true, ""
			m.Content = append(m.Content, e.Block)
		case "content_block_delta":
			if !open || e.Index != len(m.Content)-1 {
				t.Fatalf("got %s, want a delta of block %d", ev.Data, len(m.Content)-1)
			}
			b := &m.Content[e.Index]
			wants := map[string]string{"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "thinking", "input_json_delta": "tool_use"}
			if wants[e.Delta.Type] != b.Type {
				t.Fatalf("got %s in a block of type %s", ev.Data, b.Type)
			}
			b.Text += e.Delta.Text
			b.Thinking += e.Delta.Thinking
			b.Signature += e.Delta.Signature
			if input += e.Delta.Partial; input != "" {
				b.Input = json.RawMessage(input)
			}
		case "content_block_stop":
			if !open || e.Index != len(m.Content)-1 {
				t.Fatalf("got %s, want the end of block %d", ev.Data, len(m.Content)-1)
			}
			open = false
		case "message_delta":
			m.Stop, m.Sequence = e.Delta.Stop, e.Delta.Sequence
			for name, n := range e.Usage {
				m.Usage[name] = n
			}
		case "message_stop":
			ended = true
		default:
			t.Fatalf("got an event of type %s", e.Type)
		}
	}
	if over := len(events) > 0 && events[len(events)-1].Last; over != ended || ended && open {
		t.Fatalf("got an end %v, message_stop %v and an open block %v, want an end with message_stop after the last block's end", over, ended, open)
	}
	return m
}
