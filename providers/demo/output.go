package demo

import (
	"context"
	"encoding/json"
	"iter"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// cutAfter is how many tokens demo-cut sends.
const cutAfter = 5

// output writes an answer in OpenAI's words, with every member that OpenAI's
// API description requires.
type output struct {
	p       *Provider
	call    *llm.Call
	answer  answer
	n       int
	id      string
	created int64
	in      int64 // prompt tokens
}

// member is one of an object's, whose order is kept: replies read like OpenAI's.
type member struct {
	name  string
	value any
}

func object(members ...member) raw.Object {
	var o raw.Object
	for _, m := range members {
		o, _ = o.With(m.name, m.value) // texts, numbers and objects always encode
	}
	return o
}

func (o output) usage() llm.Usage {
	out := len(o.answer.tokens) + len(tokens(o.answer.tool))
	return llm.Usage{Known: true, In: o.in, Out: int64(out * o.n)}
}

func usageObject(u llm.Usage) raw.Object {
	return object(member{"prompt_tokens", u.In}, member{"completion_tokens", u.Out}, member{"total_tokens", u.In + u.Out})
}

// plain is the whole answer at once.
func (o output) plain() (*llm.Reply, error) {
	choices := make([]raw.Object, o.n)
	for i := range choices {
		text := strings.Join(o.answer.tokens, "")
		message := object(member{"role", "assistant"}, member{"content", text}, member{"refusal", nil})
		if o.answer.tool != "" {
			message = message.WithRaw("content", json.RawMessage("null"))
			message, _ = message.With("tool_calls", []raw.Object{o.toolCall(text)})
		}
		choices[i] = object(member{"index", i}, member{"message", message}, member{"logprobs", nil}, member{"finish_reason", o.answer.finish})
	}
	u := o.usage()
	body, err := o.envelope("chat.completion").With("choices", choices)
	if err == nil {
		body, err = body.With("usage", usageObject(u))
	}
	return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: u}, err
}

func (o output) envelope(kind string) raw.Object {
	return object(member{"id", o.id}, member{"object", kind}, member{"created", o.created}, member{"model", o.call.To.Model})
}

func (o output) toolCall(arguments string) raw.Object {
	function := object(member{"name", o.answer.tool}, member{"arguments", arguments})
	return object(member{"id", "call_" + o.p.ID()}, member{"type", "function"}, member{"function", function})
}

// events is the answer one token at a time, to each choice in turn.
func (o output) events(ctx context.Context) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for i := range o.n {
			if !yield(llm.Event{Data: o.first(i), Head: true}, nil) {
				return
			}
		}
		if o.answer.tool != "" && !o.opened(yield) {
			return
		}
		for k, token := range o.answer.tokens {
			if err := o.pause(ctx, k); err != nil {
				yield(llm.Event{}, err)
				return
			}
			for i := range o.n {
				if !yield(llm.Event{Data: o.token(i, token)}, nil) {
					return
				}
			}
		}
		if o.call.To.Model == "demo-cut" {
			yield(llm.Event{}, cut(o.call))
			return
		}
		for i := range o.n {
			if !yield(llm.Event{Data: o.chunk(i, raw.Object{}, o.answer.finish)}, nil) {
				return
			}
		}
		yield(o.last(), nil)
	}
}

// pause is what makes demo-slow slow, and demo-cut break off, before token k.
func (o output) pause(ctx context.Context, k int) error {
	switch o.call.To.Model {
	case "demo-cut":
		if k == cutAfter {
			return cut(o.call)
		}
	case "demo-slow":
		if err := o.p.Sleep(ctx, slowToken); err != nil {
			return gaveUp(o.call, err)
		}
	}
	return nil
}

// first opens a choice.
func (o output) first(choice int) []byte {
	delta := object(member{"role", "assistant"}, member{"content", ""}, member{"refusal", nil})
	if o.answer.tool != "" {
		delta = delta.WithRaw("content", json.RawMessage("null"))
	}
	return o.chunk(choice, delta, nil)
}

// opened opens the tool call of every choice: its name, its arguments to come.
func (o output) opened(yield func(llm.Event, error) bool) bool {
	for i := range o.n {
		opening := object(member{"index", 0}).Merged(o.toolCall(""))
		if !yield(llm.Event{Data: o.chunk(i, object(member{"tool_calls", []raw.Object{opening}}), nil)}, nil) {
			return false
		}
	}
	return true
}

// token is one more token of a choice's text or arguments.
func (o output) token(choice int, token string) []byte {
	if o.answer.tool == "" {
		return o.chunk(choice, object(member{"content", token}), nil)
	}
	part := object(member{"index", 0}, member{"function", object(member{"arguments", token})})
	return o.chunk(choice, object(member{"tool_calls", []raw.Object{part}}), nil)
}

func (o output) chunk(choice int, delta raw.Object, finish any) []byte {
	c := object(member{"index", choice}, member{"delta", delta}, member{"logprobs", nil}, member{"finish_reason", finish})
	chunk, _ := o.envelope("chat.completion.chunk").With("choices", []raw.Object{c}) // objects always encode
	return chunk.Bytes()
}

// last carries the usage, which a caller sees only when it asked for it.
func (o output) last() llm.Event {
	u := o.usage()
	ev := llm.Event{Usage: &u, Last: true}
	if o.call.Options.IncludeUsage {
		chunk := o.envelope("chat.completion.chunk").WithRaw("choices", json.RawMessage("[]"))
		chunk, _ = chunk.With("usage", usageObject(u)) // numbers always encode
		ev.Data = chunk.Bytes()
	}
	return ev
}
