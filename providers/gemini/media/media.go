// Package media is what Gemini and Imagen make that is no text: speech and
// pictures, asked for in OpenAI's words. Google AI Studio and Vertex AI serve
// both alike. A caller's own members (seed, temperature, imageConfig,
// personGeneration) are passed on with the other settings.
//
// Sources: https://ai.google.dev/gemini-api/docs/speech-generation,
// https://ai.google.dev/gemini-api/docs/image-generation and
// https://ai.google.dev/gemini-api/docs/imagen
package media

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// address is where a model's method is, after the base.
func address(call *llm.Call, method string) string {
	return "/models/" + url.PathEscape(strings.TrimPrefix(call.To.Model, "models/")) + ":" + method
}

// generate asks a model for what config says. Of the caller's own members,
// those that are no settings stand beside them.
func generate(call *llm.Call, parts []raw.Object, config, own raw.Object) *wire.Request {
	content := raw.Object{}.WithText("role", "user").WithRaw("parts", raw.List(parts))
	body := raw.Object{}.WithRaw("contents", raw.List([]raw.Object{content}))
	for _, name := range []string{"safetySettings", "safety_settings", "labels"} {
		body = chat.Copy(body, own, name)
		own = own.Without(name)
	}
	body = body.WithRaw("generationConfig", config.Merged(own).Bytes())
	return &wire.Request{Path: address(call, "generateContent"), Body: body.Bytes()}
}

// modalities is what a model is to answer with.
func modalities(kinds string) raw.Object {
	return raw.Object{}.WithRaw("responseModalities", json.RawMessage(kinds))
}

// blob is data within an answer.
type blob struct {
	Type string `json:"mimeType"`
	Data string `json:"data"` // in base64
}

// answer is what is looked at in an answer of generateContent.
type answer struct {
	Candidates []struct {
		Content struct {
			Parts []struct {
				Inline  *blob `json:"inlineData"`
				Thought bool  `json:"thought"` // a sketch
			} `json:"parts"`
		} `json:"content"`
		Reason  string `json:"finishReason"`
		Message string `json:"finishMessage"`
	} `json:"candidates"`
	Feedback struct {
		Reason  string `json:"blockReason"`
		Message string `json:"blockReasonMessage"`
	} `json:"promptFeedback"`
	Counts *counts `json:"usageMetadata"`
}

type counts struct {
	Prompt     int64  `json:"promptTokenCount"`
	Candidates int64  `json:"candidatesTokenCount"`
	Thoughts   int64  `json:"thoughtsTokenCount"`
	In         []kind `json:"promptTokensDetails"`
	Out        []kind `json:"candidatesTokensDetails"`
}

type kind struct {
	Modality string `json:"modality"`
	Tokens   int64  `json:"tokenCount"`
}

// read reads an answer: what was made, and what it took. One that was blocked
// is an *llm.Error.
func read(body []byte) ([]blob, llm.Usage, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, llm.Usage{}, err
	}
	var made []blob
	for _, c := range a.Candidates {
		for _, p := range c.Content.Parts {
			if p.Inline != nil && !p.Thought {
				made = append(made, *p.Inline)
			}
		}
	}
	if len(made) == 0 {
		return nil, llm.Usage{}, a.blocked()
	}
	return made, a.Counts.usage(), nil
}

// blocked is why nothing was made; nil when the answer does not say.
func (a *answer) blocked() error {
	reason, message := a.Feedback.Reason, a.Feedback.Message
	for _, c := range a.Candidates {
		switch c.Reason {
		case "", "STOP", "MAX_TOKENS", "NO_IMAGE", "OTHER", "IMAGE_OTHER":
		default:
			reason, message = c.Reason, c.Message
		}
	}
	if reason == "" {
		return nil
	}
	if message == "" {
		message = "the model made nothing: " + reason
	}
	return &llm.Error{Class: llm.ContentPolicyViolationError, Message: message, Code: reason}
}

func (c *counts) usage() llm.Usage {
	if c == nil {
		return llm.Usage{}
	}
	return llm.Usage{
		Known: true, In: c.Prompt, Out: c.Candidates + c.Thoughts, Reasoning: c.Thoughts,
		ImageIn: of(c.In, "IMAGE"), ImageOut: of(c.Out, "IMAGE"), AudioOut: of(c.Out, "AUDIO"),
	}
}

func of(kinds []kind, modality string) (n int64) {
	for _, k := range kinds {
		if k.Modality == modality {
			n += k.Tokens
		}
	}
	return n
}
