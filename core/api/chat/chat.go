// Package chat answers the chat completions routes: it takes a request apart
// into what is for the gateway and what is for a provider, and has the gateway
// serve it.
package chat

import (
	"context"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handler answers POST /v1/chat/completions and its other spellings.
type Handler struct {
	Serve func(ctx context.Context, call *llm.Call) (*llm.Reply, error)
	// ClientCredentials lets callers bring an address, a key and headers of
	// their own.
	ClientCredentials bool
}

// Handle answers one request of a known caller.
func (h *Handler) Handle(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	call, err := h.call(r, body)
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
	return w.Reply(reply)
}

func (h *Handler) call(r *http.Request, body raw.Object) (*llm.Call, error) {
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Model: r.PathValue("model")}
	if other, ok := body.Folded("model"); ok {
		return nil, bad(other, "did you mean model? Names of members are told apart by case")
	}
	if v, ok := body.Raw("model"); ok && call.Model == "" && string(v) != "null" {
		if call.Model, ok = body.Text("model"); !ok {
			return nil, bad("model", "model must be a string")
		}
	}
	switch v, ok := body.Raw("messages"); {
	case !ok:
		return nil, bad("messages", "messages is required")
	case len(v) == 0 || v[0] != '[':
		return nil, bad("messages", "messages must be an array")
	}
	switch v, _ := body.Raw("stream"); string(v) {
	case "true":
		call.Stream = true
	case "", "false", "null":
	default:
		return nil, bad("stream", "stream must be true or false")
	}
	var err error
	if call.Body, call.Options, err = h.options(r.Header, body); err != nil {
		return nil, err
	}
	return call, nil
}

func bad(param, message string) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: message}
}
