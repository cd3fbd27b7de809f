package gemini

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// sampling takes what OpenAI and generationConfig both have.
// https://ai.google.dev/api/generate-content#generationconfig
func (r *request) sampling() error {
	for _, p := range [...]struct{ from, to string }{
		{"temperature", "temperature"},
		{"top_p", "topP"},
		{"n", "candidateCount"},
		{"seed", "seed"},
		{"presence_penalty", "presencePenalty"},
		{"frequency_penalty", "frequencyPenalty"},
		{"logprobs", "responseLogprobs"},
		{"top_logprobs", "logprobs"},
	} {
		r.config = r.Move(r.config, p.from, p.to)
	}
	limit, err := r.Limit()
	if err != nil {
		return err
	}
	if limit != nil {
		r.config = r.config.WithRaw("maxOutputTokens", limit)
	}
	stop, err := r.Stop()
	if stop != nil {
		r.config = r.config.WithRaw("stopSequences", stop)
	}
	switch tier, _ := r.In.Text("service_tier"); tier {
	case "flex", "priority", "standard":
		r.out = r.Move(r.out, "service_tier", "serviceTier")
	}
	r.User() // no word for it, see the package's comment
	return err
}

// format asks for JSON, with the schema as it is.
// https://ai.google.dev/gemini-api/docs/structured-output
func (r *request) format() error {
	f, err := r.Format()
	if err != nil || f.Type == "" || f.Type == "text" {
		return err
	}
	r.config = r.config.WithText("responseMimeType", "application/json")
	if len(f.Schema) > 0 {
		r.config = r.config.WithRaw("responseJsonSchema", f.Schema)
	}
	return nil
}

// sounds asks for pictures and speech.
// https://ai.google.dev/gemini-api/docs/speech-generation
func (r *request) sounds() error {
	v, _, err := r.Take("modalities")
	if err != nil {
		return err
	}
	var kinds []string
	if v != nil && string(v) != `["text"]` && json.Unmarshal(v, &kinds) != nil {
		return chat.Invalid("modalities", "a list of texts is needed")
	}
	for i := range kinds {
		kinds[i] = strings.ToUpper(kinds[i])
	}
	v, ok, err := r.Take("audio")
	if err != nil {
		return err
	}
	if ok {
		if err := r.speech(v); err != nil {
			return err
		}
		if !slices.Contains(kinds, "AUDIO") {
			kinds = append(kinds, "AUDIO")
		}
	}
	if len(kinds) > 0 {
		r.config, err = r.config.With("responseModalities", kinds)
	}
	return err
}

// speech names the voice. Gemini speaks 16-bit PCM only.
func (r *request) speech(v json.RawMessage) error {
	audio, err := chat.Parse("audio", v)
	if err != nil {
		return err
	}
	if format, _ := audio.Text("format"); format != "" && format != "pcm16" {
		return r.Unsupported("audio", "the audio format "+format+"; use pcm16")
	}
	voice, ok := audio.Text("voice")
	if !ok {
		return nil
	}
	o := raw.Object{}.WithText("voiceName", voice)
	for _, in := range []string{"prebuiltVoiceConfig", "voiceConfig"} {
		o = raw.Object{}.WithRaw(in, o.Bytes())
	}
	r.config = r.config.WithRaw("speechConfig", o.Bytes())
	return nil
}

// rest puts the members of Gemini's own that a caller wrote where they belong.
// They win over what was translated.
func (r *request) rest() error {
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return err
	}
	for name, v := range rest.All() {
		switch own := camel(name); {
		case string(v) == "null":
		case configured[own]:
			r.config = r.config.WithRaw(own, v)
		case own == "generationConfig":
			r.config = r.config.Merged(chat.Member(rest, name))
		case own == "toolConfig":
			r.toolConfig(chat.Member(rest, name))
		case topLevel[own]:
			r.out = r.out.WithRaw(own, v)
		default:
			r.out = r.out.WithRaw(name, v)
		}
	}
	if r.config.Len() > 0 {
		r.out = r.out.WithRaw("generationConfig", r.config.Bytes())
	}
	return nil
}

// configured are the members of generationConfig, and topLevel those beside it,
// that callers write as members of OpenAI's request, also in snake_case.
var (
	configured = words(`temperature topP topK candidateCount maxOutputTokens stopSequences presencePenalty
		frequencyPenalty seed responseMimeType responseSchema responseJsonSchema responseLogprobs routingConfig
		modelConfig responseModalities mediaResolution speechConfig audioTimestamp thinkingConfig imageConfig
		enableEnhancedCivicAnswers audioTranscriptionConfig`)
	topLevel = words(`safetySettings cachedContent labels serviceTier systemInstruction modelArmorConfig`)
)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// camel is Google's JSON name of a member that may be in snake_case, which
// Google takes too.
func camel(name string) string {
	first, rest, found := strings.Cut(name, "_")
	if !found || first == "" {
		return name
	}
	for word := range strings.SplitSeq(rest, "_") {
		if word == "" {
			return name
		}
		first += strings.ToUpper(word[:1]) + word[1:]
	}
	return first
}
