package generate

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// config says generationConfig.
// https://ai.google.dev/api/generate-content#generationconfig
func (r *request) config() error {
	v, ok, err := r.take("generationConfig")
	if !ok || err != nil {
		return err
	}
	c, err := object("generationConfig", v)
	if err != nil {
		return err
	}
	for name, v := range c.All() {
		if !c.Has(name) {
			continue
		}
		if to := words[name]; to != "" {
			r.out = r.out.WithRaw(to, v)
			continue
		}
		switch name {
		case "stopSequences":
			if string(v) != "[]" {
				r.out = r.out.WithRaw("stop", v)
			}
		case "responseMimeType", "responseSchema", "responseJsonSchema", "_responseJsonSchema":
		case "thinkingConfig":
			err = r.thinking(v)
		case "responseModalities":
			err = r.modalities(v)
		case "speechConfig":
			err = r.speech(v)
		case "topK":
			if !r.drops() {
				r.out = r.out.WithRaw("top_k", integral(v)) // not OpenAI's, but the word of those who have it
			}
		default:
			if !r.drops() {
				r.out = r.out.WithRaw(name, v)
			}
		}
		if err != nil {
			return err
		}
	}
	return r.format(c)
}

// words are OpenAI's for what means the same.
var words = map[string]string{
	"temperature": "temperature", "topP": "top_p", "candidateCount": "n", "maxOutputTokens": "max_completion_tokens", "seed": "seed",
	"presencePenalty": "presence_penalty", "frequencyPenalty": "frequency_penalty", "responseLogprobs": "logprobs", "logprobs": "top_logprobs",
}

// format asks for JSON.
// https://ai.google.dev/gemini-api/docs/structured-output
func (r *request) format(c raw.Object) error {
	kind, _ := c.Text("responseMimeType")
	schema, err := responseSchema(c)
	if err != nil {
		return err
	}
	switch {
	case kind == "" && schema == nil, kind == "text/plain":
		return nil
	case kind != "application/json" && kind != "":
		return unsupported("responseMimeType", "a chat answers text/plain or application/json, not "+strconv.Quote(kind))
	case schema == nil:
		r.out = r.out.WithRaw("response_format", typed("json_object").Bytes())
		return nil
	}
	o := raw.Object{}.WithText("name", "response").WithRaw("schema", schema)
	r.out = r.out.WithRaw("response_format", typed("json_schema").WithRaw("json_schema", o.Bytes()).Bytes())
	return nil
}

func responseSchema(c raw.Object) (json.RawMessage, error) {
	for _, name := range []string{"responseJsonSchema", "_responseJsonSchema"} {
		if v, _ := c.Raw(name); c.Has(name) {
			return v, nil
		}
	}
	if !c.Has("responseSchema") {
		return nil, nil
	}
	v, _ := c.Raw("responseSchema")
	return lowered("responseSchema", v)
}

// thinking is how much to think. Budgets are in tokens, as Google's own
// OpenAI-compatible API has them: https://ai.google.dev/gemini-api/docs/openai
func (r *request) thinking(v json.RawMessage) error {
	c, err := object("thinkingConfig", v)
	if err != nil {
		return err
	}
	effort := ""
	switch level, _ := c.Text("thinkingLevel"); level {
	case "", "THINKING_LEVEL_UNSPECIFIED":
	default:
		effort = strings.ToLower(level)
	}
	if c.Has("thinkingBudget") {
		v, _ := c.Raw("thinkingBudget")
		budget, err := strconv.Atoi(string(v))
		switch {
		case err != nil:
			return invalid("thinkingBudget", "a whole number is needed")
		case budget < 0: // as much as the model likes
		case budget == 0:
			effort = "none"
		case budget <= 1024:
			effort = "low"
		case budget <= 8192:
			effort = "medium"
		default:
			effort = "high"
		}
	}
	if effort != "" {
		r.out = r.out.WithText("reasoning_effort", effort)
	}
	return nil
}

// modalities are what the answer is to consist of.
func (r *request) modalities(v json.RawMessage) error {
	var kinds []string
	if json.Unmarshal(v, &kinds) != nil {
		return invalid("responseModalities", "a list of texts is needed")
	}
	for i := range kinds {
		kinds[i] = strings.ToLower(kinds[i])
	}
	if len(kinds) == 0 || len(kinds) == 1 && kinds[0] == "text" {
		return nil
	}
	var err error
	r.out, err = r.out.With("modalities", kinds)
	return err
}

// speech names the voice. Google's speech is 16-bit PCM.
// https://ai.google.dev/gemini-api/docs/speech-generation
func (r *request) speech(v json.RawMessage) error {
	c, err := object("speechConfig", v)
	for _, in := range []string{"voiceConfig", "prebuiltVoiceConfig"} {
		if err != nil {
			return err
		}
		c, err = member("speechConfig", c, in)
	}
	voice, _ := c.Text("voiceName")
	switch {
	case err != nil:
		return err
	case voice == "":
		return unsupported("speechConfig", "a chat speaks with one voice, which has a name")
	}
	o := raw.Object{}.WithText("voice", voice).WithText("format", "pcm16")
	r.out = r.out.WithRaw("audio", o.Bytes())
	return nil
}

// integral is a whole number without the fraction that Google's clients write,
// and others refuse.
func integral(v json.RawMessage) json.RawMessage {
	whole, fraction, found := strings.Cut(string(v), ".")
	if found && strings.Trim(fraction, "0") == "" {
		return json.RawMessage(whole)
	}
	return v
}
