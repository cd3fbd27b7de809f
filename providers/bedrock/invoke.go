package bedrock

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/anthropic"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/bedrock/answer"
	"github.com/tollgate-llm/tollgate/providers/bedrock/converse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

type (
	events  = iter.Seq2[sse.Event, error]
	replies = iter.Seq2[llm.Event, error]
)

// formats are Converse, and those of InvokeModel, where each maker has its own.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
type formats struct {
	converse, claude, nova, openai, text wire.Codec
}

func formatsAt(now func() time.Time) formats {
	key := llm.Key{Op: llm.Chat, Format: llm.OpenAI}
	conversing := converse.Codec(now)
	chats := openai.Dialect(openai.Quirks{NoStreamOptions: true}, now).Codecs[key]
	claude := anthropic.Dialect(now).Codecs[key]
	claude.Fetch = chat.Remote
	return formats{
		converse: spokenAs(conversing, "converse", nil, failing),
		claude:   spokenAs(claude, "invoke", claudeBody, unpack),
		nova:     spokenAs(conversing, "invoke", novaBody, unpack),
		openai:   spokenAs(inlining(chats), "invoke", whole, unpack),
		text:     spokenAs(text(now), "invoke", whole, unpack),
	}
}

// of is a model's format. Imported models, and whatever is newer than this
// list, speak OpenAI's where Converse is not asked.
func (f formats) of(m model) wire.Codec {
	_, written := styleOf(m)
	switch {
	case !m.invoke:
		return f.converse
	case m.is("claude") || m.is("anthropic"):
		return f.claude
	case m.is("nova"):
		return f.nova
	case written:
		return f.text
	}
	return f.openai
}

// spokenAs is a dialect's codec at Bedrock: the model is in the path, edit makes
// the body what Bedrock wants of it (nil: it is that already), and unwrap an event what the dialect reads.
func spokenAs(
	c wire.Codec, action string,
	edit func(*llm.Call, raw.Object) (raw.Object, error), unwrap func(sse.Event) (sse.Event, error),
) wire.Codec {
	encode, stream := c.Encode, c.Events
	c.Encode = func(call *llm.Call) (*wire.Request, error) {
		req, err := encode(call)
		if err != nil {
			return nil, err
		}
		if edit != nil {
			body, err := raw.Parse(req.Body)
			if err != nil {
				return nil, fmt.Errorf("edit the request: %w", err)
			}
			if body, err = edit(call, body.Without("model", "stream", "stream_options")); err != nil {
				return nil, err
			}
			req.Body = body.Bytes()
		}
		action, accept := action, "application/json"
		if call.Stream {
			action, accept = streamed[action], "application/vnd.amazon.eventstream"
		}
		return &wire.Request{
			Path: modelOf(call.To).path(action), Body: req.Body, Header: http.Header{"Accept": {accept}},
		}, nil
	}
	c.Events = func(call *llm.Call, in events) replies { return stream(call, unwrapped(in, unwrap)) }
	return c
}

// streamed are the actions that answer with a stream.
var streamed = map[string]string{"converse": "converse-stream", "invoke": "invoke-with-response-stream"}

func unwrapped(in events, unwrap func(sse.Event) (sse.Event, error)) events {
	return func(yield func(sse.Event, error) bool) {
		for ev, err := range in {
			if err == nil {
				ev, err = unwrap(ev)
			}
			if !yield(ev, err) || err != nil {
				return
			}
		}
	}
}

// failing makes an exception an error.
func failing(ev sse.Event) (sse.Event, error) {
	if kind, failed := aws.Exception(ev); failed {
		return ev, failure(http.StatusOK, kind, ev.Data)
	}
	return ev, nil
}

func whole(_ *llm.Call, body raw.Object) (raw.Object, error) { return body, nil }

// claudeBody is Anthropic's Messages API as Bedrock has it: the version and the
// betas are members.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
func claudeBody(call *llm.Call, body raw.Object) (raw.Object, error) {
	tools, _ := body.Raw("tools")
	if all := converse.Betas(call, tools); all != nil && !body.Has("anthropic_beta") {
		body = body.WithRaw("anthropic_beta", all)
	}
	if !body.Has("anthropic_version") {
		body = body.WithText("anthropic_version", "bedrock-2023-05-31")
	}
	return body, nil
}

// novaBody is Converse's request but for the model's own words, which have
// their place beside the others.
// Source: https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
func novaBody(_ *llm.Call, body raw.Object) (raw.Object, error) {
	const name = "additionalModelRequestFields"
	v, ok := body.Raw(name)
	if !ok {
		return body, nil
	}
	more, err := chat.Parse(name, v)
	if err != nil {
		return body, err
	}
	if more.Has("inferenceConfig") && body.Has("inferenceConfig") {
		v, _ := more.Raw("inferenceConfig")
		own, err := chat.Parse(name, v)
		if err != nil {
			return body, err
		}
		infer := chat.Member(body, "inferenceConfig")
		more = more.WithRaw("inferenceConfig", infer.Merged(own).Bytes())
	}
	return body.Without(name).Merged(more), nil
}

// unpack gives the event inside one of InvokeModel's chunks. An object of one
// member, as Nova's are, is named by it. AWS's counts at the end become OpenAI's
// where the model's own are missing.
func unpack(ev sse.Event) (sse.Event, error) {
	if ev, err := failing(ev); err != nil {
		return ev, err
	}
	var chunk struct {
		Bytes []byte `json:"bytes"`
	}
	if err := json.Unmarshal(ev.Data, &chunk); err != nil {
		return ev, err
	}
	body, err := raw.Parse(chunk.Bytes)
	if err != nil {
		return ev, err
	}
	out := sse.Event{Data: chunk.Bytes, More: ev.More}
	v, measures := body.Raw(answer.Metrics)
	switch body = body.Without(answer.Metrics); {
	case body.Len() == 1:
		for name, v := range body.All() {
			if len(v) > 0 && v[0] == '{' {
				out.Name, out.Data = name, v
			}
		}
	case measures && body.Has("choices") && !body.Has("usage"):
		in, written := answer.Measured(v)
		u := chat.Number(chat.Number(raw.Object{}, "prompt_tokens", in), "completion_tokens", written)
		out.Data = body.WithRaw("usage", chat.Number(u, "total_tokens", in+written).Bytes()).Bytes()
	}
	return out, nil
}

// inlining has files fetched and put into the conversation.
func inlining(c wire.Codec) wire.Codec {
	encode := c.Encode
	c.Fetch = chat.Remote
	c.Encode = func(call *llm.Call) (*wire.Request, error) {
		inline := *call
		inline.Body = inlined(call)
		return encode(&inline)
	}
	return c
}

// inlined is a conversation whose fetched pictures and files are in it as data
// URLs, which is all that OpenAI's format takes behind InvokeModel.
func inlined(call *llm.Call) raw.Object {
	if len(call.Blobs) == 0 {
		return call.Body
	}
	v, _ := call.Body.Raw("messages")
	var all []raw.Object
	for _, item := range raw.Items(v) {
		m, _ := raw.Parse(item) // chat.Remote has read them
		content, _ := m.Raw("content")
		var parts []raw.Object
		for _, part := range raw.Items(content) {
			p, _ := raw.Parse(part)
			parts = append(parts, withData(call, p))
		}
		if parts != nil {
			m = m.WithRaw("content", raw.List(parts))
		}
		all = append(all, m)
	}
	return call.Body.WithRaw("messages", raw.List(all))
}

func withData(call *llm.Call, p raw.Object) raw.Object {
	for kind, name := range map[string]string{chat.Image: "url", chat.Doc: "file_id"} {
		v, _ := p.Raw(kind)
		address, bare := p.Text(kind)
		inner, err := raw.Parse(v)
		if err == nil {
			address, _ = inner.Text(name)
		}
		blob, fetched := call.Blobs[address]
		if !fetched {
			continue
		}
		media, _, _ := strings.Cut(blob.Type, ";")
		data := "data:" + media + ";base64," + base64.StdEncoding.EncodeToString(blob.Data)
		switch {
		case bare:
			return p.WithText(kind, data)
		case kind == chat.Doc:
			return p.WithRaw(kind, inner.Without(name).WithText("file_data", data).Bytes())
		}
		return p.WithRaw(kind, inner.WithText(name, data).Bytes())
	}
	return p
}
