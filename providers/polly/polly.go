// Package polly is Amazon Polly: a text, or a text in SSML, spoken by one of
// AWS's voices. A deployment's model is the engine. Members that a caller wrote
// for Polly are passed on, under AWS's names or, as LiteLLM takes some of them,
// in snake_case.
//
// Source: https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
package polly

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// BaseEnv is the variable that holds Polly's address.
func BaseEnv() []string { return []string{"AWS_ENDPOINT_URL_POLLY"} }

// New makes the provider. open and guarded are as for wire.Provider; open also
// calls AWS's token service.
func New(open, guarded *http.Client, now func() time.Time) *wire.Provider {
	return &wire.Provider{
		Name: "aws_polly", BaseEnv: BaseEnv(), NoKey: true, Place: place,
		Auth: aws.New(open, now).Signed("polly"), Dialect: Dialect(), Client: open, Guarded: guarded,
	}
}

// place is the address that somebody configured, or the region's.
// Source: https://docs.aws.amazon.com/general/latest/gr/pol.html
func place(ctx context.Context, d *llm.Deployment, base string) (string, error) {
	if base != "" {
		return base, nil
	}
	return aws.Host(ctx, d, "", "polly")
}

// Dialect returns the format.
func Dialect() wire.Dialect {
	return wire.Dialect{
		Codecs: map[llm.Key]wire.Codec{
			{Op: llm.Speech, Format: llm.OpenAI}: {Encode: speak, Media: audio.Counted("X-Amzn-Requestcharacters")},
		},
		Fail: fail,
	}
}

// voices are those that LiteLLM takes for OpenAI's.
var voices = map[string]string{
	"": "Joanna", "alloy": "Joanna", "echo": "Matthew", "fable": "Amy", "onyx": "Brian", "nova": "Ivy", "shimmer": "Kendra",
}

// outputs are the words for OpenAI's formats. Polly's pcm has 16,000 samples a
// second, or 8,000.
var outputs = map[string]string{"mp3": "mp3", "opus": "ogg_opus", "pcm": "pcm"}

// names are AWS's for LiteLLM's.
var names = map[string]string{
	"language_code": "LanguageCode", "lexicon_names": "LexiconNames", "sample_rate": "SampleRate", "speech_mark_types": "SpeechMarkTypes",
}

func speak(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Speak(call)
	if err != nil {
		return nil, err
	}
	output, err := r.As(outputs)
	if err != nil {
		return nil, err
	}
	if err := r.Pace(); err != nil {
		return nil, err
	}
	if output == "" {
		output = "mp3"
	}
	voice := r.Voice
	if own, ok := voices[voice]; ok {
		voice = own
	}
	body := raw.Object{}.WithText("Engine", engine(call.To.Model)).WithText("OutputFormat", output).
		WithText("Text", r.Input).WithText("VoiceId", voice).WithText("TextType", kind(r.Input))
	for name, own := range names {
		body = r.Move(body, name, own)
	}
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	body = body.Merged(rest)
	if rate, ok := body.Raw("SampleRate"); ok && !chat.IsText(rate) {
		body = body.WithText("SampleRate", string(rate)) // AWS's type for it
	}
	return &wire.Request{Path: "/v1/speech", Body: body.Bytes(), Header: http.Header{"Accept": {"*/*"}}}, nil
}

// engine is the model's name, LiteLLM's usual one when it is none of AWS's.
func engine(model string) string {
	switch name := strings.ToLower(model[strings.LastIndexByte(model, '/')+1:]); name {
	case "standard", "neural", "long-form", "generative":
		return name
	}
	return "neural"
}

// kind tells SSML from a plain text by its root.
func kind(input string) string {
	if strings.Contains(input, "<speak>") || strings.Contains(input, "<speak ") {
		return "ssml"
	}
	return "text"
}

// fail reads an error answer: a message, with the exception's type in a header.
func fail(_ *llm.Call, r *wire.Response) *llm.Error {
	kind := aws.Kind(r)
	e := &llm.Error{Class: aws.ClassOf(r.Status, kind), Code: kind}
	var said struct {
		Message string `json:"message"` // or Message, which encoding/json takes for it
	}
	if json.Unmarshal(r.Body, &said) == nil {
		e.Message = said.Message
	}
	if kind == "TextLengthExceededException" {
		e.Class = llm.ContextWindowExceededError
	}
	return e
}
