package boot

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// bound is what a call can use at most, and what of it a limit of its output
// would change.
type bound struct {
	llm.Usage
	limit   string // the member that limits an answer; "" where none does
	answers int64  // how many answers may be as long as that
}

// overhead is what a conversation has beside its bytes, in tokens: a template's
// marks around each message, of which each has more bytes in JSON.
const overhead = 64

// boundOf is the most that a call can use. A token is at least a byte of the
// request, so its bytes bound its tokens; what the request only points at is
// bounded by what the model takes. It is false when nothing bounds the call.
func boundOf(call *llm.Call) (bound, bool) {
	body := call.Body.Bytes()
	size := int64(len(body))
	b := bound{Usage: llm.Usage{Known: true}}
	switch call.Op {
	case llm.Images, llm.ImageEdits, llm.ImageVariations:
		b.Images = number(call.Body, "n", 1)
		b.In, b.Out = size, int64(call.To.Info.MaxOutput)
		for _, f := range call.Files {
			b.In += f.Size
		}
	case llm.Speech:
		b.Characters, b.In = size, size
		b.Out = size * 64 // a byte of text is spoken in less than a second and a half, of 20 tokens each
		b.Millis = size * 1500
	case llm.Transcriptions, llm.Translations:
		for _, f := range call.Files { // no sound has less than 4,000 bits a second
			b.Millis += f.Size * 2
		}
		b.In, b.Out = b.Millis/20, b.Millis/20
	case llm.Rerank:
		b.In, b.Searches = size, 1
		for i := range raw.Items(list(call.Body, "documents")) {
			b.Searches = 1 + int64(i)/100
		}
	case llm.Embeddings, llm.Moderations:
		b.In = size
	default:
		return chatBound(call, body, size)
	}
	return b, true
}

// pointing are words of requests whose input is elsewhere: with the provider, or
// at an address.
var pointing = [...]string{
	`"previous_response_id"`, `"conversation"`, `"file_id"`, `"file_uri"`, `"fileUri"`, `"fileData"`, `"image_url"`, `"file_url"`, `"url"`, `"cachedContent"`, `"prompt"`,
}

func chatBound(call *llm.Call, body []byte, size int64) (bound, bool) {
	in, most := size+overhead, int64(call.To.Info.MaxInput)
	for _, word := range pointing {
		if call.Format == llm.Completions && word == `"prompt"` || !bytes.Contains(body, []byte(word)) {
			continue
		}
		if most == 0 {
			return bound{}, false
		}
		in = max(in, most)
	}
	if most > 0 {
		in = min(in, most)
	}
	b := bound{Usage: llm.Usage{Known: true, In: in}, answers: max(1, number(call.Body, "n", 1), number(call.Body, "best_of", 1))}
	out, asked := int64(call.To.Info.MaxOutput), int64(0)
	b.limit, asked = limitOf(call)
	switch {
	case asked > 0 && out > 0:
		out = min(out, asked)
	case asked > 0:
		out = asked
	}
	b.Out = out * b.answers
	return b, out > 0
}

// limitOf is the member that limits an answer in a format, and what it says; 0
// when it says nothing.
func limitOf(call *llm.Call) (name string, n int64) {
	switch call.Format {
	case llm.Messages, llm.Completions:
		return "max_tokens", number(call.Body, "max_tokens", 0)
	case llm.Responses:
		return "max_output_tokens", number(call.Body, "max_output_tokens", 0)
	case llm.Gemini:
		config, err := raw.Parse(list(call.Body, "generationConfig"))
		if err != nil {
			return "", 0
		}
		return "", max(number(config, "maxOutputTokens", 0), number(config, "max_output_tokens", 0))
	}
	if n := number(call.Body, "max_completion_tokens", 0); n > 0 || !call.Body.Has("max_tokens") {
		return "max_completion_tokens", n
	}
	return "max_tokens", number(call.Body, "max_tokens", 0)
}

func list(body raw.Object, name string) json.RawMessage {
	v, _ := body.Raw(name)
	return v
}

// number is a member that is a whole number.
func number(body raw.Object, name string, otherwise int64) int64 {
	n, err := strconv.ParseInt(string(list(body, name)), 10, 64)
	if err != nil || n < 0 {
		return otherwise
	}
	return n
}
