package calls

import (
	"encoding/json"
	"errors"
	"iter"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Adapter lets callers speak a format of their own: LiteLLM's adapter
// completions. Its methods are called by many requests at a time. An error that
// is an *llm.Error is told as it is; another one of Request is the caller's
// fault, and its text is told.
type Adapter interface {
	// Request translates what a caller sent into a chat in OpenAI's words, with
	// its model. Members for the gateway may be among it: metadata, fallbacks...
	Request(request json.RawMessage) (chat json.RawMessage, err error)
	// Reply translates the chat completion that answers the request, an object.
	Reply(request, completion json.RawMessage) (json.RawMessage, error)
}

// Streamer is an Adapter whose requests may ask for streamed chats.
type Streamer interface {
	Adapter
	// Chunk translates one chunk of the stream that answers the request; nil
	// leaves it out.
	Chunk(request, chunk json.RawMessage) (json.RawMessage, error)
}

// Adapted answers POST /adapters/{adapter_id}/completions by the adapter of that
// name.
func (h *Handler) Adapted(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	id := r.PathValue("adapter_id")
	adapter, ok := h.Adapters[id]
	if !ok {
		return &llm.Error{Class: llm.NotFoundError, Param: "adapter_id", Message: "there is no adapter " + id}
	}
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	request := json.RawMessage(body.Bytes())
	call, err := h.adapted(r, adapter, request)
	if err != nil {
		return err
	}
	call.Caller, call.Record = caller, web.Record(r.Context())
	call.Record.Stream = call.Stream
	w.KeepAlive(call.Stream)
	reply, err := h.Serve(r.Context(), call)
	if err != nil {
		return err
	}
	defer reply.Close()
	if reply.Events != nil {
		streamer := adapter.(Streamer) // or adapted had refused
		reply.Events = chunks(streamer, id, request, reply.Events)
		return w.Reply(reply)
	}
	answer, err := adapter.Reply(request, reply.Body.Bytes())
	if err == nil {
		reply.Body, err = raw.Parse(answer)
	}
	if err != nil {
		return broken(id, err)
	}
	return w.Reply(reply)
}

// adapted is the chat that a request stands for.
func (h *Handler) adapted(r *http.Request, adapter Adapter, request json.RawMessage) (*llm.Call, error) {
	chat, err := adapter.Request(request)
	if err != nil {
		var told *llm.Error
		if errors.As(err, &told) {
			return nil, told
		}
		return nil, &llm.Error{Class: llm.BadRequestError, Message: err.Error(), Err: err}
	}
	body, err := raw.Parse(chat)
	if err != nil {
		return nil, broken(r.PathValue("adapter_id"), err)
	}
	call, err := h.call(r, chatShape(), body)
	if err != nil {
		return nil, err
	}
	if _, ok := adapter.(Streamer); call.Stream && !ok {
		return nil, bad("stream", "the adapter "+r.PathValue("adapter_id")+" has no streams")
	}
	return call, nil
}

// chunks translates a stream. The facts that events carry stay.
func chunks(adapter Streamer, id string, request json.RawMessage, events iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range events {
			if err == nil && len(ev.Data) > 0 {
				if ev.Data, err = adapter.Chunk(request, ev.Data); err != nil {
					err = broken(id, err)
				}
			}
			if !yield(ev, err) || err != nil {
				return
			}
		}
	}
}

// broken is what a caller is told of an adapter that fails after the model did
// its work.
func broken(id string, err error) *llm.Error {
	var told *llm.Error
	if errors.As(err, &told) {
		return told
	}
	return &llm.Error{Class: llm.InternalServerError, Message: "the adapter " + id + " failed", Err: err}
}
