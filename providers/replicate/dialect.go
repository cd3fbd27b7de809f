// Package replicate runs language models on Replicate, where a call is a
// prediction: it is created, polled until it is over, or listened to at an
// address that its creation names. What a prediction takes is the model's own
// business, so that the words for a prompt, a limit or a picture depend on who
// made the model (family); what a caller wrote for the model itself is passed
// on in the input.
//
// A model takes texts, not conversations, and has no tools.
//
// Source: https://replicate.com/docs/reference/http
package replicate

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Base is Replicate's own address.
const Base = "https://api.replicate.com/v1"

// KeyEnv is the variables that hold the key, the first that is set wins.
func KeyEnv() []string { return []string{"REPLICATE_API_KEY", "REPLICATE_API_TOKEN"} }

// BaseEnv is the variables that replace Base, the first that is set wins.
func BaseEnv() []string { return []string{"REPLICATE_API_BASE", "REPLICATE_BASE_URL"} }

// New makes the provider. open and guarded are as for wire.Provider.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "replicate", Base: Base, BaseEnv: BaseEnv(), KeyEnv: KeyEnv(),
		Dialect: Dialect(now), Client: open, Guarded: guarded,
	}
}

// Dialect returns the format. now stamps streams, which Replicate does not.
func Dialect(now func() time.Time) wire.Dialect {
	predictions := wire.Codec{
		Encode: encode,
		Then:   then,
		Decode: func(c *llm.Call, r *wire.Response) (*llm.Reply, error) { return decode(c, r, now) },
		Frames: frames,
		Events: chat.Events(now, start),
	}
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Chat, Format: llm.OpenAI}:   predictions,
			{Op: llm.Images, Format: llm.OpenAI}: images(now),
		},
		Fail: fail,
	}
}

// encode writes the request that creates a prediction.
func encode(call *llm.Call) (*wire.Request, error) {
	r := &request{Request: chat.Read(call), family: familyOf(call.To.Model)}
	for _, step := range []func() error{r.conversation, r.limit, r.stop, r.think} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for _, name := range r.family.takes {
		r.input = r.Move(r.input, name, name)
	}
	r.Neutral()
	path, version := target(call.To.Model)
	body := raw.Object{}
	if version != "" {
		body = body.WithText("version", version)
	}
	for _, name := range []string{"version", "webhook", "webhook_events_filter"} {
		body = r.Move(body, name, name)
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	body = body.WithRaw("input", r.input.Merged(rest).Bytes())
	if call.Stream {
		return &wire.Request{Path: path, Body: body.WithRaw("stream", []byte("true")).Bytes()}, nil
	}
	// The answer comes with the prediction if that takes less than a minute.
	return &wire.Request{Path: path, Header: http.Header{"Prefer": {"wait"}}, Body: body.Bytes()}, nil
}

// target is where a model's predictions are created, and the version that the
// body must name. A model is owner/name, owner/name:version, a version alone,
// or deployments/owner/name.
func target(model string) (path, version string) {
	name, version, _ := strings.Cut(model, ":")
	deployment, deployed := strings.CutPrefix(name, "deployments/")
	switch {
	case deployed:
		return "/v1/deployments/" + escaped(deployment) + "/predictions", ""
	case version == "" && !strings.Contains(name, "/"):
		return "/v1/predictions", name
	case version != "":
		return "/v1/predictions", version
	}
	return "/v1/models/" + escaped(name) + "/predictions", ""
}

// escaped keeps each part of owner/name in its own segment of the path.
func escaped(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}
