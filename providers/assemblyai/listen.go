package assemblyai

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// pause is the time between two looks at a transcript. AssemblyAI's clients
// wait three seconds; short files are ready sooner.
const pause = time.Second

// upload sends the file. The order is tried too, so that a wrong one is refused
// before anything is sent.
func upload(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Hear(call)
	if err != nil {
		return nil, err
	}
	if _, err := order(call, ""); err != nil {
		return nil, err
	}
	return &wire.Request{Path: "/v2/upload", File: r.File, Type: "application/octet-stream"}, nil
}

// typed are the members of an order that are no texts.
// Source: https://www.assemblyai.com/docs/api-reference/openapi.json
var typed = []string{
	"audio_end_at", "audio_start_from", "auto_chapters", "auto_highlights", "content_safety", "content_safety_confidence",
	"custom_spelling", "disfluencies", "entity_detection", "filter_profanity", "format_text", "iab_categories",
	"keyterms_prompt", "language_codes", "language_confidence_threshold", "language_detection", "language_detection_options",
	"multichannel", "punctuate", "redact_pii", "redact_pii_audio", "redact_pii_audio_options", "redact_pii_policies",
	"sentiment_analysis", "speaker_labels", "speaker_options", "speakers_expected", "speech_models", "speech_threshold",
	"speech_understanding", "summarization", "temperature", "word_boost",
}

// order asks for the transcript of an uploaded file.
func order(call *llm.Call, address string) (raw.Object, error) {
	r, err := audio.Hear(call)
	if err != nil {
		return raw.Object{}, err
	}
	body := raw.Object{}.WithText("audio_url", address)
	if call.To.Model != "best" { // LiteLLM's name for the vendor's own choice
		body = body.WithRaw("speech_models", json.RawMessage("["+string(raw.Quote(call.To.Model))+"]"))
	}
	if r.Diarized {
		body = body.WithRaw("speaker_labels", json.RawMessage("true"))
	}
	body = r.Move(body, "prompt", "prompt")
	body = r.Move(body, "temperature", "temperature")
	own, err := r.Rest()
	if err != nil {
		return raw.Object{}, err
	}
	switch {
	case r.Language != "":
		body = body.WithText("language_code", r.Language)
	case !own.Has("language_code") && !own.Has("language_codes"):
		body = body.WithRaw("language_detection", json.RawMessage("true")) // as OpenAI's models do
	}
	return form.Typed(body.Merged(own), typed...), nil
}

// then orders the transcript of the file that was uploaded, and looks again at
// one that is not ready.
func then(call *llm.Call, r *wire.Response) (*wire.Request, time.Duration, error) {
	s, _, err := read(r.Body)
	switch {
	case err != nil:
		return nil, 0, err
	case s.Upload != "":
		body, err := order(call, s.Upload)
		return &wire.Request{Path: "/v2/transcript", Body: body.Bytes()}, 0, err
	case s.Status == "queued" || s.Status == "processing":
		return &wire.Request{Method: http.MethodGet, Path: "/v2/transcript/" + url.PathEscape(s.ID)}, pause, nil
	}
	return nil, 0, nil
}

var errNotReady = errors.New("the answer is no transcript")

// transcript is what was heard. Times are milliseconds, but for the whole's.
type transcript struct {
	Text       string      `json:"text"`
	Language   string      `json:"language_code"`
	Duration   float64     `json:"audio_duration"`
	Words      []word      `json:"words"`
	Utterances []utterance `json:"utterances"`
}

type word struct {
	Text       string  `json:"text"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	Confidence float64 `json:"confidence"`
	Speaker    string  `json:"speaker"`
}

type utterance = word // of several words

func heard(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	s, body, err := read(r.Body)
	switch {
	case err != nil:
		return nil, err
	case s.Status == "error":
		return nil, failed(s.Error)
	case s.Status != "completed":
		return nil, errNotReady
	}
	var a transcript
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	t := audio.Transcript{Text: a.Text, Language: a.Language, Duration: a.Duration, Fields: unmapped(body)}
	for _, w := range a.Words {
		t.Words = append(t.Words, audio.Word{
			Text: w.Text, Start: w.Start / 1000, End: w.End / 1000, Speaker: w.Speaker, Confidence: w.Confidence,
		})
	}
	for _, u := range a.Utterances {
		t.Segments = append(t.Segments, audio.Segment{
			Text: u.Text, Start: u.Start / 1000, End: u.End / 1000, Speaker: u.Speaker, Confidence: u.Confidence,
		})
	}
	return t.Reply(call), nil
}

// failed is the error of a transcript that could not be made, which the vendor
// tells in words.
func failed(reason string) *llm.Error {
	e := &llm.Error{Class: llm.BadRequestError, Message: reason, Type: "error"}
	if text := strings.ToLower(reason); strings.Contains(text, "server error") || strings.Contains(text, "internal error") {
		e.Class = llm.InternalServerError
	}
	return e
}

// unmapped is what was found out beyond the words, without what the caller
// asked for, which the answer repeats.
func unmapped(body raw.Object) raw.Object {
	return chat.Copy(raw.Object{}, body,
		"id", "speech_model_used", "confidence", "language_confidence", "summary", "chapters", "auto_highlights_result",
		"content_safety_labels", "iab_categories_result", "sentiment_analysis_results", "entities", "speech_understanding",
		"translated_texts")
}
