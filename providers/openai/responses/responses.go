// Package responses is OpenAI's responses API as its vendors have it.
package responses

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai/usage"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Codec is the codec of the responses API, for vendors that have it: POST
// /responses after the base. Requests, replies and events are passed on as
// the bytes they are, but for the model's name and for reasoning that is not the
// vendor's. A background response, whose
// reply only its vendor could be asked for later, is refused.
//
// Source: https://platform.openai.com/docs/api-reference/responses and
// https://platform.openai.com/docs/api-reference/responses-streaming
func Codec() wire.Codec {
	return wire.Codec{Encode: encodeResponses, Decode: decodeResponses, Events: responsesEvents}
}

func encodeResponses(call *llm.Call) (*wire.Request, error) {
	body := call.Body
	if v, _ := body.Raw("background"); string(v) == "true" {
		return nil, &llm.Error{Class: llm.UnsupportedParamsError, Param: "background", Message: "background responses are not supported"}
	}
	if model, _ := body.Text("model"); model != call.To.Model {
		body = body.WithText("model", call.To.Model)
	}
	if v, _ := body.Raw("stream"); call.Stream && string(v) != "true" {
		body = body.WithRaw("stream", json.RawMessage("true"))
	}
	return &wire.Request{Path: "/responses", Header: http.Header{}, Body: withoutForeign(body).Bytes()}, nil
}

var errNoOutput = errors.New("no output in the answer")

func decodeResponses(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	if err := responseFailed(call, body); err != nil {
		return nil, err
	}
	if !body.Has("output") {
		return nil, errNoOutput
	}
	return &llm.Reply{Body: body, Usage: responsesUsage(body)}, nil
}

// responseFailed is the error of a response that says it failed; nil of any
// other.
func responseFailed(call *llm.Call, body raw.Object) error {
	if status, _ := body.Text("status"); status != "failed" && !body.Has("error") {
		return nil
	}
	return chat.Fail(call, &wire.Response{Status: 200, Body: typedError(body).Bytes()})
}

// typedError gives an error its code as type too, which in this API is the one
// word that tells what kind it is.
func typedError(body raw.Object) raw.Object {
	e := chat.Member(body, "error")
	code, _ := e.Text("code")
	switch {
	case code == "" || e.Has("type"):
		return body
	case code != "server_error" && code != "rate_limit_exceeded" && code != "vector_store_timeout":
		code = "invalid_request_error" // the others are about what was sent
	}
	return body.WithRaw("error", e.WithText("type", code).Bytes())
}

// responsesEvents passes events on, of which only those are looked into that
// open an item, and the last one.
func responsesEvents(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		head := true
		for ev, err := range in {
			out, err := responsesEvent(call, ev, err)
			head = head && out.Head
			out.Head = head
			if !yield(out, err) || err != nil || out.Last {
				return
			}
		}
		yield(llm.Event{}, wire.ErrCut)
	}
}

func responsesEvent(call *llm.Call, ev sse.Event, err error) (llm.Event, error) {
	out := llm.Event{Name: ev.Name, Data: ev.Data, More: ev.More}
	if err != nil {
		return llm.Event{}, err
	}
	if out.Name == "" {
		body, err := raw.Parse(ev.Data)
		if err != nil {
			if string(bytes.TrimSpace(ev.Data)) == "[DONE]" {
				err = wire.ErrCut // chat's end, before this format's own
			}
			return llm.Event{}, err
		}
		out.Name, _ = body.Text("type")
	}
	switch out.Name {
	case "response.created", "response.queued", "response.in_progress", "response.content_part.added", "response.reasoning_summary_part.added":
		out.Head = true
	case "response.output_item.added":
		body, err := raw.Parse(ev.Data)
		if err != nil {
			return llm.Event{}, err
		}
		kind, _ := chat.Member(body, "item").Text("type")
		out.Head = kind == "message" || kind == "reasoning" // which are empty; a call has a name
	case "response.completed", "response.incomplete":
		return lastResponse(call, out)
	case "response.failed", "error":
		body, err := raw.Parse(ev.Data)
		if err != nil {
			return llm.Event{}, err
		}
		return llm.Event{}, failedResponse(call, body)
	}
	return out, nil
}

func lastResponse(call *llm.Call, out llm.Event) (llm.Event, error) {
	body, err := raw.Parse(out.Data)
	if err != nil {
		return llm.Event{}, err
	}
	v, _ := body.Raw("response")
	response, err := raw.Parse(v)
	if err != nil {
		return llm.Event{}, err
	}
	if err := responseFailed(call, response); err != nil {
		return llm.Event{}, err
	}
	u := responsesUsage(response)
	out.Usage, out.Last = &u, true
	return out, nil
}

// failedResponse reads the two events that end a stream badly: an error, whose
// members stand in the event or in a member of it, and a response that failed.
func failedResponse(call *llm.Call, body raw.Object) error {
	switch {
	case body.Has("response"):
		body = chat.Member(body, "response")
	case !body.Has("error"):
		body = raw.Object{}.WithRaw("error", body.Without("type", "sequence_number").Bytes())
	}
	return chat.Fail(call, &wire.Response{Status: 200, Body: typedError(body).Bytes()})
}

// responsesUsage reads a response's usage, whose input_tokens include cached
// ones. Searches are charged by the call.
func responsesUsage(body raw.Object) llm.Usage {
	u := chat.Member(body, "usage")
	in, hasIn := usage.Count(u, "input_tokens")
	out, hasOut := usage.Count(u, "output_tokens")
	if !hasIn && !hasOut {
		return llm.Usage{}
	}
	read, _ := usage.Count(chat.Member(u, "input_tokens_details"), "cached_tokens")
	written, _ := usage.Count(chat.Member(u, "input_tokens_details"), "cache_write_tokens")
	reasoning, _ := usage.Count(chat.Member(u, "output_tokens_details"), "reasoning_tokens")
	return llm.Usage{
		Known: true, In: in - read - written, CacheRead: read, CacheWrite5m: written, Out: out, Reasoning: reasoning,
		Searches: searches(body), Tier: usage.Tier(body),
	}
}

// searches counts the calls of the web search tool that searched, as opposed to
// those that read what was found.
func searches(body raw.Object) (n int64) {
	v, _ := body.Raw("output")
	if !bytes.Contains(v, []byte(`"web_search_call"`)) {
		return 0
	}
	for _, item := range raw.Items(v) {
		o, err := raw.Parse(item)
		if err != nil {
			return n
		}
		kind, _ := o.Text("type")
		if did, ok := chat.Member(o, "action").Text("type"); kind == "web_search_call" && (!ok || did == "search") {
			n++
		}
	}
	return n
}
