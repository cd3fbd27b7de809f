package nlpcloud

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// generating are the members that only generation has: OpenAI's words for some,
// and the vendor's own.
var generating = []string{
	"max_tokens", "max_completion_tokens", "temperature", "top_p", "stop",
	"max_length", "length_no_input", "end_sequence", "remove_end_sequence", "remove_input", "bad_words",
	"top_k", "repetition_penalty", "num_beams", "num_return_sequences",
}

func encode(call *llm.Call) (*wire.Request, error) {
	r := chat.Read(call)
	door, say := "/chatbot", conversation
	if generates(call) {
		door, say = "/generation", generation
	}
	out, err := say(r)
	if err != nil {
		return nil, err
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: "/" + url.PathEscape(call.To.Model) + door, Body: out.Merged(rest).Bytes()}, nil
}

// generates reports whether a request is for generation: by what it asks, or
// because the deployment says how to write its text.
func generates(call *llm.Call) bool {
	for _, name := range generating {
		if call.Body.Has(name) {
			return true
		}
	}
	own := call.To.Settings
	return own[prompt.Setting] != "" || own[prompt.ToolSetting] == "true" && call.Body.Has("tools")
}

// generation says the request as one text. The vendor counts and gives back
// what it was sent unless it is told not to.
func generation(r *chat.Request) (raw.Object, error) {
	text, done, err := prompt.Request(r.Call.To, r.Call.Body)
	if err != nil {
		return raw.Object{}, err
	}
	r.Done(done...)
	out := raw.Object{}.WithText("text", text).WithRaw("remove_input", json.RawMessage("true"))
	limit, err := r.Limit()
	if err != nil {
		return out, err
	}
	if limit != nil {
		out = out.WithRaw("max_length", limit).WithRaw("length_no_input", json.RawMessage("true"))
	}
	out = r.Move(r.Move(out, "temperature", "temperature"), "top_p", "top_p")
	stop, err := r.Stop()
	if err != nil {
		return out, err
	}
	for i, one := range raw.Items(stop) {
		if i > 0 {
			return out, r.Unsupported("stop", "more than one stop sequence")
		}
		out = out.WithRaw("end_sequence", one).WithRaw("remove_end_sequence", json.RawMessage("true"))
	}
	return out, nil
}

// exchange is what a user said and what the model answered.
type exchange struct{ input, response string }

// conversation says the request as the chatbot has it: what the system says,
// what was said in turns, and what is asked now.
func conversation(r *chat.Request) (raw.Object, error) {
	all, err := r.Messages()
	if err != nil {
		return raw.Object{}, err
	}
	if v, _ := r.In.Raw("tools"); string(v) == "[]" || string(v) == "null" {
		r.Done("tools", "tool_choice")
	}
	system, rest := chat.System(all)
	var turns []exchange
	asked := false // the last turn waits for its response
	for i := range rest {
		text, err := words(r, &rest[i])
		if err != nil {
			return raw.Object{}, err
		}
		fromUser := rest[i].Role == "user"
		if len(turns) == 0 || fromUser && !asked {
			turns = append(turns, exchange{})
		}
		last := &turns[len(turns)-1]
		if fromUser {
			last.input = joined(last.input, text)
		} else {
			last.response = joined(last.response, text)
		}
		asked = fromUser
	}
	if !asked {
		return raw.Object{}, r.Unsupported("messages", "a conversation that does not end with the user")
	}
	n := len(turns) - 1
	out := raw.Object{}.WithText("input", turns[n].input)
	if len(system) > 0 {
		var lines []string
		for i := range system {
			lines = append(lines, system[i].Text())
		}
		out = out.WithText("context", strings.Join(lines, "\n"))
	}
	if n > 0 {
		out = out.WithRaw("history", history(turns[:n]))
	}
	return out, nil
}

func history(turns []exchange) json.RawMessage {
	all := make([]raw.Object, len(turns))
	for i, t := range turns {
		all[i] = raw.Object{}.WithText("input", t.input).WithText("response", t.response)
	}
	return raw.List(all)
}

// words are a message's, which has nothing else.
func words(r *chat.Request, m *chat.Message) (string, error) {
	if m.Role == "tool" || len(m.Calls) > 0 {
		return "", r.Unsupported("messages", "calls of tools")
	}
	for i := range m.Parts {
		if kind := m.Parts[i].Kind; kind != chat.Text {
			return "", r.Unsupported("messages", "parts of type "+kind)
		}
	}
	return m.Text(), nil
}

func joined(before, text string) string {
	if before == "" {
		return text
	}
	return before + "\n" + text
}
