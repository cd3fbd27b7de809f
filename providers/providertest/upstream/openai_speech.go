package upstream

import (
	"encoding/base64"
	"strings"
)

// speech: schemas CreateSpeechRequest and CreateSpeechResponseStreamEvent. The
// sound comes in pieces, one per word, so that a client can leave it, and a
// scenario cut it.
func speech() operation {
	return operation{
		path: "/audio/speech", members: "input instructions model response_format speed stream_format voice",
		required: "input model voice",
		media:    soundType, stream: func(members) bool { return true }, reply: spokenWhole, events: spoken,
	}
}

// soundType is the content type of a sound; "" of events.
func soundType(m members) string {
	if m.text("stream_format") == "sse" {
		return ""
	}
	switch format := m.text("response_format"); format {
	case "", "mp3":
		return "audio/mpeg"
	default:
		return "audio/" + format
	}
}

// sound is what a word sounds like after so many letters: sixteen bytes for
// each of its own, which count on, so that every byte value comes and none can
// be missing unseen.
func sound(word string, letters int) []byte {
	b := make([]byte, 16*len(word))
	for i := range b {
		b[i] = byte(16*letters + i)
	}
	return b
}

func spokenWhole(_ meta, _ ask, a answer) []byte { return sound(strings.Join(a.texts, ""), 0) }

func spoken(_ meta, q ask, a answer) []event {
	var events []event
	letters := 0
	for _, word := range a.texts {
		data := sound(word, letters)
		letters += len(word)
		e := event{data: data, content: true, bare: true}
		if q.media == "" {
			e.data, e.bare = encode(map[string]string{"type": "speech.audio.delta", "audio": base64.StdEncoding.EncodeToString(data)}), false
		}
		events = append(events, e)
	}
	if q.media == "" {
		events = append(events, event{last: true, data: encode(map[string]any{
			"type":  "speech.audio.done",
			"usage": map[string]int{"input_tokens": a.usage.in, "output_tokens": a.usage.out, "total_tokens": a.usage.in + a.usage.out},
		})})
	}
	return events
}
