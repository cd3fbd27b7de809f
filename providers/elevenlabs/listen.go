package elevenlabs

import (
	"encoding/json"
	"errors"
	"math"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// listen writes the form that asks for a transcript.
func listen(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Hear(call)
	if err != nil {
		return nil, err
	}
	query := r.Move(raw.Object{}, "enable_logging", "enable_logging")
	fields := raw.Object{}.WithText("model_id", call.To.Model)
	if r.Language != "" {
		fields = fields.WithText("language_code", r.Language)
	}
	fields = r.Move(fields, "temperature", "temperature")
	if r.Diarized {
		fields = fields.WithText("diarize", "true")
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{
		Path: "/v1/speech-to-text", Query: form.Query(query),
		Multipart: &wire.Multipart{Fields: form.Fields(fields.Merged(own)), Files: []llm.File{*r.File}},
	}, nil
}

var errNoText = errors.New("the answer has no text")

// answer is what was heard, or what was heard on each channel.
type answer struct {
	chunk
	Channels []chunk `json:"transcripts"`
}

type chunk struct {
	Language string  `json:"language_code"`
	Text     *string `json:"text"`
	Words    []word  `json:"words"`
	Duration float64 `json:"audio_duration_secs"`
}

type word struct {
	Text    string   `json:"text"`
	Start   float64  `json:"start"`
	End     float64  `json:"end"`
	Type    string   `json:"type"`
	Speaker string   `json:"speaker_id"`
	Logprob *float64 `json:"logprob"`
}

func heard(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	var a answer
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	chunks := a.Channels
	if a.Text != nil {
		chunks = []chunk{a.chunk}
	}
	if len(chunks) == 0 {
		return nil, errNoText
	}
	t := audio.Transcript{Fields: body.Without("language_code", "text", "words", "audio_duration_secs", "transcripts")}
	var texts []string
	for _, c := range chunks {
		if c.Text == nil {
			return nil, errNoText
		}
		if *c.Text != "" {
			texts = append(texts, *c.Text)
		}
		t.Words = append(t.Words, spoken(c.Words)...)
		t.Duration = max(t.Duration, c.Duration, a.Duration)
		if t.Language == "" {
			t.Language = c.Language
		}
	}
	t.Text = strings.Join(texts, "\n")
	for name, v := range t.Fields.All() {
		if string(v) == "null" {
			t.Fields = t.Fields.Without(name)
		}
	}
	return t.Reply(call), nil
}

// spoken are the words among what was heard, which has the spaces between them
// and events such as laughter too.
func spoken(all []word) []audio.Word {
	var words []audio.Word
	for i, w := range all {
		if w.Type != "word" {
			continue
		}
		one := audio.Word{Text: w.Text, Start: w.Start, End: w.End, Speaker: w.Speaker, Glued: i > 0 && all[i-1].Type == "word"}
		if w.Logprob != nil {
			one.Confidence = math.Exp(min(*w.Logprob, 0))
		}
		words = append(words, one)
	}
	return words
}
