package upstream

import (
	"fmt"
	"slices"
	"strings"
)

// What is heard of a sound: schemas CreateTranscriptionRequest and
// CreateTranslationRequest, and those of their replies. A word lasts half a
// second.

func transcriptions() operation {
	return operation{
		path: "/audio/transcriptions", required: "file model", form: true,
		members: `chunking_strategy file include keywords known_speaker_names known_speaker_references language languages
			model prompt response_format stream temperature timestamp_granularities`,
		media: textType, stream: streamed, reply: transcript, events: transcriptEvents,
	}
}

func translations() operation {
	return operation{
		path: "/audio/translations", required: "file model", form: true,
		members: "file model prompt response_format temperature",
		media:   textType, reply: transcript,
	}
}

// textType is the content type of a transcript that is not JSON.
func textType(m members) string {
	switch m.text("response_format") {
	case "text", "srt", "vtt":
		return "text/plain; charset=utf-8"
	}
	return ""
}

func transcript(_ meta, q ask, a answer) []byte {
	text, seconds := strings.Join(a.texts, ""), float64(len(a.texts))/2
	switch q.said.text("response_format") {
	case "text":
		return []byte(text + "\n")
	case "srt":
		return fmt.Appendf(nil, "1\n00:00:00,000 --> 00:00:%02d,%03d\n%s\n\n\n", len(a.texts)/2, len(a.texts)%2*500, text)
	case "vtt":
		return fmt.Appendf(nil, "WEBVTT\n\n00:00:00.000 --> 00:00:%02d.%03d\n%s\n\n", len(a.texts)/2, len(a.texts)%2*500, text)
	case "verbose_json":
		return encode(verbose(q, a, text, seconds))
	}
	body := map[string]any{"text": text}
	if strings.HasSuffix(q.path, "/transcriptions") {
		body["usage"] = transcriptUsage(a)
	}
	return encode(body)
}

func verbose(q ask, a answer, text string, seconds float64) map[string]any {
	body := map[string]any{"language": "english", "duration": seconds, "text": text}
	asked := q.said.list("timestamp_granularities")
	if len(asked) == 0 || slices.Contains(asked, "segment") {
		body["segments"] = []map[string]any{{
			"id": 0, "seek": 0, "start": 0.0, "end": seconds, "text": text, "tokens": []int{50364, 50464},
			"temperature": 0.0, "avg_logprob": -0.25, "compression_ratio": 1.5, "no_speech_prob": 0.0625,
		}}
	}
	if slices.Contains(asked, "word") {
		words := []map[string]any{}
		for i, word := range a.texts {
			words = append(words, map[string]any{"word": strings.TrimSpace(word), "start": float64(i) / 2, "end": float64(i+1) / 2})
		}
		body["words"] = words
	}
	if strings.HasSuffix(q.path, "/transcriptions") {
		body["usage"] = map[string]any{"type": "duration", "seconds": seconds}
	}
	return body
}

func transcriptUsage(a answer) map[string]any {
	return map[string]any{
		"type": "tokens", "input_tokens": a.usage.in, "output_tokens": a.usage.out, "total_tokens": a.usage.in + a.usage.out,
		"input_token_details": map[string]int{"text_tokens": 0, "audio_tokens": a.usage.in},
	}
}

func transcriptEvents(_ meta, _ ask, a answer) []event {
	var events []event
	for _, word := range a.texts {
		events = append(events, event{content: true, data: encode(map[string]string{"type": "transcript.text.delta", "delta": word})})
	}
	return append(events, event{last: true, data: encode(map[string]any{
		"type": "transcript.text.done", "text": strings.Join(a.texts, ""), "usage": transcriptUsage(a),
	})})
}
