// Package recraft is Recraft's pictures: OpenAI's words, with styles of its own
// (style, style_id, controls), and another address for pictures of a picture.
//
// Source: https://www.recraft.ai/docs/api-reference/endpoints
package recraft

import (
	"net/http"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/picture"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Recraft's own address.
const Base = "https://external.api.recraft.ai"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"RECRAFT_API_KEY"} }

// BaseEnv is the variables that replace Base, the first that is set wins.
func BaseEnv() []string { return []string{"RECRAFT_API_BASE"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "recraft", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// unsupported are the members of OpenAI's that Recraft does not take.
var unsupported = []string{
	"background", "input_fidelity", "moderation", "output_compression", "output_format", "partial_images", "quality", "stream", "user",
}

// Dialect returns the format. now stamps replies.
func Dialect(now func() time.Time) wire.Dialect {
	drawing := openai.Quirks{Path: "/v1/images/generations", Unsupported: unsupported}
	editing := openai.Quirks{Path: "/v1/images/imageToImage", Unsupported: slices.Concat(unsupported, []string{"size"})}
	d := openai.Dialect(openai.Quirks{Offers: map[llm.Op]openai.Quirks{llm.Images: drawing, llm.ImageEdits: editing}}, now)
	made := map[llm.Key]wire.Codec{}
	for _, op := range []llm.Op{llm.Images, llm.ImageEdits} {
		made[llm.Key{Op: op, Format: llm.OpenAI}] = plain(d.Codecs[llm.Key{Op: op, Format: llm.OpenAI}])
	}
	key := llm.Key{Op: llm.ImageEdits, Format: llm.OpenAI}
	made[key] = changing(made[key])
	return wire.Dialect{Codecs: made, Fail: chat.Fail}
}

// plain is a codec without a stream, which Recraft does not have.
func plain(c wire.Codec) wire.Codec {
	c.Events, c.Frames = nil, nil
	return c
}

// strength is how much of a picture is changed, of 1, when nobody says: LiteLLM's.
const strength = "0.2"

// changing is the codec for pictures of a picture: one, and how much to change.
func changing(c wire.Codec) wire.Codec {
	encode := c.Encode
	c.Encode = func(call *llm.Call) (*wire.Request, error) {
		images := picture.Files(call, "image")
		if len(images) != 1 {
			return nil, chat.Invalid("image", "one file is required")
		}
		if len(picture.Files(call, "mask")) > 0 && !wire.Drops(call) {
			return nil, &llm.Error{Class: llm.UnsupportedParamsError, Param: "mask", Message: "recraft does not support masks"}
		}
		images[0].Field = "image"
		only := *call
		only.Files = images
		if !call.Body.Has("strength") {
			only.Body = call.Body.WithText("strength", strength)
		}
		return encode(&only)
	}
	return c
}
