// Package pictures is what models of pictures take and give behind Bedrock's
// InvokeModel: Amazon's Titan and Nova Canvas, and Stability's in their older
// and their newer words. What a caller wrote for the model itself is passed on.
//
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
package pictures

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/picture"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Body is the request of a model, by the name of who made it and what it is.
func Body(call *llm.Call, name string) (raw.Object, error) {
	r, err := picture.Read(call)
	if err != nil {
		return raw.Object{}, err
	}
	if err := r.Only("b64_json"); err != nil {
		return raw.Object{}, err
	}
	switch {
	case strings.Contains(name, "titan-image"), strings.Contains(name, "nova-canvas"):
		return canvas(r)
	case strings.Contains(name, "stable-diffusion-xl"):
		return diffusion(r)
	case strings.HasPrefix(name, "stability."):
		return stable(r)
	}
	return raw.Object{}, &llm.Error{Class: llm.BadRequestError, Param: "model", Message: "bedrock makes no pictures with " + call.To.Model}
}

// beside are the members of Amazon's models that stand beside the settings.
var beside = []string{
	"taskType", "textToImageParams", "colorGuidedGenerationParams", "imageVariationParams", "inPaintingParams",
	"outPaintingParams", "backgroundRemovalParams",
}

// canvas is Amazon's: a task, its parameters and settings.
// Source: https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
func canvas(r *picture.Request) (raw.Object, error) {
	body, settings := raw.Object{}, raw.Object{}
	if r.N > 1 || r.In.Has("n") {
		settings = chat.Number(settings, "numberOfImages", r.N)
	}
	if r.Width > 0 {
		settings = chat.Number(chat.Number(settings, "width", r.Width), "height", r.Height)
	} else if r.Size != "" {
		return body, chat.Invalid("size", "must be as 1024x1024")
	}
	switch as, _ := r.In.Text("quality"); as {
	case "hd", "premium", "high":
		settings = settings.WithText("quality", "premium")
		r.Done("quality")
	case "standard", "medium", "low":
		settings = settings.WithText("quality", "standard")
		r.Done("quality")
	}
	params := r.Move(raw.Object{}.WithText("text", r.Prompt), "negativeText", "negativeText")
	for _, name := range beside {
		body = r.Move(body, name, name)
	}
	own, err := r.Rest()
	if err != nil {
		return body, err
	}
	task, given := body.Text("taskType")
	if !given {
		task, body = "TEXT_IMAGE", body.WithText("taskType", "TEXT_IMAGE")
	}
	for kind, member := range map[string]string{"TEXT_IMAGE": "textToImageParams", "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams"} {
		if task == kind {
			body = body.WithRaw(member, params.Merged(chat.Member(body, member)).Bytes())
		}
	}
	settings = settings.Merged(own.Without("imageGenerationConfig")).Merged(chat.Member(own, "imageGenerationConfig"))
	return body.WithRaw("imageGenerationConfig", settings.Bytes()), nil
}

// ratios are the shapes of Stability's pictures.
var ratios = []string{"1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"}

// stable is Stability's newer models'.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-3-5-large.html
func stable(r *picture.Request) (raw.Object, error) {
	body := raw.Object{}.WithText("prompt", r.Prompt)
	if err := r.One(); err != nil {
		return body, err
	}
	ratio, err := r.Ratio(ratios...)
	if err != nil {
		return body, err
	}
	if ratio != "" {
		body = body.WithText("aspect_ratio", ratio)
	}
	body = r.Move(body, "output_format", "output_format")
	own, err := r.Rest()
	return body.Merged(own), err
}

// diffusion is Stable Diffusion XL's.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-diffusion-1-0-text-image.html
func diffusion(r *picture.Request) (raw.Object, error) {
	prompt := chat.Number(raw.Object{}.WithText("text", r.Prompt), "weight", 1)
	body := raw.Object{}.WithRaw("text_prompts", raw.List([]raw.Object{prompt}))
	if r.Width > 0 {
		body = chat.Number(chat.Number(body, "width", r.Width), "height", r.Height)
	}
	if r.N > 1 {
		body = chat.Number(body, "samples", r.N)
	}
	own, err := r.Rest()
	return body.Merged(own), err
}

// answer is what any of the models says.
type answer struct {
	Images    []string  `json:"images"`
	Reasons   []*string `json:"finish_reasons"` // Stability's: null is well
	Error     string    `json:"error"`          // Amazon's: what was kept back
	Artifacts []struct {
		Data   string `json:"base64"`
		Reason string `json:"finishReason"`
	} `json:"artifacts"` // Stable Diffusion XL's
}

// Reply reads an answer. now stamps it.
func Reply(r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	var a answer
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	var all []picture.Picture
	why := a.Error
	for i, data := range a.Images {
		if i < len(a.Reasons) && a.Reasons[i] != nil || data == "" {
			continue
		}
		all = append(all, picture.Picture{Base64: data})
	}
	for _, reason := range a.Reasons {
		if reason != nil {
			why = *reason
		}
	}
	for _, made := range a.Artifacts {
		if made.Reason == "CONTENT_FILTERED" || made.Reason == "ERROR" || made.Data == "" {
			why = made.Reason
			continue
		}
		all = append(all, picture.Picture{Base64: made.Data})
	}
	if len(all) == 0 && why != "" {
		return nil, refused(why)
	}
	return picture.Reply(now, all, llm.Usage{}, raw.Object{})
}

func refused(why string) *llm.Error {
	e := &llm.Error{Class: llm.ContentPolicyViolationError, Message: why}
	if why == "Inference error" || why == "ERROR" {
		e.Class = llm.InternalServerError
	}
	return e
}
