package providertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// speech is what a reply says to a person or a program, however it came.
type speech struct {
	content, reasoning, finish string
	calls                      []string  // name and arguments
	other                      []string  // what is not OpenAI's chat, as it is
	usage                      llm.Usage // all that was counted in the end
}

// choice is what is looked at in a reply or chunk.
type choice struct {
	Message, Delta struct {
		Content   string
		Reasoning string `json:"reasoning_content"`
		Calls     []struct {
			Index    *int
			Function struct{ Name, Arguments string }
		} `json:"tool_calls"`
	}
	Finish string `json:"finish_reason"`
}

func (s *speech) hear(t *testing.T, body []byte) {
	t.Helper()
	var b struct{ Choices []choice }
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatalf("%v in reply %s", err, body)
	}
	for _, c := range b.Choices {
		s.content += c.Message.Content + c.Delta.Content
		s.reasoning += c.Message.Reasoning + c.Delta.Reasoning
		s.finish += c.Finish
		for _, call := range c.Message.Calls {
			if call.Index != nil {
				t.Errorf("got index %d in a plain reply's tool call, want none", *call.Index)
			}
			s.calls = append(s.calls, call.Function.Name+" "+call.Function.Arguments)
		}
		for _, call := range c.Delta.Calls {
			switch {
			case call.Index == nil || *call.Index > len(s.calls):
				t.Fatalf("got no fitting index in tool call of %s, want the next one", body)
			case *call.Index == len(s.calls):
				s.calls = append(s.calls, call.Function.Name+" ")
			}
			s.calls[*call.Index] += call.Function.Arguments
		}
	}
}

func (r *result) plain(t *testing.T, reply *llm.Reply) {
	t.Helper()
	r.speech.usage = reply.Usage
	if reply.Media != nil {
		media, err := io.ReadAll(reply.Media)
		if err != nil {
			t.Errorf("media: got %v, want nil", err)
		}
		r.lines = []string{mediaLine(reply.Type, media), counted(reply.Usage)}
		return
	}
	body := string(reply.Body.Bytes())
	r.bodies = []string{body}
	r.lines = []string{body, counted(reply.Usage)}
	r.listen(t, reply.Body.Bytes())
}

// listen hears a reply or chunk in OpenAI's words of chat. Of others all counts.
func (r *result) listen(t *testing.T, body []byte) {
	t.Helper()
	if r.key != chat {
		r.speech.other = append(r.speech.other, string(body))
		return
	}
	r.speech.hear(t, body)
}

// chat is what most golden files are of.
var chat = llm.Key{Op: llm.Chat, Format: llm.OpenAI}

// event writes an event as one line each for what it says and what it counts.
// Those that say nothing leave no line.
func (r *result) event(t *testing.T, ev llm.Event) {
	t.Helper()
	if r.last {
		t.Error("got an event after the last one, want none")
	}
	r.last = ev.Last
	if len(ev.Data) > 0 {
		kind := "data"
		switch {
		case ev.Head:
			kind = "head"
		case ev.Last:
			kind = "last"
		}
		if ev.Name != "" {
			kind += " " + ev.Name
		}
		r.bodies = append(r.bodies, string(ev.Data))
		r.lines = append(r.lines, kind+" "+string(ev.Data))
		r.listen(t, ev.Data)
	} else if ev.Last {
		r.lines = append(r.lines, "last")
	}
	if ev.Usage != nil {
		r.lines = append(r.lines, counted(*ev.Usage))
		r.speech.usage = *ev.Usage
	}
}

func counted(u llm.Usage) string {
	if !u.Known {
		return "usage unknown"
	}
	text := fmt.Sprintf("usage in=%d cache_read=%d cache_write_5m=%d cache_write_1h=%d out=%d reasoning=%d",
		u.In, u.CacheRead, u.CacheWrite5m, u.CacheWrite1h, u.Out, u.Reasoning)
	for _, more := range []struct {
		name string
		n    int64
	}{
		{"audio_in", u.AudioIn},
		{"image_in", u.ImageIn},
		{"audio_out", u.AudioOut},
		{"image_out", u.ImageOut},
		{"images", u.Images},
		{"characters", u.Characters},
		{"millis", u.Millis},
		{"pages", u.Pages},
		{"searches", u.Searches},
	} {
		if more.n != 0 {
			text += fmt.Sprintf(" %s=%d", more.name, more.n)
		}
	}
	if u.Tier != "" {
		text += " tier=" + u.Tier
	}
	return text
}

func failure(err error) string {
	var e *llm.Error
	if !errors.As(err, &e) {
		return "not an llm.Error: " + err.Error()
	}
	text := e.Class.Error() + " " + e.Message
	for _, more := range []struct{ name, value string }{{"type", e.Type}, {"param", e.Param}, {"code", e.Code}} {
		if more.value != "" {
			text += " " + more.name + "=" + more.value
		}
	}
	if e.RetryAfter > 0 {
		text += " retry_after=" + e.RetryAfter.String()
	}
	return "error " + text
}

// checkReply compares a reply to the golden one, or writes it with -update.
func checkReply(t *testing.T, c golden, got result) {
	t.Helper()
	text := strings.Join(got.lines, "\n") + "\n"
	if text == c.reply {
		return
	}
	if !*update {
		t.Errorf("reply: got\n%s\nwant\n%s", text, c.reply)
		return
	}
	if err := validate(got.key, got.bodies); err != nil {
		t.Errorf("the reply is not written: %v", err)
		return
	}
	c.write(t, text)
}
