package picture

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Picture is one that was made: its bytes in base64 or its address.
type Picture struct {
	Base64 string
	URL    string // one with data in it is Base64
	Prompt string // that was made of the caller's; "" when it was taken as it is
}

// None is the error of an answer without pictures.
func None() *llm.Error {
	return &llm.Error{Class: llm.BadGatewayError, Message: "the answer has no pictures"}
}

// Reply says what was made, and how many pictures. The vendor counted tokens
// where u is known. fields are the vendor's own, for provider_specific_fields.
func Reply(now func() time.Time, all []Picture, u llm.Usage, fields raw.Object) (*llm.Reply, error) {
	if len(all) == 0 {
		return nil, None()
	}
	data := make([]raw.Object, 0, len(all))
	for _, p := range all {
		data = append(data, p.object())
	}
	o := chat.Number(raw.Object{}, "created", now().Unix()).WithRaw("data", raw.List(data))
	if u.Known {
		o = o.WithRaw("usage", usage(u).Bytes())
	}
	if fields.Len() > 0 {
		o = o.WithRaw("provider_specific_fields", fields.Bytes())
	}
	u.Known, u.Images = true, int64(len(all))
	return &llm.Reply{Body: o, Usage: u}, nil
}

func (p Picture) object() raw.Object {
	o := raw.Object{}
	if data, ok := inside(p.URL); ok {
		p.Base64, p.URL = data, ""
	}
	if p.Base64 != "" {
		o = o.WithText("b64_json", p.Base64)
	}
	if p.URL != "" {
		o = o.WithText("url", p.URL)
	}
	if p.Prompt != "" {
		o = o.WithText("revised_prompt", p.Prompt)
	}
	return o
}

// inside is the base64 of a data URL (RFC 2397).
func inside(address string) (string, bool) {
	head, data, ok := strings.Cut(address, ",")
	return data, ok && strings.HasPrefix(head, "data:") && strings.HasSuffix(head, ";base64")
}

// usage is OpenAI's count of tokens for pictures.
func usage(u llm.Usage) raw.Object {
	in := u.Prompt()
	details := chat.Number(chat.Number(raw.Object{}, "image_tokens", u.ImageIn), "text_tokens", max(in-u.ImageIn, 0))
	o := chat.Number(raw.Object{}, "input_tokens", in).WithRaw("input_tokens_details", json.RawMessage(details.Bytes()))
	return chat.Number(chat.Number(o, "output_tokens", u.Out), "total_tokens", in+u.Out)
}
