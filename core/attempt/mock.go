package attempt

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// mock answers with the call's mock_response instead of a provider: a text, a
// whole reply, or the name of an exception to fail with. "litellm." before the
// name is accepted. As everywhere, usage of an answer nobody computed is
// unknown; the reply says zero.
type mock struct{ now func() time.Time }

func (m mock) Do(_ context.Context, call *llm.Call) (*llm.Reply, error) {
	call.Record.Provider = "mock"
	if o, err := raw.Parse(call.Options.Mock); err == nil {
		return m.whole(call, o)
	}
	var s string
	if json.Unmarshal(call.Options.Mock, &s) != nil {
		return nil, &llm.Error{Class: llm.BadRequestError, Param: "mock_response", Message: "mock_response must be a text, a whole reply or an exception's name"}
	}
	if class, ok := llm.ClassNamed(strings.TrimPrefix(s, "litellm.")); ok {
		return nil, &llm.Error{Class: class, Message: "this is a mock error", Provider: call.To.Provider, Model: call.To.Model}
	}
	if call.Op != llm.Chat {
		return nil, &llm.Error{Class: llm.BadRequestError, Param: "mock_response", Message: "mock_response of " + call.Op.String() + " must be a whole reply or an exception's name"}
	}
	if call.Stream {
		return &llm.Reply{Format: llm.OpenAI, Events: m.words(call, s)}, nil
	}
	choice := map[string]any{
		"index": 0, "finish_reason": "stop", "logprobs": nil,
		"message": map[string]any{"role": "assistant", "content": s, "refusal": nil},
	}
	body, err := m.envelope(call, "chat.completion").With("choices", []any{choice})
	if err != nil {
		return nil, err
	}
	body = body.WithRaw("usage", json.RawMessage(`{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}`))
	return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: llm.Usage{Known: true}}, nil
}

// whole answers with the reply as it was given; a stream of it is its texts.
func (m mock) whole(call *llm.Call, o raw.Object) (*llm.Reply, error) {
	if call.Op != llm.Chat {
		return &llm.Reply{Format: llm.OpenAI, Body: o}, nil
	}
	if !call.Stream {
		base := m.envelope(call, "chat.completion")
		return &llm.Reply{Format: llm.OpenAI, Body: base.Merged(o)}, nil
	}
	var reply struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(o.Bytes(), &reply); err != nil || len(reply.Choices) == 0 {
		return nil, &llm.Error{Class: llm.BadRequestError, Param: "mock_response", Message: "mock_response has no choices to stream", Err: err}
	}
	return &llm.Reply{Format: llm.OpenAI, Events: m.words(call, reply.Choices[0].Message.Content)}, nil
}

func (m mock) envelope(call *llm.Call, object string) raw.Object {
	o := raw.Object{}.WithText("id", "chatcmpl-"+call.Record.RequestID).WithText("object", object)
	o, _ = o.With("created", m.now().Unix()) // an integer always encodes
	return o.WithText("model", call.To.Model)
}

// words streams a text word by word.
func (m mock) words(call *llm.Call, text string) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		base := m.envelope(call, "chat.completion.chunk")
		chunk := func(delta map[string]any, finish any) []byte {
			o, _ := base.With("choices", []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": nil}})
			return o.Bytes()
		}
		delta := map[string]any{"role": "assistant", "content": ""}
		for word := range strings.SplitAfterSeq(text, " ") {
			delta["content"] = word
			if !yield(llm.Event{Data: chunk(delta, nil), More: true}, nil) {
				return
			}
			delta = map[string]any{}
		}
		if !yield(llm.Event{Data: chunk(map[string]any{}, "stop"), More: true}, nil) {
			return
		}
		last := llm.Event{Last: true, Usage: &llm.Usage{Known: true}}
		if call.Options.IncludeUsage {
			last.Data = base.WithRaw("choices", json.RawMessage("[]")).
				WithRaw("usage", json.RawMessage(`{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}`)).Bytes()
		}
		yield(last, nil)
	}
}
