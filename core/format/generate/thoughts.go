package generate

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// standard is base64 in the standard alphabet and with padding: Google takes
// and its clients send the one of URLs too.
// https://protobuf.dev/programming-guides/json/#representation
func standard(s string) string {
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	if more := len(s) % 4; more > 0 {
		s += strings.Repeat("=", 4-more)
	}
	return s
}

// sealed is what a client must send back of a thinking block, in base64, which
// is what Google's clients can keep: a signature that is base64 already, or the
// whole block.
func sealed(block raw.Object) string {
	signature, _ := block.Text("signature")
	kind, _ := block.Text("type")
	if b, err := base64.StdEncoding.DecodeString(signature); err == nil && len(b) > 0 && kind == "thinking" && base64.StdEncoding.EncodeToString(b) == signature {
		return signature
	}
	return base64.StdEncoding.EncodeToString(block.Bytes())
}

// unsealed is the block again. thinking is the text that came with it, a JSON
// string or nil.
func unsealed(thinking json.RawMessage, signature string) raw.Object {
	signature = standard(signature)
	if b, err := base64.StdEncoding.DecodeString(signature); err == nil && raw.Strict(b) == nil {
		if block, err := raw.Parse(b); err == nil {
			if kind, _ := block.Text("type"); kind == "thinking" || kind == "redacted_thinking" {
				return block
			}
		}
	}
	if thinking == nil {
		thinking = json.RawMessage(`""`)
	}
	return typed("thinking").WithRaw("thinking", thinking).WithText("signature", signature)
}

// thought is a part that the model thought. A signature is not shown when it
// is "".
func thought(text json.RawMessage, signature string) raw.Object {
	p := raw.Object{}.WithRaw("text", text).WithRaw("thought", json.RawMessage("true"))
	if signature != "" {
		p = p.WithText("thoughtSignature", signature)
	}
	return p
}

// signed adds a signature of Google's own to a part, if it is one.
func signed(p raw.Object, signature string) raw.Object {
	if _, err := base64.StdEncoding.DecodeString(signature); err != nil || signature == "" {
		return p
	}
	return p.WithText("thoughtSignature", signature)
}
