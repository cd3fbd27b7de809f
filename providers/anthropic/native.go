package anthropic

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/anthropic/answer"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// native is the codec of callers who speak Anthropic's own words: what they
// wrote is passed on as the bytes it is, but for the model's name, and so is
// what is answered. It is looked into only for what it counts and whether it is
// whole.
func native() wire.Codec {
	return wire.Codec{Encode: forward, Decode: message, Events: events}
}

func forward(call *llm.Call) (*wire.Request, error) {
	body := call.Body
	if model, _ := body.Text("model"); model != call.To.Model {
		body = body.WithText("model", call.To.Model)
	}
	return &wire.Request{Path: "/v1/messages", Header: http.Header{"Anthropic-Version": {version}}, Body: body.Bytes()}, nil
}

var errNoMessage = errors.New("the answer is no message")

func message(_ *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	if kind, _ := body.Text("type"); kind != "message" || !body.Has("content") {
		return nil, errNoMessage
	}
	var c answer.Counts
	used, _ := body.Raw("usage")
	if err := c.Add(used); err != nil {
		return nil, err
	}
	return &llm.Reply{Body: body, Usage: c.Usage()}, nil
}

// events passes a stream on. It ends with message_stop: without, it was cut.
func events(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		s := passing{call: call, head: true}
		for ev, err := range in {
			var out llm.Event
			if err == nil {
				out, err = s.event(ev)
			}
			if err != nil {
				yield(llm.Event{}, err)
				return
			}
			if !yield(out, nil) || out.Last {
				return
			}
		}
		yield(llm.Event{}, wire.ErrCut)
	}
}

// passing is a stream on its way.
type passing struct {
	call   *llm.Call
	begun  bool
	head   bool // no content yet
	counts answer.Counts
}

// errNotBegun is the error of a stream whose first event is not a message's
// start: a client would not know what it is about.
var errNotBegun = errors.New("the stream does not begin with a message")

func (s *passing) event(ev sse.Event) (llm.Event, error) {
	kind := ev.Name
	if kind == "" { // some who speak Anthropic's words leave it to the data
		var e struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(ev.Data, &e); err != nil {
			return llm.Event{}, err
		}
		kind = e.Type
	}
	out := llm.Event{Name: kind, Data: ev.Data, More: ev.More}
	switch kind {
	case "error":
		return out, answer.Fail(s.call, &wire.Response{Status: 200, Body: ev.Data})
	case "ping":
		out.Head = s.head
		return out, nil
	case "message_start", "message_delta":
		if err := s.count(&out); err != nil {
			return out, err
		}
		s.begun = s.begun || kind == "message_start"
	case "message_stop":
		out.Last = true
	}
	if !s.begun {
		return out, errNotBegun
	}
	if !json.Valid(ev.Data) {
		return out, &raw.SyntaxError{Offset: len(ev.Data), Reason: "malformed JSON"}
	}
	s.head = s.head && !content(kind, ev.Data)
	out.Head = s.head
	return out, nil
}

// count reads the usage of an event that has one.
func (s *passing) count(out *llm.Event) error {
	var e struct {
		Message struct {
			Usage json.RawMessage `json:"usage"`
		} `json:"message"`
		Usage json.RawMessage `json:"usage"`
	}
	if err := json.Unmarshal(out.Data, &e); err != nil {
		return err
	}
	for _, v := range []json.RawMessage{e.Message.Usage, e.Usage} {
		if err := s.counts.Add(v); err != nil {
			return err
		}
	}
	u := s.counts.Usage()
	out.Usage = &u
	return nil
}

// content reports whether an event has some: a text that begins has none yet,
// and nobody knows of an event that is not Anthropic's today.
func content(kind string, data []byte) bool {
	switch kind {
	case "content_block_start":
		return !bytes.Contains(data, []byte(`"text":""`)) && !bytes.Contains(data, []byte(`"thinking":""`))
	case "content_block_delta", "content_block_stop", "message_delta", "message_stop":
		return true
	}
	return false
}
