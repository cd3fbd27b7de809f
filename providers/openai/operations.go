package openai

import (
	"fmt"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// operation is the codec of one of the operations beside chat.
//
// Source: https://platform.openai.com/docs/api-reference (embeddings,
// moderations, images and audio)
func operation(op llm.Op, q Quirks, now func() time.Time) wire.Codec {
	codec := wire.Codec{Encode: func(c *llm.Call) (*wire.Request, error) { return ask(q, c) }}
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

// paths are where OpenAI has each operation, after its base.
var paths = map[llm.Op]string{
	llm.Embeddings: "/embeddings", llm.Moderations: "/moderations",
	llm.Images: "/images/generations", llm.ImageEdits: "/images/edits", llm.ImageVariations: "/images/variations",
	llm.Transcriptions: "/audio/transcriptions", llm.Translations: "/audio/translations", llm.Speech: "/audio/speech",
}

// ask passes a request on as an object, or as a form when it has files.
func ask(q Quirks, call *llm.Call) (*wire.Request, error) {
	body := call.Body
	if model, _ := body.Text("model"); model != call.To.Model {
		body = body.WithText("model", call.To.Model)
	}
	body, err := q.apply(call, body)
	if err != nil {
		return nil, err
	}
	req := &wire.Request{Path: q.Path, Header: headers(call.To)}
	if req.Path == "" {
		req.Path = paths[call.Op]
	}
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
		reply := &llm.Reply{Body: body, Usage: counted(body)}
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
