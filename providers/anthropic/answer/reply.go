// Package answer reads what Anthropic says: messages, the events of a stream,
// and errors, and gives it in OpenAI's words. What OpenAI has no word for goes
// into provider_specific_fields, under LiteLLM's names where it has some.
//
// Source: https://platform.claude.com/docs/en/api/messages
package answer

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Tool is the tool by which an older model answers in a schema: it must call
// it, and the input is the answer. LiteLLM's name.
const Tool = "json_tool_call"

var errNoMessage = errors.New("the answer is no message")

// message is how a stream begins.
type message struct {
	ID    string          `json:"id"`
	Model string          `json:"model"`
	Usage json.RawMessage `json:"usage"`
}

// block is one of its content blocks; which members it has depends on Type.
type block struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	Thinking  string          `json:"thinking"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Input     json.RawMessage `json:"input"`
	Citations json.RawMessage `json:"citations"`
}

// Decode reads a whole message. byTool says that the call is answered by the
// Tool; now stamps the reply, which Anthropic does not.
func Decode(call *llm.Call, r *wire.Response, byTool bool, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	if kind, _ := body.Text("type"); kind != "message" || !body.Has("content") {
		return nil, errNoMessage
	}
	content, _ := body.Raw("content")
	blocks, err := raw.Objects(content)
	if err != nil {
		return nil, err
	}
	var c counts
	used, _ := body.Raw("usage")
	if err := c.merge(used); err != nil {
		return nil, err
	}
	s := said{byTool: byTool}
	for i := range blocks {
		if err := s.add(blocks[i]); err != nil {
			return nil, err
		}
	}
	stop, _ := body.Text("stop_reason")
	s.Finish = finish(stop, s.answered)
	s.Fields = s.cited.Merged(s.Fields).Merged(unmapped(body))
	var h chat.Head
	h.ID, _ = body.Text("id")
	h.Model, _ = body.Text("model")
	reply := chat.Reply(call, now, h, []chat.Answer{s.Answer}, llm.Usage{})
	if tier := c.tier(); tier != "" {
		reply.Body = reply.Body.WithText("service_tier", tier)
	}
	if reply.Usage = c.usage(); reply.Usage.Known {
		reply.Body = reply.Body.WithRaw("usage", c.object().Bytes())
	}
	return reply, nil
}

// said collects what the model said.
type said struct {
	chat.Answer
	byTool   bool       // the Tool's input is the answer
	answered bool       // it was used
	cited    raw.Object // the texts' citations
}

func (s *said) add(whole raw.Object) error {
	if kind, _ := whole.Text("type"); kind == "text" && !whole.Has("citations") {
		text, _ := whole.Text("text")
		s.Text += text
		return nil
	}
	v := whole.Bytes()
	var b block
	if err := json.Unmarshal(v, &b); err != nil {
		return err
	}
	switch b.Type {
	case "text":
		s.Text += b.Text
		return s.cite(b)
	case "thinking", "redacted_thinking":
		s.Reasoning += b.Thinking
		s.Thoughts = append(s.Thoughts, whole)
	case "tool_use":
		if s.byTool && b.Name == Tool {
			s.Text += string(b.Input)
			s.answered = true
			return nil
		}
		if len(b.Input) == 0 {
			b.Input = json.RawMessage("{}")
		}
		s.Calls = append(s.Calls, chat.ToolCall{ID: b.ID, Name: b.Name, Arguments: b.Input})
	default:
		s.Fields = listed(s.Fields, memberOf(b.Type), v)
	}
	return nil
}

// cite keeps a text's citations, each with the text, as LiteLLM has them.
func (s *said) cite(b block) error {
	var all []raw.Object
	for _, item := range raw.Items(b.Citations) {
		c, err := raw.Parse(item)
		if err != nil {
			return err
		}
		all = append(all, c.WithText("supported_text", b.Text))
	}
	if all != nil {
		s.cited = listed(s.cited, "citations", raw.List(all))
	}
	return nil
}

// listed adds to a list in an object.
func listed(o raw.Object, name string, v json.RawMessage) raw.Object {
	list := slices.Concat([]byte("["), v, []byte("]"))
	if had, ok := o.Raw(name); ok {
		list = slices.Concat(had[:len(had)-1], []byte(","), list[1:])
	}
	return o.WithRaw(name, list)
}

// memberOf is the list that a block goes to: LiteLLM's names, else
// content_blocks.
func memberOf(kind string) string {
	switch {
	case kind == "web_search_tool_result" || kind == "web_fetch_tool_result":
		return "web_search_results"
	case strings.HasSuffix(kind, "_tool_result"):
		return "tool_results"
	case kind == "compaction":
		return "compaction_blocks"
	}
	return "content_blocks"
}

// unmapped is what is left of a message; null says nothing.
func unmapped(body raw.Object) raw.Object {
	rest := body.Without("type", "id", "role", "model", "content", "stop_reason", "usage")
	for name, v := range rest.All() {
		if string(v) == "null" {
			rest = rest.Without(name)
		}
	}
	return rest
}

// finish is OpenAI's word for why a model stopped. answered says that it used
// the Tool, which alone is no tool call.
// Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
func finish(stop string, answered bool) string {
	switch stop {
	case "max_tokens", "model_context_window_exceeded":
		return "length"
	case "tool_use":
		if !answered {
			return "tool_calls"
		}
	case "refusal":
		return "content_filter"
	}
	return "stop" // end_turn, stop_sequence, pause_turn
}
