package messages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// Reply gives a chat completion as a message: what the model thought, what it
// said, and the tools that it calls. call is the caller's own. Errors are
// *llm.Error of class BadGatewayError.
func Reply(call *llm.Call, reply *llm.Reply) (*llm.Reply, error) {
	v, _ := reply.Body.Raw("choices")
	var choice raw.Object
	for _, item := range raw.Items(v) {
		var err error
		if choice, err = raw.Parse(item); err != nil {
			return nil, odd(err)
		}
		break
	}
	v, _ = choice.Raw("message")
	m, err := raw.Parse(v)
	if err != nil {
		return nil, odd(err)
	}
	finish, _ := choice.Text("finish_reason")
	content := append(thoughts(m), texts(m)...)
	uses, err := toolUses(call, m, finish)
	if err != nil {
		return nil, err
	}
	refused, _ := m.Text("refusal")
	stop := stopReason(finish, stopSequence(choice, m), refused != "", len(uses) > 0)
	id, _ := reply.Body.Text("id")
	model, _ := reply.Body.Text("model")
	body := envelope(call, id, model).
		WithList("content", append(content, uses...)).
		Merged(stop).
		WithRaw("usage", usageOf(reply.Usage).Bytes())
	return &llm.Reply{Format: llm.Messages, Header: reply.Header, Body: body, Usage: reply.Usage}, nil
}

// odd is the error of an answer that is not OpenAI's.
func odd(err error) *llm.Error {
	return &llm.Error{Class: llm.BadGatewayError, Message: "the answer is not a chat completion", Err: err}
}

// envelope is what a message says of itself, with nothing in it yet.
func envelope(call *llm.Call, id, model string) raw.Object {
	if id == "" && call.Record != nil {
		id = call.Record.RequestID
	}
	if !strings.HasPrefix(id, "msg_") {
		id = "msg_" + strings.TrimPrefix(id, "chatcmpl-")
	}
	if model == "" {
		model = call.Model
	}
	return raw.Object{}.WithText("id", id).WithText("type", "message").WithText("role", "assistant").WithText("model", model)
}

// thoughts are the blocks that must be given back as they are, or what was
// thought without a signature.
func thoughts(m raw.Object) []raw.Object {
	v, _ := m.Raw("thinking_blocks")
	var all []raw.Object
	for _, item := range raw.Items(v) {
		b, err := raw.Parse(item)
		if err != nil {
			break // the rest is not what it says it is
		}
		if b, ok := thinkingBlock(b); ok {
			all = append(all, b)
		}
	}
	if text, _ := m.Raw("reasoning_content"); len(all) == 0 && isText(text) && string(text) != `""` {
		all = append(all, thinking(text, ""))
	}
	return all
}

// thinkingBlock is a block that Anthropic has, complete.
func thinkingBlock(b raw.Object) (raw.Object, bool) {
	switch kind, _ := b.Text("type"); kind {
	case "redacted_thinking":
		data, ok := b.Text("data")
		return typed("redacted_thinking").WithText("data", data), ok
	case "thinking":
		text, _ := b.Raw("thinking")
		signature, _ := b.Text("signature")
		if !isText(text) {
			return b, false
		}
		return thinking(text, signature), true
	}
	return b, false
}

func thinking(text json.RawMessage, signature string) raw.Object {
	return typed("thinking").WithRaw("thinking", text).WithText("signature", signature)
}

// texts are what was said, or why nothing was.
func texts(m raw.Object) []raw.Object {
	var all []raw.Object
	for _, name := range []string{"content", "refusal"} {
		if text, _ := m.Raw(name); isText(text) && string(text) != `""` {
			all = append(all, typed("text").WithRaw("text", text))
		}
	}
	return all
}

// toolUses are the calls of tools. One that the limit cut off is left out: it
// cannot be made.
func toolUses(call *llm.Call, m raw.Object, finish string) ([]raw.Object, error) {
	v, _ := m.Raw("tool_calls")
	var all []raw.Object
	for n, item := range raw.Items(v) {
		c, err := raw.Parse(item)
		if err != nil {
			return nil, odd(err)
		}
		v, _ := c.Raw("function")
		f, err := raw.Parse(v)
		if err != nil {
			return nil, odd(err)
		}
		arguments, _ := f.Text("arguments")
		input := json.RawMessage(strings.TrimSpace(arguments))
		if len(input) == 0 {
			input = json.RawMessage("{}")
		}
		if _, err := raw.Parse(input); err != nil || !json.Valid(input) {
			if finish == "length" {
				continue
			}
			return nil, &llm.Error{Class: llm.BadGatewayError, Message: "the arguments of a tool call are not a JSON object", Err: err}
		}
		id, _ := c.Text("id")
		name, _ := f.Text("name")
		all = append(all, toolUse(call, n, id, name, c, f).WithRaw("input", input))
	}
	return all, nil
}

// toolUse begins a block. from may carry what the provider wants back with it.
func toolUse(call *llm.Call, n int, id, name string, from ...raw.Object) raw.Object {
	if id == "" {
		id = toolID(call, n)
	}
	use := typed("tool_use").WithText("id", id).WithText("name", named(call, name))
	for _, o := range from {
		use = copied(use, o, fields)
	}
	return use
}

// toolID names a call that its vendor does not: the same request's same call
// always has the same name, so that a stream and a reply agree.
func toolID(call *llm.Call, n int) string {
	request := ""
	if call.Record != nil {
		request = call.Record.RequestID
	}
	sum := sha256.Sum256([]byte(request + ":" + strconv.Itoa(n)))
	return "toolu_" + hex.EncodeToString(sum[:12])
}

// stopSequence is the text that ended the answer, if its provider says it: under
// Anthropic's name, or as vLLM does.
func stopSequence(choice, m raw.Object) string {
	v, _ := m.Raw(fields)
	if own, err := raw.Parse(v); err == nil {
		if s, _ := own.Text("stop_sequence"); s != "" {
			return s
		}
	}
	s, _ := choice.Text("stop_reason")
	return s
}

// stopReason says why a message ended, in the members that say it.
// Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
func stopReason(finish, sequence string, refused, calls bool) raw.Object {
	word := "end_turn"
	switch {
	case finish == "length":
		word = "max_tokens"
	case finish == "content_filter" || refused:
		word = "refusal"
	case calls:
		word = "tool_use"
	case sequence != "":
		return raw.Object{}.WithText("stop_reason", "stop_sequence").WithText("stop_sequence", sequence)
	}
	return raw.Object{}.WithText("stop_reason", word).WithRaw("stop_sequence", json.RawMessage("null"))
}
