package mistral

import (
	"crypto/sha256"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// strange are the members that messages have elsewhere, mostly because replies
// have them, and that Mistral refuses. Those that nobody gives without reason
// are left for Mistral to refuse.
var strange = [...]string{
	"annotations", "audio", "cache_control", "images", "provider_specific_fields", "reasoning_content",
	"refusal", "thinking_blocks",
}

// messages translates the conversation.
func messages(list json.RawMessage) (json.RawMessage, error) {
	return edit("messages", list, func(m raw.Object) (raw.Object, error) {
		said, err := content(m)
		if err != nil {
			return m, err
		}
		out := m.Without(strange[:]...)
		switch role, _ := m.Text("role"); role {
		case "developer":
			out = out.WithText("role", "system").Without("name")
		case "tool":
			id, _ := m.Text("tool_call_id")
			out = out.WithText("tool_call_id", toolID(id))
		case "assistant":
			out = out.Without("name")
			if !out.Has("prefix") {
				out = out.WithRaw("prefix", json.RawMessage("false"))
			}
		default:
			out = out.Without("name")
		}
		if said != nil {
			out = out.WithRaw("content", said)
		}
		if !out.Has("function_call") {
			out = out.Without("function_call")
		}
		v, _ := m.Raw("tool_calls")
		if !m.Has("tool_calls") || string(v) == "[]" {
			return out.Without("tool_calls"), nil
		}
		n := -1
		calls, err := edit("messages", v, func(c raw.Object) (raw.Object, error) {
			n++
			id, _ := c.Text("id")
			c = c.WithText("id", toolID(id)).Without("cache_control", "provider_specific_fields")
			return chat.Number(c, "index", int64(n)), nil
		})
		return out.WithRaw("tool_calls", calls), err
	})
}

// content is a message's with its parts in Mistral's words, after what an
// assistant thought. Nil: as it is.
func content(m raw.Object) (json.RawMessage, error) {
	v, _ := m.Raw("content")
	thoughts, err := thoughts(m)
	if err != nil {
		return nil, err
	}
	if len(v) == 0 || v[0] != '[' {
		if len(thoughts) == 0 {
			return nil, nil
		}
		if text, _ := m.Text("content"); text != "" {
			thoughts = append(thoughts, raw.Object{}.WithText("type", "text").WithRaw("text", v))
		}
		return raw.List(thoughts), nil
	}
	all := thoughts
	for _, item := range raw.Items(v) {
		p, err := chat.Parse("messages", item)
		if err != nil {
			return nil, err
		}
		if p, err = part(p.Without("cache_control")); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return raw.List(all), nil
}

// part translates files. Mistral's own parts and texts are as they are.
func part(p raw.Object) (raw.Object, error) {
	switch kind, _ := p.Text("type"); kind {
	case chat.Audio:
		if v, _ := p.Raw(kind); len(v) > 0 && v[0] == '{' {
			o, err := chat.Parse("messages", v)
			if err != nil {
				return p, err
			}
			data, _ := o.Raw("data")
			return raw.Object{}.WithText("type", kind).WithRaw(kind, data), nil
		}
	case chat.Image:
		if v, _ := p.Raw(kind); len(v) > 0 && v[0] == '{' {
			o, err := chat.Parse("messages", v)
			return p.WithRaw(kind, o.Without("format").Bytes()), err // LiteLLM's word
		}
	case chat.Doc:
		if p.Has(chat.Doc) {
			return document(p)
		}
	}
	return p, nil
}

// document is a file that was uploaded, or one at an address, which may be its
// data.
func document(p raw.Object) (raw.Object, error) {
	v, _ := p.Raw(chat.Doc)
	o, err := chat.Parse("messages", v)
	if err != nil {
		return p, err
	}
	id, _ := o.Text("file_id")
	address, _ := o.Text("file_data")
	switch {
	case strings.Contains(id, "://"):
		address = id
	case id != "":
		return raw.Object{}.WithText("type", chat.Doc).WithText("file_id", id), nil
	case address == "":
		return p, chat.Invalid("messages", "a file part needs file_data or file_id")
	case !strings.HasPrefix(address, "data:") && !strings.Contains(address, "://"):
		address = "data:application/pdf;base64," + address
	}
	out := raw.Object{}.WithText("type", "document_url").WithText("document_url", address)
	if name, _ := o.Text("filename"); name != "" {
		out = out.WithText("document_name", name)
	}
	return out, nil
}

// thoughts are what an assistant thought, as parts of its content: the blocks
// that a reply gave, or its reasoning_content.
func thoughts(m raw.Object) ([]raw.Object, error) {
	thought := func(text string) raw.Object {
		said := raw.Object{}.WithText("type", "text").WithText("text", text)
		return raw.Object{}.WithText("type", "thinking").WithRaw("thinking", raw.List([]raw.Object{said}))
	}
	var all []raw.Object
	blocks, _ := m.Raw("thinking_blocks")
	for _, item := range raw.Items(blocks) {
		b, err := chat.Parse("messages", item)
		if err != nil {
			return nil, err
		}
		if text, _ := b.Text("thinking"); text != "" {
			all = append(all, chat.Copy(thought(text), b, "signature"))
		}
	}
	if text, _ := m.Text("reasoning_content"); text != "" && len(all) == 0 {
		all = append(all, thought(text))
	}
	return all, nil
}

// toolID is an id that Mistral takes: its own, or nine letters and digits that
// stand for another's.
func toolID(id string) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	if len(id) == 9 && strings.Trim(id, letters) == "" {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	short := make([]byte, 9)
	for i := range short {
		short[i] = letters[int(sum[i])%len(letters)]
	}
	return string(short)
}
