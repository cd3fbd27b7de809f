package media

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

// ratios are the shapes of pictures that Gemini makes, and Imagen's fewer.
var (
	ratios       = []string{"1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"}
	imagenRatios = []string{"1:1", "3:4", "4:3", "9:16", "16:9"}
)

// Images is the codec of Gemini's models that make pictures, and of Imagen's.
func Images(now func() time.Time) wire.Codec {
	return wire.Codec{
		Encode: func(c *llm.Call) (*wire.Request, error) {
			if isImagen(c) {
				return imagen(c)
			}
			return draw(c, nil)
		},
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) {
			if isImagen(c) {
				return predicted(r, now)
			}
			return drawn(r, now)
		},
	}
}

// Edits is the codec for changing pictures, which Gemini does.
func Edits(now func() time.Time) wire.Codec {
	return wire.Codec{
		Encode: edit,
		Decode: func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) { return drawn(r, now) },
	}
}

func isImagen(call *llm.Call) bool { return !strings.Contains(call.To.Model, "gemini") }

// edit gives the pictures before what is to become of them.
func edit(call *llm.Call) (*wire.Request, error) {
	if len(picture.Files(call, "mask")) > 0 && !wire.Drops(call) {
		return nil, &llm.Error{Class: llm.UnsupportedParamsError, Param: "mask", Message: call.To.Provider + " does not support masks for " + call.To.Model}
	}
	images := picture.Files(call, "image")
	if len(images) == 0 {
		return nil, chat.Invalid("image", "a file is required")
	}
	var parts []raw.Object
	for _, f := range images {
		data, err := picture.Base64(f)
		if err != nil {
			return nil, err
		}
		kind := f.Type
		if kind == "" || kind == "application/octet-stream" {
			kind = "image/png"
		}
		inline := raw.Object{}.WithText("mimeType", kind).WithText("data", data)
		parts = append(parts, raw.Object{}.WithRaw("inlineData", inline.Bytes()))
	}
	return draw(call, parts)
}

func draw(call *llm.Call, parts []raw.Object) (*wire.Request, error) {
	r, err := begin(call)
	if err != nil {
		return nil, err
	}
	if err := r.One(); err != nil {
		return nil, err
	}
	ratio, err := r.Ratio(ratios...)
	if err != nil {
		return nil, err
	}
	config, shape := modalities(`["TEXT","IMAGE"]`), raw.Object{}
	if ratio != "" {
		shape = shape.WithText("aspectRatio", ratio)
	}
	for _, name := range []string{"image_config", "imageConfig"} {
		v, ok, err := r.Take(name)
		if err != nil {
			return nil, err
		}
		if ok {
			own, err := chat.Parse(name, v)
			if err != nil {
				return nil, err
			}
			shape = shape.Merged(own)
		}
	}
	if shape.Len() > 0 {
		config = config.WithRaw("imageConfig", shape.Bytes())
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return generate(call, append(parts, raw.Object{}.WithText("text", r.Prompt)), config, own), nil
}

// begin reads a request for pictures, whose bytes Google gives.
func begin(call *llm.Call) (*picture.Request, error) {
	r, err := picture.Read(call)
	if err != nil {
		return nil, err
	}
	return r, r.Only("b64_json")
}

func imagen(call *llm.Call) (*wire.Request, error) {
	r, err := begin(call)
	if err != nil {
		return nil, err
	}
	settings := chat.Number(raw.Object{}, "sampleCount", r.N)
	ratio, err := r.Ratio(imagenRatios...)
	if err != nil {
		return nil, err
	}
	if ratio != "" {
		settings = settings.WithText("aspectRatio", ratio)
	}
	output := raw.Object{}
	if as, ok := call.Body.Text("output_format"); ok {
		output = output.WithText("mimeType", "image/"+as)
	}
	output = r.Move(output, "output_compression", "compressionQuality")
	r.Done("output_format")
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	if settings = settings.Merged(own); output.Len() > 0 && !own.Has("outputOptions") {
		settings = settings.WithRaw("outputOptions", output.Bytes())
	}
	instance := raw.Object{}.WithText("prompt", r.Prompt)
	body := raw.Object{}.WithRaw("instances", raw.List([]raw.Object{instance})).WithRaw("parameters", settings.Bytes())
	return &wire.Request{Path: address(call, "predict"), Body: body.Bytes()}, nil
}

func drawn(r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	made, usage, err := read(r.Body)
	if err != nil {
		return nil, err
	}
	all := make([]picture.Picture, 0, len(made))
	for _, b := range made {
		all = append(all, picture.Picture{Base64: b.Data})
	}
	return picture.Reply(now, all, usage, raw.Object{})
}

// predicted reads Imagen's answer. Pictures that were kept back leave a reason.
func predicted(r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	var a struct {
		Predictions []struct {
			Data   string `json:"bytesBase64Encoded"`
			Prompt string `json:"prompt"`
			Why    string `json:"raiFilteredReason"`
		} `json:"predictions"`
	}
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	var all []picture.Picture
	var why string
	for _, p := range a.Predictions {
		if p.Data != "" {
			all = append(all, picture.Picture{Base64: p.Data, Prompt: p.Prompt})
		} else if p.Why != "" {
			why = p.Why
		}
	}
	if len(all) == 0 && why != "" {
		return nil, &llm.Error{Class: llm.ContentPolicyViolationError, Message: why}
	}
	return picture.Reply(now, all, llm.Usage{}, raw.Object{})
}
