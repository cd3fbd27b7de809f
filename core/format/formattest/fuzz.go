package formattest

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// FuzzCall: a request is refused with a 400 that names a member, or becomes a
// chat of messages that has no member twice unless the request did; and the
// request's bytes stay as they were.
func (k Kit) FuzzCall(f *testing.F) {
	for _, g := range k.goldens(f) {
		f.Add([]byte(g.text("call")), g.call.To.Model)
	}
	f.Fuzz(func(t *testing.T, text []byte, model string) {
		o, err := raw.Parse(text)
		if err != nil {
			return
		}
		before, call := bytes.Clone(text), k.callOf(model, o)
		asked, err := k.Bridge.Call(call)
		if !bytes.Equal(before, text) {
			t.Fatal("the request was changed")
		}
		if err != nil {
			if e := (*llm.Error)(nil); !errors.As(err, &e) || e.Class.Status() != 400 || e.Param == "" {
				t.Fatalf("got %v, want a 400 that names a member", err)
			}
			asked = nil
		} else if body := Object(t, string(asked.Body.Bytes())); raw.Strict(text) == nil && raw.Strict(body.Bytes()) != nil {
			t.Fatalf("%v in %s", raw.Strict(body.Bytes()), body.Bytes())
		}
		if k.Asked != nil {
			k.Asked(t, call, asked)
		}
	})
}

// FuzzReply: a completion is refused, as the provider's fault, or becomes an
// object.
func (k Kit) FuzzReply(f *testing.F) {
	k.checkCalls(f)
	for _, g := range k.goldens(f) {
		if !g.call.Stream && g.text("chat reply") != "" {
			f.Add(g.text("call"), g.text("chat reply"))
			f.Add(k.Calls[0], g.text("chat reply"))
		}
	}
	f.Fuzz(func(t *testing.T, text, answer string) {
		call, _ := k.good(text)
		body, err := raw.Parse([]byte(answer))
		if call == nil || err != nil {
			return
		}
		reply, err := k.Bridge.Reply(call, &llm.Reply{Body: body})
		if err != nil {
			if !errors.Is(err, llm.BadGatewayError) {
				t.Fatalf("got %v, want a BadGatewayError", err)
			}
			return
		}
		Object(t, string(reply.Body.Bytes()))
	})
}

// good is a call that is not refused, and what is asked; nil of others.
func (k Kit) good(text string) (call, asked *llm.Call) {
	o, err := raw.Parse([]byte(text))
	if err != nil || raw.Strict([]byte(text)) != nil {
		return nil, nil
	}
	call = k.callOf("m", o)
	if asked, err = k.Bridge.Call(call); err != nil {
		return nil, nil
	}
	return call, asked
}

// FuzzEvents: whatever a provider streams, a caller gets what Said and listen
// let pass, and an end only where the provider's is.
func (k Kit) FuzzEvents(f *testing.F) {
	k.checkCalls(f)
	for _, g := range k.goldens(f) {
		if g.text("chat reply") == "" {
			continue
		}
		for _, text := range append([]string{g.text("call")}, k.Calls...) {
			f.Add(text, g.text("chat reply"), true)
			f.Add(text, g.text("chat reply"), false)
		}
	}
	f.Fuzz(func(t *testing.T, text, answer string, whole bool) {
		call, asked := k.good(text)
		if call == nil {
			return
		}
		call.Stream, asked.Stream = true, true
		k.checkChunks(t, call, answer, whole)
		if !strings.Contains(answer, "data:") {
			if answer = framed(answer); whole {
				answer += "data: [DONE]\n\n"
			}
		}
		ended := false
		h := listen(t, k.Bridge.Events(call, watched(provided(asked, answer), &ended)))
		if h.err == nil && !ended {
			t.Fatal("got an end that the provider did not send")
		}
		k.Said(t, call, h.events)
	})
}

// checkChunks takes each line for a chunk, as those after a provider's codec.
func (k Kit) checkChunks(t *testing.T, call *llm.Call, answer string, whole bool) {
	t.Helper()
	var chunks []llm.Event
	sound := true
	for line := range strings.SplitSeq(answer, "\n") {
		line = strings.TrimPrefix(line, "data: ")
		if line == "[DONE]" {
			break
		}
		chunks = append(chunks, llm.Event{Data: []byte(line)})
		sound = sound && (line == "" || k.sound([]byte(line)))
	}
	if whole {
		chunks = append(chunks, llm.Event{Last: true})
	}
	h := listen(t, k.Bridge.Events(call, events(chunks, nil)))
	if h.err == nil && (!whole || !sound) {
		t.Fatalf("got an end, for a stream that is whole: %v, and sound: %v", whole, sound)
	}
	k.Said(t, call, h.events)
}

// sound is false of a chunk that must be refused.
func (k Kit) sound(chunk []byte) bool {
	if k.Deep {
		return json.Valid(chunk)
	}
	_, err := raw.Parse(chunk)
	return err == nil
}

// watched says whether a stream ended well.
func watched(in iter.Seq2[llm.Event, error], ended *bool) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range in {
			*ended = *ended || ev.Last
			if !yield(ev, err) {
				return
			}
		}
	}
}
