// Package answer reads what Gemini says: answers, the events of a stream, and
// errors, and gives it in OpenAI's words. What OpenAI has no word for goes into
// provider_specific_fields, under LiteLLM's names where it has some.
//
// Source: https://ai.google.dev/api/generate-content#generatecontentresponse
package answer

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var (
	errNoCandidates = errors.New("no candidates in the answer")
	errIndex        = errors.New("a candidate of an impossible index")
)

// response is an answer, or an event of a stream.
// https://ai.google.dev/api/generate-content#generatecontentresponse
type response struct {
	head       chat.Head
	candidates []candidate
	answered   bool // there is a list of candidates
	usage      llm.Usage
	fields     raw.Object // what OpenAI has no word for
	billed     raw.Object // likewise of the usage, which each event of a stream repeats
}

func read(call *llm.Call, body []byte) (*response, error) {
	o, err := raw.Parse(body)
	if err != nil {
		return nil, err
	}
	r := &response{}
	for name, v := range o.All() {
		switch name {
		case "error":
			return nil, Fail(call, &wire.Response{Status: 200, Body: body})
		case "promptFeedback":
			err = r.feedback(v)
		case "candidates":
			err = r.answers(v)
		case "usageMetadata":
			err = r.counts(v)
		case "modelVersion":
			r.head.Model, _ = o.Text(name)
		case "responseId":
			r.head.ID, _ = o.Text(name)
		case "createTime":
			text, _ := o.Text(name)
			if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
				r.head.Created = t.Unix()
			}
		default:
			r.fields = r.fields.WithRaw(name, v)
		}
		if err != nil {
			return nil, err
		}
	}
	for i := range r.candidates {
		r.usage.Searches += r.candidates[i].searches
	}
	if len(r.candidates) == 0 || r.candidates[0].finish != "" {
		r.fields = r.fields.Merged(r.billed)
	}
	if len(r.candidates) > 0 {
		r.candidates[0].fields = r.candidates[0].fields.Merged(r.fields)
	}
	return r, nil
}

func (r *response) answers(v json.RawMessage) error {
	r.answered = true
	for _, v := range raw.Items(v) {
		c, err := readCandidate(v)
		if err != nil {
			return err
		}
		r.candidates = append(r.candidates, c)
	}
	return nil
}

// feedback is of the prompt. One that was refused has no answer.
// https://ai.google.dev/gemini-api/docs/safety-settings
func (r *response) feedback(v json.RawMessage) error {
	o, err := raw.Parse(v)
	if err != nil {
		return err
	}
	reason, _ := o.Text("blockReason")
	if reason == "" {
		if o.Len() > 0 {
			r.fields = r.fields.WithRaw("prompt_feedback", v)
		}
		return nil
	}
	message := "the prompt was refused: " + reason
	if why, _ := o.Text("blockReasonMessage"); why != "" {
		message += ": " + why
	}
	return &llm.Error{Class: llm.ContentPolicyViolationError, Message: message, Type: strings.ToLower(reason)}
}

// Decode reads a whole answer; now stamps one without a time.
func Decode(call *llm.Call, answer *wire.Response, now func() time.Time) (*llm.Reply, error) {
	r, err := read(call, answer.Body)
	if err != nil {
		return nil, err
	}
	if !r.answered || len(r.candidates) == 0 {
		return nil, errNoCandidates
	}
	if tier := answer.Header.Get("X-Gemini-Service-Tier"); tier == "flex" || tier == "priority" {
		r.usage.Tier = tier
	}
	slices.SortStableFunc(r.candidates, func(a, b candidate) int { return a.index - b.index })
	answers := make([]chat.Answer, len(r.candidates))
	for i := range r.candidates {
		answers[i] = r.candidates[i].answer(call, now)
	}
	return chat.Reply(call, now, r.head, answers, r.usage), nil
}

func (c *candidate) answer(call *llm.Call, now func() time.Time) chat.Answer {
	return chat.Answer{
		Text: joined(c.texts), Reasoning: joined(c.reasoning), Thoughts: c.thoughts, Calls: c.calls,
		Finish: c.finish, Logprobs: c.logprobs, More: c.media(call, now), Fields: c.all(),
	}
}

// media are the pictures and the speech, as LiteLLM gives them.
func (c *candidate) media(call *llm.Call, now func() time.Time) raw.Object {
	o := raw.Object{}
	if len(c.images) > 0 {
		o = o.WithRaw("images", raw.List(c.images))
	}
	if c.sound != "" {
		sound := raw.Object{}.WithText("id", "audio_"+call.Record.RequestID).WithText("data", c.sound)
		sound = chat.Number(sound, "expires_at", now().Add(24*time.Hour).Unix()).WithText("transcript", "")
		o = o.WithRaw("audio", sound.Bytes())
	}
	return o
}

func joined(quoted []json.RawMessage) string {
	var b strings.Builder
	for _, q := range quoted {
		var s string
		_ = json.Unmarshal(q, &s) // raw.Parse has read it
		b.WriteString(s)
	}
	return b.String()
}
