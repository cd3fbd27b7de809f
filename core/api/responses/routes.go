package responses

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handler answers the routes about one response, {id} in their path. Others'
// responses are as if they were not there.
type Handler struct {
	Store Store
	// Forget has a deployment's provider delete a response, if it keeps any.
	Forget func(ctx context.Context, deployment, id string, rec *llm.Record) error
}

// Retrieve answers GET /v1/responses/{id}.
func (h *Handler) Retrieve(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	if r.URL.Query().Get("stream") == "true" {
		return bad("stream", "only background responses can be streamed again, which are not supported")
	}
	one, err := h.find(r, caller)
	if err != nil {
		return err
	}
	return w.JSON(http.StatusOK, one.Response)
}

// Delete answers DELETE /v1/responses/{id}: first the provider forgets it, then
// the gateway, so that a failure leaves something to try again. Responses that
// follow it can then not be followed any more.
func (h *Handler) Delete(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	one, err := h.find(r, caller)
	if err != nil {
		return err
	}
	if err := h.Forget(r.Context(), one.Deployment, one.ID, web.Record(r.Context())); err != nil {
		return err
	}
	if err := h.Store.Delete(r.Context(), one.Owner, one.ID); err != nil {
		return unreadable(err)
	}
	return w.Value(struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Deleted bool   `json:"deleted"`
	}{one.ID, "response", true})
}

// Cancel answers POST /v1/responses/{id}/cancel: what is kept is complete.
func (h *Handler) Cancel(_ *web.Writer, r *http.Request, caller *llm.Caller) error {
	if _, err := h.find(r, caller); err != nil {
		return err
	}
	return bad("response_id", "Only background responses can be cancelled.")
}

// InputItems answers GET /v1/responses/{id}/input_items: the request's own
// items, last first unless ?order=asc, ?limit= of them (1 to 100, else 20),
// those that come after the item ?after=.
func (h *Handler) InputItems(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	limit, query := 20, r.URL.Query()
	if v := query.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			return bad("limit", "limit must be a number from 1 to 100")
		}
		limit = n
	}
	one, err := h.find(r, caller)
	if err != nil {
		return err
	}
	items := identified(one)
	switch query.Get("order") {
	case "asc":
	case "", "desc":
		slices.Reverse(items)
	default:
		return bad("order", "order must be asc or desc")
	}
	if after := query.Get("after"); after != "" {
		at := slices.IndexFunc(items, func(item json.RawMessage) bool { return idOf(item) == after })
		if at < 0 {
			return bad("after", "there is no item "+after)
		}
		items = items[at+1:]
	}
	page := struct {
		Object  string            `json:"object"`
		Data    []json.RawMessage `json:"data"`
		FirstID string            `json:"first_id"`
		LastID  string            `json:"last_id"`
		HasMore bool              `json:"has_more"`
	}{Object: "list", Data: items[:min(limit, len(items))], HasMore: len(items) > limit}
	if n := len(page.Data); n > 0 {
		page.FirstID, page.LastID = idOf(page.Data[0]), idOf(page.Data[n-1])
	}
	return w.Value(page)
}

func (h *Handler) find(r *http.Request, caller *llm.Caller) (Stored, error) {
	id := r.PathValue("id")
	one, err := h.Store.Get(r.Context(), owner(caller), id)
	switch {
	case errors.Is(err, ErrNotFound) || errors.Is(err, ErrTaken):
		return one, &llm.Error{Class: llm.NotFoundError, Type: "invalid_request_error", Message: "Response with id '" + id + "' not found."}
	case err != nil:
		return one, unreadable(err)
	}
	return one, nil
}

func idOf(item json.RawMessage) string {
	o, err := raw.Parse(item)
	if err != nil {
		return ""
	}
	id, _ := o.Text("id")
	return id
}

// identified are the items of a response's input with what callers may leave
// out: an id, a type, a status, and the list that holds a single text.
func identified(one Stored) []json.RawMessage {
	all := make([]json.RawMessage, 0, len(one.Input))
	for i, item := range one.Input {
		o, err := raw.Parse(item)
		if err != nil {
			continue // what was answered had been read
		}
		kind, ok := o.Text("type")
		if !ok {
			kind = "message"
			o = o.WithText("type", kind)
		}
		if kind == "message" {
			o = listed(o)
		}
		if !o.Has("status") && kind != "reasoning" && kind != "item_reference" {
			o = o.WithText("status", "completed")
		}
		if !o.Has("id") {
			o = o.WithText("id", prefix(kind)+"_"+strings.TrimPrefix(one.ID, "resp_")+"_i"+strconv.Itoa(i))
		}
		all = append(all, o.Bytes())
	}
	return all
}

// prefix is what the ids of a kind of item begin with.
func prefix(kind string) string {
	switch kind {
	case "message":
		return "msg"
	case "reasoning":
		return "rs"
	case "function_call_output":
		return "fco"
	}
	return "fc"
}

// listed is a message whose content is a list.
func listed(message raw.Object) raw.Object {
	text, ok := message.Raw("content")
	if !ok || text[0] != '"' {
		return message
	}
	part := raw.Object{}.WithText("type", "input_text").WithRaw("text", text)
	if role, _ := message.Text("role"); role == "assistant" {
		part = raw.Object{}.WithText("type", "output_text").WithRaw("text", text).WithRaw("annotations", json.RawMessage("[]")).WithRaw("logprobs", json.RawMessage("[]"))
	}
	return message.WithRaw("content", raw.List([]raw.Object{part}))
}

func bad(param, message string) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: message}
}
