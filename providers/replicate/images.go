package replicate

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/picture"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// images is the codec of models that make pictures. Replicate gives their
// addresses.
func images(now func() time.Time) wire.Codec {
	return wire.Codec{
		Encode: draw, Then: then,
		Decode: func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) { return drawn(r, now) },
	}
}

// imageRatios are those that models with ratios have in common.
var imageRatios = []string{"1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9"}

// draw writes the request that creates a prediction.
func draw(call *llm.Call) (*wire.Request, error) {
	r, err := picture.Read(call)
	if err != nil {
		return nil, err
	}
	if err := r.Only("url"); err != nil {
		return nil, err
	}
	input := raw.Object{}.WithText("prompt", r.Prompt)
	if r.N > 1 {
		input = chat.Number(input, "num_outputs", r.N)
	}
	if input, err = sized(r, input); err != nil {
		return nil, err
	}
	for _, name := range []string{"output_format", "quality", "style", "background", "moderation"} { // many models' own words
		input = r.Move(input, name, name)
	}
	input = r.Move(input, "output_compression", "output_quality")
	path, version := target(call.To.Model)
	body := raw.Object{}
	if version != "" {
		body = body.WithText("version", version)
	}
	for _, name := range []string{"version", "webhook", "webhook_events_filter"} {
		body = r.Move(body, name, name)
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{
		Path: path, Header: http.Header{"Prefer": {"wait"}}, Body: body.WithRaw("input", input.Merged(own).Bytes()).Bytes(),
	}, nil
}

// sized says the size in the words of the model's maker.
// Sources: https://replicate.com/stability-ai/sdxl/api/schema,
// https://replicate.com/recraft-ai/recraft-v3/api/schema and
// https://replicate.com/black-forest-labs/flux-schnell/api/schema
func sized(r *picture.Request, input raw.Object) (raw.Object, error) {
	model := r.Call.To.Model
	switch {
	case r.Size == "":
		return input, nil
	case strings.HasPrefix(model, "recraft-ai/"):
		return input.WithText("size", r.Size), nil
	case r.Width > 0 && (strings.Contains(model, "sdxl") || strings.Contains(model, "stable-diffusion:")):
		return chat.Number(chat.Number(input, "width", r.Width), "height", r.Height), nil
	}
	ratio, err := r.Ratio(imageRatios...)
	return input.WithText("aspect_ratio", ratio), err
}

// drawn reads a prediction whose output is an address or a list of them.
func drawn(r *wire.Response, now func() time.Time) (*llm.Reply, error) {
	p, err := read(r.Body)
	if err != nil {
		return nil, err
	}
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	var list []string
	if chat.IsText(p.Output) {
		list = []string{p.text()}
	} else if err := json.Unmarshal(p.Output, &list); err != nil {
		return nil, err
	}
	var all []picture.Picture
	for _, address := range list {
		if address != "" {
			all = append(all, picture.Picture{URL: address})
		}
	}
	return picture.Reply(now, all, llm.Usage{}, unmapped(body))
}
