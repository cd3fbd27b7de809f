package audio

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
)

// Transcript is what was heard. Times are seconds from the beginning.
type Transcript struct {
	Text     string
	Language string  // as the vendor names it; "" when it does not say
	Duration float64 // of the sound; 0 when the vendor does not say
	Words    []Word
	Segments []Segment  // nil: made of the words
	Fields   raw.Object // the vendor's own, for provider_specific_fields
}

// Word is a word that was heard.
type Word struct {
	Text       string // as it was spoken
	Written    string // as it stands in a text, with its punctuation; "" for Text
	Start, End float64
	Speaker    string  // "" when nobody asked
	Confidence float64 // 0 to 1; 0 when the vendor does not say
	Glued      bool    // to the word before it
}

// Segment is what is said in one breath.
type Segment struct {
	Text       string
	Start, End float64
	Speaker    string
	Confidence float64
}

// Reply says it as the caller asked. The usage is the sound's length.
func (t *Transcript) Reply(call *llm.Call) *llm.Reply {
	t.complete(call)
	reply := &llm.Reply{Usage: llm.Usage{Known: t.Duration > 0, Millis: int64(math.Round(min(t.Duration, 1<<40) * 1000))}}
	switch as, _ := call.Body.Text("response_format"); as {
	case "text":
		reply.Media, reply.Type = strings.NewReader(t.Text+"\n"), "text/plain; charset=utf-8"
	case "srt":
		reply.Media, reply.Type = strings.NewReader(srt(t.Segments)), "application/x-subrip; charset=utf-8"
	case "vtt":
		reply.Media, reply.Type = strings.NewReader(vtt(t.Segments)), "text/vtt; charset=utf-8"
	case "verbose_json":
		reply.Body = t.verbose(asked(call))
	case "diarized_json":
		reply.Body = t.diarized()
	default:
		reply.Body = t.json()
	}
	return reply
}

// complete fills in what follows from what the vendor said.
func (t *Transcript) complete(call *llm.Call) {
	if t.Segments == nil {
		t.Segments = Segments(t.Words)
	}
	if t.Segments == nil && t.Text != "" {
		t.Segments = []Segment{{Text: t.Text, End: t.Duration}}
	}
	if n := len(t.Segments); t.Duration == 0 && n > 0 {
		t.Duration = max(t.Segments[n-1].End, 0)
	}
	if t.Language == "" {
		t.Language, _ = call.Body.Text("language")
	}
	if t.Language == "" {
		t.Language = "unknown"
	}
}

// asked says whether times of segments and words are asked for: of segments
// when nobody says.
func asked(call *llm.Call) (segments, words bool) {
	v, _ := call.Body.Raw("timestamp_granularities")
	var list []string
	if json.Unmarshal(v, &list) != nil && len(v) > 0 {
		list = strings.Split(form.Text(v), ",")
	}
	words = slices.Contains(list, "word")
	return !words || slices.Contains(list, "segment"), words
}

// json is the usual reply. Beyond OpenAI's it has the members that LiteLLM
// gives where a vendor tells times unasked.
func (t *Transcript) json() raw.Object {
	o := raw.Object{}.WithText("text", t.Text)
	if len(t.Words) > 0 {
		o = o.WithText("task", "transcribe").WithText("language", t.Language).
			WithRaw("duration", seconds(t.Duration)).WithRaw("words", raw.List(t.words()))
	}
	return t.ended(o)
}

func (t *Transcript) verbose(segments, words bool) raw.Object {
	o := raw.Object{}.WithText("task", "transcribe").WithText("language", t.Language).
		WithRaw("duration", seconds(t.Duration)).WithText("text", t.Text)
	if words {
		o = o.WithRaw("words", raw.List(t.words()))
	}
	if segments {
		var all []raw.Object
		for i, s := range t.Segments {
			all = append(all, s.whisper(i))
		}
		o = o.WithRaw("segments", raw.List(all))
	}
	return t.ended(o)
}

func (t *Transcript) diarized() raw.Object {
	var all []raw.Object
	for i, s := range t.Segments {
		all = append(all, chat.Typed("transcript.text.segment").WithText("id", "seg_"+strconv.Itoa(i)).
			WithRaw("start", seconds(s.Start)).WithRaw("end", seconds(s.End)).
			WithText("text", s.Text).WithText("speaker", s.Speaker))
	}
	o := raw.Object{}.WithText("task", "transcribe").WithRaw("duration", seconds(t.Duration)).WithText("text", t.Text)
	return t.ended(o.WithRaw("segments", raw.List(all)))
}

// ended puts the usage and the vendor's own words after what was heard.
func (t *Transcript) ended(o raw.Object) raw.Object {
	if t.Duration > 0 {
		o = o.WithRaw("usage", chat.Typed("duration").WithRaw("seconds", seconds(t.Duration)).Bytes())
	}
	if t.Fields.Len() > 0 {
		o = o.WithRaw("provider_specific_fields", t.Fields.Bytes())
	}
	return o
}

func (t *Transcript) words() []raw.Object {
	var all []raw.Object
	for _, w := range t.Words {
		o := raw.Object{}.WithText("word", w.Text).WithRaw("start", seconds(w.Start)).WithRaw("end", seconds(w.End))
		if w.Speaker != "" {
			o = o.WithText("speaker", w.Speaker)
		}
		all = append(all, o)
	}
	return all
}

// whisper is a segment as whisper has it. Members that only whisper knows get
// the values that mean nothing is wrong.
func (s Segment) whisper(i int) raw.Object {
	var sure float64
	if s.Confidence > 0 {
		sure = math.Log(s.Confidence)
	}
	o := chat.Number(chat.Number(raw.Object{}, "id", int64(i)), "seek", 0).
		WithRaw("start", seconds(s.Start)).WithRaw("end", seconds(s.End)).WithText("text", s.Text).
		WithRaw("tokens", json.RawMessage("[]")).WithRaw("temperature", json.RawMessage("0")).
		WithRaw("avg_logprob", seconds(sure)).
		WithRaw("compression_ratio", json.RawMessage("1")).WithRaw("no_speech_prob", json.RawMessage("0"))
	if s.Speaker != "" {
		o = o.WithText("speaker", s.Speaker)
	}
	return o
}

// seconds is a number as short as it can be.
func seconds(f float64) json.RawMessage {
	b, err := json.Marshal(f)
	if err != nil {
		return json.RawMessage("0") // no number that came out of JSON
	}
	return b
}
