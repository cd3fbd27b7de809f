// Package operations is OpenAI's API beside chat, which most vendors copied
// too: vectors, moderations, pictures, and sound in both directions. What a
// caller wrote is passed on as the bytes it is, or as the fields and files of a
// form, and a reply comes back as the bytes it was.
//
// Source: https://platform.openai.com/docs/api-reference (embeddings,
// moderations, images and audio)
package operations

import (
	"fmt"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/openai/usage"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Codec is the codec of one of the operations beside chat. now stamps pictures
// whose vendor does not.
func Codec(op llm.Op, now func() time.Time) wire.Codec {
	codec := wire.Codec{Encode: ask}
	switch op {
	case llm.Speech:
		codec.Media = spoken
	case llm.Transcriptions:
		codec.Decode, codec.Frames, codec.Events = heard, objects, progress
	case llm.Translations:
		codec.Decode = heard
	case llm.Images, llm.ImageEdits:
		codec.Decode, codec.Events = told(now), progress
	default:
		codec.Decode = told(now)
	}
	return codec
}

// path is where OpenAI has an operation, after its base; "" of one that it has
// not.
func path(op llm.Op) string {
	switch op {
	case llm.Embeddings:
		return "/embeddings"
	case llm.Moderations:
		return "/moderations"
	case llm.Images:
		return "/images/generations"
	case llm.ImageEdits:
		return "/images/edits"
	case llm.ImageVariations:
		return "/images/variations"
	case llm.Transcriptions:
		return "/audio/transcriptions"
	case llm.Translations:
		return "/audio/translations"
	case llm.Speech:
		return "/audio/speech"
	}
	return ""
}

// All are the operations that OpenAI has.
func All() (all []llm.Op) {
	for op := llm.Embeddings; op <= llm.Speech; op++ {
		if path(op) != "" {
			all = append(all, op)
		}
	}
	return all
}

// ask passes a request on as an object, or as a form when it has files.
func ask(call *llm.Call) (*wire.Request, error) {
	body := call.Body
	if model, _ := body.Text("model"); model != call.To.Model {
		body = body.WithText("model", call.To.Model)
	}
	req := &wire.Request{Path: path(call.Op), Header: http.Header{}}
	if len(call.Files) > 0 {
		req.Multipart = form(body, call.Files)
		return req, nil
	}
	if call.Op == llm.Speech {
		req.Header["Accept"] = []string{"*/*"}
	}
	req.Body = body.Bytes()
	return req, nil
}

// told reads an answer that is an object, and adds the members that OpenAI's
// description requires and a vendor leaves out.
func told(now func() time.Time) func(*llm.Call, *wire.Response) (*llm.Reply, error) {
	return func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		body, err := raw.Parse(r.Body)
		if err != nil {
			return nil, err
		}
		content := "data"
		if call.Op == llm.Moderations {
			content = "results"
		}
		if !body.Has(content) {
			return nil, fmt.Errorf("no %s in the answer", content)
		}
		reply := &llm.Reply{Body: body, Usage: usage.Beside(body)}
		switch call.Op {
		case llm.Embeddings:
			reply.Body = withModel(call, with(body, "object", "list"))
		case llm.Moderations:
			reply.Body = withModel(call, with(body, "id", "modr-"+call.Record.RequestID))
		default:
			if lacks(body, "created") {
				reply.Body, _ = body.With("created", now().Unix()) // an integer always encodes
			}
			reply.Usage.Known, reply.Usage.Images = true, elements(body, "data")
		}
		return reply, nil
	}
}

func withModel(call *llm.Call, body raw.Object) raw.Object { return with(body, "model", call.To.Model) }

// with gives a body a text that it lacks.
func with(body raw.Object, name, text string) raw.Object {
	if !lacks(body, name) {
		return body
	}
	return body.WithText(name, text)
}

// elements is how many elements a list has.
func elements(body raw.Object, name string) (n int64) {
	v, _ := body.Raw(name)
	for range raw.Items(v) {
		n++
	}
	return n
}

// lacks reports whether a body says nothing of a member.
func lacks(body raw.Object, name string) bool {
	v, ok := body.Raw(name)
	return !ok || string(v) == "null" || string(v) == `""` || string(v) == "0"
}
