// Package fal is fal.ai, where each model is an address of its own that is
// asked and answers in one request. What a model takes is its own business: the
// usual names are the newer models', and what a caller wrote for the model
// itself is passed on.
//
// Sources: https://docs.fal.ai/model-apis/model-endpoints/synchronous-requests
// and https://fal.ai/models/fal-ai/flux/schnell/api
package fal

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/picture"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is fal's own address for requests that are waited for.
const Base = "https://fal.run"

// KeyEnv is the variables that hold the key, the first that is set wins:
// LiteLLM's, and fal's own.
func KeyEnv() []string { return []string{"FAL_AI_API_KEY", "FAL_KEY"} }

// BaseEnv is the variables that replace Base, the first that is set wins.
func BaseEnv() []string { return []string{"FAL_AI_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "fal_ai", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Auth: auth, Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

func auth(_ context.Context, r *http.Request, _ []byte, _ *llm.Deployment, key string) error {
	if key != "" {
		r.Header.Set("Authorization", "Key "+key)
	}
	return nil
}

// Dialect returns the format. now stamps replies, which fal does not.
func Dialect(now func() time.Time) wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{{Op: llm.Images, Format: llm.OpenAI}: {
			Encode: encode,
			Decode: func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(r, now) },
		}},
		Fail: fail,
	}
}

// shaped are words in the names of models that take a ratio, where the others
// take a size.
var shaped = []string{"imagen", "ultra", "bria", "nano-banana", "gemini"}

// ratios are those that all of them have.
var ratios = []string{"1:1", "3:4", "4:3", "9:16", "16:9"}

func encode(call *llm.Call) (*wire.Request, error) {
	r, err := picture.Read(call)
	if err != nil {
		return nil, err
	}
	body := raw.Object{}.WithText("prompt", r.Prompt)
	if r.N > 1 {
		body = chat.Number(body, "num_images", r.N)
	}
	if body, err = size(r, body); err != nil {
		return nil, err
	}
	if r.Encoding == "b64_json" {
		body = body.WithRaw("sync_mode", json.RawMessage("true")) // the bytes in place of an address
	}
	for _, name := range []string{"output_format", "style"} { // OpenAI's words, and many models' too
		body = r.Move(body, name, name)
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: path(call.To.Model), Body: body.Merged(own).Bytes()}, nil
}

// size says it as the model takes it. What is no size of OpenAI's is the
// model's own word.
func size(r *picture.Request, body raw.Object) (raw.Object, error) {
	for _, word := range shaped {
		if !strings.Contains(r.Call.To.Model, word) {
			continue
		}
		ratio, err := r.Ratio(ratios...)
		if err != nil || ratio == "" {
			return body, err
		}
		return body.WithText("aspect_ratio", ratio), nil
	}
	switch {
	case r.Width > 0:
		both := chat.Number(chat.Number(raw.Object{}, "width", r.Width), "height", r.Height)
		return body.WithRaw("image_size", both.Bytes()), nil
	case r.Size != "":
		return body.WithText("image_size", r.Size), nil
	}
	return body, nil
}

// path keeps each part of a model's name in its own segment.
func path(model string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(model, "/") {
		b.WriteString("/" + url.PathEscape(part))
	}
	return b.String()
}

// file is a picture: an address, or the bytes as a data URL.
type file struct {
	URL string `json:"url"`
}

func decode(r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	var a struct {
		Images []file `json:"images"`
		Image  file   `json:"image"`
	}
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	var all []picture.Picture
	for _, f := range append(a.Images, a.Image) {
		if f.URL != "" {
			all = append(all, picture.Picture{URL: f.URL})
		}
	}
	fields := body.Without("images", "image", "prompt")
	for name, v := range fields.All() {
		if string(v) == "null" {
			fields = fields.Without(name)
		}
	}
	return picture.Reply(now, all, llm.Usage{}, fields)
}

// fail reads an error answer: a list of details, each with a type, or one
// detail with an error_type.
// Sources: https://docs.fal.ai/errors and
// https://fal.ai/docs/documentation/model-apis/request-errors
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	var said struct {
		Detail []struct {
			Type     string            `json:"type"`
			Location []json.RawMessage `json:"loc"`
		} `json:"detail"`
	}
	if json.Unmarshal(r.Body, &said) == nil && len(said.Detail) > 0 {
		e.Type = said.Detail[0].Type
		if loc := said.Detail[0].Location; len(loc) > 1 {
			_ = json.Unmarshal(loc[1], &e.Param) // a number is no member's name
		}
	}
	if e.Type == "" {
		e.Type = r.Header.Get("X-Fal-Error-Type")
	}
	switch {
	case e.Type == "content_policy_violation":
		e.Class = llm.ContentPolicyViolationError
	case r.Status == http.StatusPaymentRequired:
		e.Class = llm.PermissionDeniedError
	}
	return e
}
