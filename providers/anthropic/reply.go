package anthropic

import (
	"bytes"
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

var errNoMessage = errors.New("the answer is no message")

// answer is a message of Anthropic's.
type answer struct {
	Type    string            `json:"type"`
	ID      string            `json:"id"`
	Model   string            `json:"model"`
	Content []json.RawMessage `json:"content"`
	Stop    string            `json:"stop_reason"`
	Usage   json.RawMessage   `json:"usage"`
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

func decode(call *llm.Call, r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	var a answer
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	if a.Type != "message" || a.Content == nil {
		return nil, errNoMessage
	}
	var c counts
	if err := c.merge(a.Usage); err != nil {
		return nil, err
	}
	m := said{byTool: byTool(call)}
	for _, v := range a.Content {
		if err := m.add(v); err != nil {
			return nil, err
		}
	}
	reply := chat.Reply(call, now, chat.Head{ID: a.ID, Model: a.Model}, []chat.Answer{m.answer(&a, body)}, llm.Usage{})
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
	byTool    bool // an answerTool's input is the answer
	answered  bool // it was used
	text      strings.Builder
	reasoning strings.Builder
	thoughts  []raw.Object
	calls     []chat.ToolCall
	cited     [][]byte                // a list for each text that has some
	others    map[string][]raw.Object // by the member they go to
	order     []string                // of others
}

func (s *said) add(v json.RawMessage) error {
	var b block
	if err := json.Unmarshal(v, &b); err != nil {
		return err
	}
	whole, err := raw.Parse(v)
	if err != nil {
		return err
	}
	switch b.Type {
	case "text":
		s.text.WriteString(b.Text)
		return s.cite(b)
	case "thinking", "redacted_thinking":
		s.reasoning.WriteString(b.Thinking)
		s.thoughts = append(s.thoughts, whole)
	case "tool_use":
		if s.byTool && b.Name == answerTool {
			s.text.Write(b.Input)
			s.answered = true
			return nil
		}
		if len(b.Input) == 0 {
			b.Input = json.RawMessage("{}")
		}
		s.calls = append(s.calls, chat.ToolCall{ID: b.ID, Name: b.Name, Arguments: b.Input})
	default:
		s.other(b.Type, whole)
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
		s.cited = append(s.cited, raw.List(all))
	}
	return nil
}

func (s *said) other(kind string, whole raw.Object) {
	name := memberOf(kind)
	if s.others == nil {
		s.others = map[string][]raw.Object{}
	}
	if s.others[name] == nil {
		s.order = append(s.order, name)
	}
	s.others[name] = append(s.others[name], whole)
}

// memberOf is where under provider_specific_fields a block of a type goes that
// OpenAI has no word for: LiteLLM's names, else content_blocks.
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

// answer gives it in OpenAI's words.
func (s *said) answer(a *answer, body raw.Object) chat.Answer {
	var more raw.Object
	if s.cited != nil {
		more = more.WithRaw("citations", slices.Concat([]byte("["), bytes.Join(s.cited, []byte(",")), []byte("]")))
	}
	for _, name := range s.order {
		more = more.WithRaw(name, raw.List(s.others[name]))
	}
	return chat.Answer{
		Text: s.text.String(), Reasoning: s.reasoning.String(), Thoughts: s.thoughts, Calls: s.calls,
		Finish: finish(a.Stop, s.answered), Fields: more.Merged(unmapped(body)),
	}
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
// the answerTool, which alone is no tool call.
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
