// Package stability is Stability AI's stable image API: pictures of a
// description, and of a picture, one at a time. A model's name tells which
// service makes it; requests are forms, so that a caller's own members
// (negative_prompt, style_preset, seed, strength) are fields too.
//
// Source: https://platform.stability.ai/docs/api-reference
package stability

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/picture"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Stability's own address.
const Base = "https://api.stability.ai"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"STABILITY_API_KEY"} }

// BaseEnv is the variables that replace Base, the first that is set wins.
func BaseEnv() []string { return []string{"STABILITY_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "stability", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format. now stamps replies, which Stability does not.
func Dialect(now func() time.Time) wire.Dialect {
	made := func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(r, now) }
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Images, Format: llm.OpenAI}:     {Encode: generate, Decode: made},
			{Op: llm.ImageEdits, Format: llm.OpenAI}: {Encode: edit, Decode: made},
		},
		Fail: fail,
	}
}

// ratios are the shapes of pictures.
var ratios = []string{"1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"}

// generate asks for a picture of a description.
func generate(call *llm.Call) (*wire.Request, error) {
	r, err := picture.Read(call)
	if err != nil {
		return nil, err
	}
	ratio, err := r.Ratio(ratios...)
	if err != nil {
		return nil, err
	}
	fields := raw.Object{}
	if ratio != "" {
		fields = fields.WithText("aspect_ratio", ratio)
	}
	service := service(call.To.Model)
	if service == "sd3" && call.To.Model != service {
		fields = fields.WithText("model", call.To.Model)
	}
	return send(r, "/v2beta/stable-image/generate/"+service, fields, nil)
}

// service is the one that has a model. Those of the third Stable Diffusion are
// told apart within theirs.
func service(model string) string {
	switch {
	case strings.Contains(model, "ultra"):
		return "ultra"
	case strings.Contains(model, "core"):
		return "core"
	}
	return "sd3"
}

// editors are the services that change a picture, by the words that a model's
// name has for them, longer ones first.
var editors = []struct{ word, path string }{
	{"replace-background-and-relight", "edit/replace-background-and-relight"},
	{"search-and-replace", "edit/search-and-replace"},
	{"search-and-recolor", "edit/search-and-recolor"},
	{"remove-background", "edit/remove-background"},
	{"inpaint", "edit/inpaint"},
	{"outpaint", "edit/outpaint"},
	{"erase", "edit/erase"},
	{"style-transfer", "control/style-transfer"},
	{"structure", "control/structure"},
	{"sketch", "control/sketch"},
	{"style", "control/style"},
	{"fast", "upscale/fast"},
	{"conservative", "upscale/conservative"},
}

// edit asks for a picture of a picture. A model that is no editor draws over it.
func edit(call *llm.Call) (*wire.Request, error) {
	r, err := picture.Read(call)
	if err != nil {
		return nil, err
	}
	images := picture.Files(call, "image")
	if len(images) != 1 {
		return nil, chat.Invalid("image", "one file is required")
	}
	images[0].Field = "image"
	files := append(images, picture.Files(call, "mask")...)
	if r.Size != "" && !wire.Drops(call) {
		return nil, r.Unsupported("size", "another size than the picture's")
	}
	for _, e := range editors {
		if strings.Contains(call.To.Model, e.word) {
			return send(r, "/v2beta/stable-image/"+e.path, raw.Object{}, files)
		}
	}
	fields := raw.Object{}.WithText("mode", "image-to-image").WithText("strength", "0.7")
	if call.To.Model != "sd3" {
		fields = fields.WithText("model", call.To.Model)
	}
	return send(r, "/v2beta/stable-image/generate/sd3", fields, files)
}

// send makes the form. A caller's own fields win.
func send(r *picture.Request, path string, fields raw.Object, files []llm.File) (*wire.Request, error) {
	if err := r.Only("b64_json"); err != nil {
		return nil, err
	}
	if err := r.One(); err != nil {
		return nil, err
	}
	fields = r.Move(fields.WithText("prompt", r.Prompt), "output_format", "output_format")
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: path, Multipart: &wire.Multipart{Fields: form.Fields(fields.Merged(own)), Files: files}}, nil
}

func decode(r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	var a struct {
		Image  string          `json:"image"`
		Reason string          `json:"finish_reason"`
		Seed   json.RawMessage `json:"seed"`
	}
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	if a.Reason == "CONTENT_FILTERED" {
		return nil, &llm.Error{Class: llm.ContentPolicyViolationError, Message: "the picture was filtered", Code: a.Reason}
	}
	if a.Image == "" {
		return nil, picture.None()
	}
	fields := raw.Object{}
	if len(a.Seed) > 0 && raw.Strict(a.Seed) == nil {
		fields = fields.WithRaw("seed", a.Seed)
	}
	return picture.Reply(now, []picture.Picture{{Base64: a.Image}}, llm.Usage{}, fields)
}

// fail reads an error answer: a name and a list of what is wrong.
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	var said struct {
		Name   string   `json:"name"`
		Errors []string `json:"errors"`
	}
	if json.Unmarshal(r.Body, &said) != nil {
		return e
	}
	e.Code = said.Name
	if len(said.Errors) > 0 {
		e.Message = strings.Join(said.Errors, "; ")
	}
	switch {
	case said.Name == "content_moderation": // with 403
		e.Class = llm.ContentPolicyViolationError
	case r.Status == http.StatusPaymentRequired:
		e.Class = llm.PermissionDeniedError
	}
	return e
}
