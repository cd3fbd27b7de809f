package deepgram

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// listen writes the request for a transcript.
func listen(call *llm.Call) (*wire.Request, error) {
	r, err := audio.Hear(call)
	if err != nil {
		return nil, err
	}
	query := raw.Object{}.WithText("model", call.To.Model)
	if r.Language != "" {
		query = query.WithText("language", r.Language)
	}
	if r.Diarized {
		query = query.WithText("diarize", "true").WithText("punctuate", "true")
	}
	own, err := r.Rest()
	if err != nil {
		return nil, err
	}
	if own.Has("diarize_model") {
		query = query.Without("diarize")
	}
	// The file says itself what it is; a type that says JSON would make it an address.
	return &wire.Request{Path: "/v1/listen", Query: form.Query(query.Merged(own)), File: r.File, Type: "application/octet-stream"}, nil
}

var errNoChannels = errors.New("the answer has no channels")

// answer is what was heard.
// Source: https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
type answer struct {
	Metadata struct {
		Duration float64 `json:"duration"`
	} `json:"metadata"`
	Results struct {
		Channels   []channel   `json:"channels"`
		Utterances []utterance `json:"utterances"`
	} `json:"results"`
}

type utterance struct {
	Transcript string  `json:"transcript"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	Confidence float64 `json:"confidence"`
	Speaker    *int    `json:"speaker"`
}

type channel struct {
	Language     string        `json:"detected_language"`
	Alternatives []alternative `json:"alternatives"`
}

type alternative struct {
	Transcript string   `json:"transcript"`
	Languages  []string `json:"languages"`
	Words      []word   `json:"words"`
	Paragraphs struct {
		Transcript string `json:"transcript"`
	} `json:"paragraphs"`
}

type word struct {
	Word       string  `json:"word"`
	Written    string  `json:"punctuated_word"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	Confidence float64 `json:"confidence"`
	Speaker    *int    `json:"speaker"`
}

// heard reads the first alternative of every channel.
func heard(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	var a answer
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, err
	}
	if len(a.Results.Channels) == 0 {
		return nil, errNoChannels
	}
	t := audio.Transcript{Duration: a.Metadata.Duration, Fields: unmapped(r.Body)}
	as, _ := call.Body.Text("response_format")
	var texts []string
	for _, c := range a.Results.Channels {
		if len(c.Alternatives) == 0 {
			continue
		}
		best := c.Alternatives[0]
		texts = append(texts, best.text(as != "diarized_json"))
		for _, w := range best.Words {
			t.Words = append(t.Words, w.as())
		}
		if t.Language = cmp.Or(t.Language, c.Language); t.Language == "" && len(best.Languages) > 0 {
			t.Language = best.Languages[0]
		}
	}
	if len(texts) > 1 { // the channels are heard at the same time
		slices.SortStableFunc(t.Words, func(a, b audio.Word) int { return cmp.Compare(a.Start, b.Start) })
	}
	for _, u := range a.Results.Utterances {
		t.Segments = append(t.Segments, audio.Segment{Text: u.Transcript, Start: u.Start, End: u.End, Speaker: speaker(u.Speaker), Confidence: u.Confidence})
	}
	t.Text = strings.Join(texts, "\n")
	return t.Reply(call), nil
}

func (w word) as() audio.Word {
	return audio.Word{Text: w.Word, Written: w.Written, Start: w.Start, End: w.End, Speaker: speaker(w.Speaker), Confidence: w.Confidence}
}

// text is what was said. Where speakers are told apart, it says who spoke, as
// LiteLLM has it.
func (a alternative) text(named bool) string {
	if !named || len(a.Words) == 0 || a.Words[0].Speaker == nil {
		return a.Transcript
	}
	if a.Paragraphs.Transcript != "" {
		return a.Paragraphs.Transcript
	}
	var b strings.Builder
	for i, w := range a.Words {
		switch {
		case i == 0 || speaker(w.Speaker) != speaker(a.Words[i-1].Speaker):
			b.WriteString("\nSpeaker " + speaker(w.Speaker) + ": ")
		default:
			b.WriteByte(' ')
		}
		b.WriteString(cmp.Or(w.Written, w.Word))
	}
	return b.String() + "\n"
}

func speaker(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// unmapped is what was found out beyond the words.
func unmapped(body []byte) raw.Object {
	o, err := raw.Parse(body)
	if err != nil {
		return raw.Object{} // decoded already: it has duplicate members
	}
	metadata := chat.Copy(raw.Object{}, chat.Member(o, "metadata"), "request_id", "models", "model_info")
	found := chat.Member(o, "results").Without("channels", "utterances")
	if metadata.Len() > 0 {
		found = found.WithRaw("metadata", metadata.Bytes())
	}
	return found
}
