// Package calls answers the routes that ask for a model: it takes a request
// apart into what is for the gateway and what is for a provider, and has the
// gateway serve it. What the routes differ in is a Shape.
package calls

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handler answers requests for models.
type Handler struct {
	Serve func(ctx context.Context, call *llm.Call) (*llm.Reply, error)
	// ClientCredentials lets callers bring an address, a key and headers of
	// their own.
	ClientCredentials bool
	// Count counts the tokens of a call's prompt.
	Count func(call *llm.Call) (int, error)
	// Adapters are formats of the operator's own, by name.
	Adapters map[string]Adapter
	// CustomerHeader is one that names the caller's own customer, beside
	// LiteLLM's; "": none.
	CustomerHeader string
}

// Shape is what a route's requests have in common.
type Shape struct {
	Op     llm.Op
	Format llm.Format
	List   string   // a member that must be an array; "" for none
	Needs  []string // members that must be there
	File   string   // a form's file that must be there; "" for none
}

// Shapes are those of requests without files, by LiteLLM's names for the calls.
func Shapes() map[string]Shape {
	return map[string]Shape{
		"completion":         chatShape(),
		"text_completion":    {Op: llm.Chat, Format: llm.Completions, Needs: []string{"prompt"}},
		"responses":          {Op: llm.Chat, Format: llm.Responses},
		"anthropic_messages": {Op: llm.Chat, Format: llm.Messages, Needs: []string{"messages", "max_tokens"}, List: "messages"},
		"embedding":          {Op: llm.Embeddings, Format: llm.OpenAI, Needs: []string{"input"}},
		"moderation":         {Op: llm.Moderations, Format: llm.OpenAI, Needs: []string{"input"}},
		"rerank":             {Op: llm.Rerank, Format: llm.OpenAI, Needs: []string{"query", "documents"}, List: "documents"},
		"image_generation":   {Op: llm.Images, Format: llm.OpenAI, Needs: []string{"prompt"}},
		"speech":             {Op: llm.Speech, Format: llm.OpenAI, Needs: []string{"input", "voice"}},
	}
}

// chatShape is the shape of a chat completion.
func chatShape() Shape {
	return Shape{Op: llm.Chat, Format: llm.OpenAI, Needs: []string{"messages"}, List: "messages"}
}

// JSON answers a request whose body is an object.
func (h *Handler) JSON(s Shape) func(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return func(w *web.Writer, r *http.Request, caller *llm.Caller) error {
		body, err := web.Object(r)
		if err != nil {
			return err
		}
		call, err := h.call(r, s, body)
		if err != nil {
			return err
		}
		return h.serve(w, r, caller, call)
	}
}

// Form answers a request whose body is a form with files, or an object where
// the vendor's API takes both.
func (h *Handler) Form(s Shape) func(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return func(w *web.Writer, r *http.Request, caller *llm.Caller) error {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && s.Op == llm.ImageEdits {
			s.File = ""
			return h.JSON(s)(w, r, caller)
		}
		fields, files, done, err := web.Form(r)
		defer done()
		if err != nil {
			return err
		}
		call, err := h.call(r, s, typed(fields))
		if err != nil {
			return err
		}
		if call.Files = files; s.File != "" && !slices.ContainsFunc(files, func(f llm.File) bool { return strings.TrimSuffix(f.Field, "[]") == s.File }) {
			return bad(s.File, s.File+" is required")
		}
		return h.serve(w, r, caller, call)
	}
}

// typed gives the fields of a form that the gateway reads, all of which are
// texts, the values that they have in an object.
func typed(fields raw.Object) raw.Object {
	for name := range fields.All() {
		text, _ := fields.Text(name)
		if _, mine := controls[name]; (mine || name == "stream") && json.Valid([]byte(text)) {
			fields = fields.WithRaw(name, json.RawMessage(text))
		}
	}
	return fields
}

// Gemini answers a path of Google's that ends in a model and a method:
// gemini-2.5-flash:generateContent.
func (h *Handler) Gemini(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	model, method, _ := cutLast(r.PathValue("id"), ":")
	switch method {
	case "generateContent", "streamGenerateContent":
	case "countTokens":
		return h.countGemini(w, r, caller, model)
	default:
		return &llm.Error{Class: llm.NotFoundError, Message: "there is no method " + method + " of a model"}
	}
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if _, ok := body.Raw("contents"); !ok {
		return bad("contents", "contents is required")
	}
	call := &llm.Call{Op: llm.Chat, Format: llm.Gemini, Model: model, Stream: method == "streamGenerateContent"}
	if call.Body, call.Options, err = h.options(r.Header, body, call.Format); err != nil {
		return err
	}
	return h.serve(w, r, caller, call)
}

// countGemini answers countTokens, whose request is contents, or a whole request.
// Source: https://ai.google.dev/api/tokens#method:-models.counttokens
func (h *Handler) countGemini(w *web.Writer, r *http.Request, caller *llm.Caller, model string) error {
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if v, ok := body.Raw("generateContentRequest"); ok {
		if body, err = raw.Parse(v); err != nil {
			return bad("generateContentRequest", "generateContentRequest must be an object")
		}
	}
	n, err := h.Count(&llm.Call{Op: llm.Chat, Format: llm.Gemini, Body: body, Model: model, Caller: caller, Record: web.Record(r.Context())})
	if err != nil {
		return err
	}
	return w.Value(map[string]int{"totalTokens": n})
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (h *Handler) serve(w *web.Writer, r *http.Request, caller *llm.Caller, call *llm.Call) error {
	call.Caller, call.Record = caller, web.Record(r.Context())
	call.Record.Stream = call.Stream
	if call.Op != llm.Speech && call.Op != llm.Transcriptions && call.Op != llm.Translations { // whose answers may not be JSON
		w.KeepAlive(call.Stream)
	}
	reply, err := h.Serve(r.Context(), call)
	if err != nil {
		return err
	}
	defer reply.Close()
	return w.Reply(reply)
}

func (h *Handler) call(r *http.Request, s Shape, body raw.Object) (*llm.Call, error) {
	call := &llm.Call{Op: s.Op, Format: s.Format, Model: r.PathValue("model")}
	if other, ok := body.Folded("model"); ok {
		return nil, bad(other, "did you mean model? Names of members are told apart by case")
	}
	if v, ok := body.Raw("model"); ok && call.Model == "" && string(v) != "null" {
		if call.Model, ok = body.Text("model"); !ok {
			return nil, bad("model", "model must be a string")
		}
	}
	for _, name := range s.Needs {
		if !body.Has(name) {
			return nil, bad(name, name+" is required")
		}
	}
	if s.List != "" {
		if v, _ := body.Raw(s.List); len(v) == 0 || v[0] != '[' {
			return nil, bad(s.List, s.List+" must be an array")
		}
	}
	switch v, _ := body.Raw("stream"); string(v) {
	case "true":
		call.Stream = true
	case "", "false", "null":
	default:
		return nil, bad("stream", "stream must be true or false")
	}
	var err error
	if call.Body, call.Options, err = h.options(r.Header, body, s.Format); err != nil {
		return nil, err
	}
	if beta := r.Header.Values(betaHeader); s.Format == llm.Messages && len(beta) > 0 {
		if call.Options.ExtraHeaders == nil {
			call.Options.ExtraHeaders = http.Header{}
		}
		call.Options.ExtraHeaders[betaHeader] = beta
	}
	return call, nil
}

// betaHeader is a part of a request in Anthropic's words: it names the members
// of the body that are not settled yet.
const betaHeader = "Anthropic-Beta"

func bad(param, message string) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Param: param, Message: message}
}
