package audio_test

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/audio"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func callOf(t *testing.T, op llm.Op, body string) *llm.Call {
	t.Helper()
	return providertest.To(op, "vendor", "m")(providertest.Object(t, body))
}

func said(t *testing.T, reply *llm.Reply) string {
	t.Helper()
	if reply.Media == nil {
		return string(reply.Body.Bytes())
	}
	b, err := io.ReadAll(reply.Media)
	if err != nil {
		t.Fatal(err)
	}
	return reply.Type + "\n" + string(b)
}

// TestReply: one transcript in each of the formats.
func TestReply(t *testing.T) {
	words := []audio.Word{
		{Text: "hi", Written: "Hi.", Start: 0.0004, End: 0.5, Speaker: "a"},
		{Text: "over", Start: 3661.5, End: 3662},
		{Text: "-->there", Start: 3662, End: 3662.0005},
	}
	for as, want := range map[string]string{
		"text":          "text/plain; charset=utf-8\nHi. over -->there\n",
		"srt":           "application/x-subrip; charset=utf-8\n1\n00:00:00,000 --> 00:00:00,500\nHi.\n\n2\n01:01:01,500 --> 01:01:02,001\nover ->there\n\n",
		"vtt":           "text/vtt; charset=utf-8\nWEBVTT\n\n00:00:00.000 --> 00:00:00.500\nHi.\n\n01:01:01.500 --> 01:01:02.001\nover ->there\n\n",
		"json":          `{"text":"Hi. over -->there","task":"transcribe","language":"de","duration":3662.0005,"words":[{"word":"hi","start":0.0004,"end":0.5,"speaker":"a"},{"word":"over","start":3661.5,"end":3662},{"word":"-->there","start":3662,"end":3662.0005}],"usage":{"type":"duration","seconds":3662.0005}}`,
		"diarized_json": `{"task":"transcribe","duration":3662.0005,"text":"Hi. over -->there","segments":[{"type":"transcript.text.segment","id":"seg_0","start":0.0004,"end":0.5,"text":"Hi.","speaker":"a"},{"type":"transcript.text.segment","id":"seg_1","start":3661.5,"end":3662.0005,"text":"over -->there","speaker":""}],"usage":{"type":"duration","seconds":3662.0005}}`,
	} {
		transcript := audio.Transcript{Text: "Hi. over -->there", Words: words}
		reply := transcript.Reply(callOf(t, llm.Transcriptions, `{"language":"de","response_format":"`+as+`"}`))
		if got := said(t, reply); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", as, got, want)
		}
		if u := (llm.Usage{Known: true, Millis: 3662001}); reply.Usage != u {
			t.Errorf("%s: got %+v, want %+v", as, reply.Usage, u)
		}
	}
}

// TestGranularities: what verbose_json has times of.
func TestGranularities(t *testing.T) {
	for asked, want := range map[string][2]bool{ // segments, words
		``: {true, false}, `["segment"]`: {true, false}, `["word"]`: {false, true}, `["word","segment"]`: {true, true},
		`"word"`: {false, true}, `"word,segment"`: {true, true}, `7`: {true, false},
	} {
		body := `{"response_format":"verbose_json"`
		if asked != "" {
			body += `,"timestamp_granularities":` + asked
		}
		transcript := audio.Transcript{Text: "hi", Words: []audio.Word{{Text: "hi", End: 1}}}
		o := transcript.Reply(callOf(t, llm.Transcriptions, body+`}`)).Body
		if got := [2]bool{o.Has("segments"), o.Has("words")}; got != want {
			t.Errorf("%s: got %v, want %v", asked, got, want)
		}
	}
}

// TestNothingHeard: silence, and a text without times.
func TestNothingHeard(t *testing.T) {
	silence := audio.Transcript{}
	if got := said(t, silence.Reply(callOf(t, llm.Transcriptions, `{"response_format":"vtt"}`))); got != "text/vtt; charset=utf-8\nWEBVTT\n\n" {
		t.Errorf("got %q, want no subtitle", got)
	}
	text := audio.Transcript{Text: "hi"}
	reply := text.Reply(callOf(t, llm.Transcriptions, `{}`))
	if got := said(t, reply); got != `{"text":"hi"}` || reply.Usage.Known {
		t.Errorf("got %s and %+v, want the text and nothing counted", got, reply.Usage)
	}
}

// TestSegments holds that no word is lost or moved, that no segment is longer
// than a subtitle unless a word is, and that times only go forward.
func TestSegments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var words []audio.Word
		var at float64
		for range rapid.IntRange(0, 60).Draw(t, "words") {
			w := audio.Word{
				Text: rapid.StringMatching(`[a-z]{1,12}[.?!]?`).Draw(t, "word"), Speaker: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "speaker"),
				Start: at + rapid.Float64Range(0, 2).Draw(t, "pause"), Glued: rapid.Bool().Draw(t, "glued"),
			}
			at = w.Start + 0.1
			w.End = at
			words = append(words, w)
		}
		var all, want strings.Builder
		var last float64
		for _, s := range audio.Segments(words) {
			if all.WriteString(s.Text); len(s.Text) > 84 || s.Start < last || s.End < s.Start {
				t.Fatalf("got %+v after %v, want a short segment after it", s, last)
			}
			last = s.End
		}
		for _, w := range words {
			want.WriteString(w.Text)
		}
		if got := strings.ReplaceAll(all.String(), " ", ""); got != want.String() {
			t.Fatalf("got %q, want %q", got, want.String())
		}
	})
}

// TestHear: what is refused, and which member is named.
func TestHear(t *testing.T) {
	for body, param := range map[string]string{
		`{}`: "", `{"response_format":"diarized_json","chunking_strategy":"auto","timestamp_granularities":["word"]}`: "",
		`{"response_format":"mp3"}`: "response_format", `{"response_format":7}`: "response_format", `{"language":["en"]}`: "language",
	} {
		_, err := audio.Hear(callOf(t, llm.Transcriptions, body))
		if got := providertest.Param(t, err); got != param {
			t.Errorf("%s: got %q, want %q", body, got, param)
		}
	}
	call := callOf(t, llm.Transcriptions, `{}`)
	call.Files[0].Field = "image"
	_, err := audio.Hear(call)
	if got := providertest.Param(t, err); got != "file" {
		t.Errorf("got %q, want that a file is missing", got)
	}
}

// TestSpeak: what is refused, and what a voice and a speed are.
func TestSpeak(t *testing.T) {
	for body, param := range map[string]string{
		`{}`: "input", `{"input":7}`: "input", `{"input":"hi"}`: "", `{"input":"hi","speed":0}`: "speed", `{"input":"hi","speed":"fast"}`: "speed",
		`{"input":"hi","voice":{"id":"v"},"speed":1.0}`: "", `{"input":"hi","voice":{}}`: "voice", `{"input":"hi","voice":["v"]}`: "voice",
		`{"input":"hi","response_format":7}`: "response_format",
	} {
		r, err := audio.Speak(callOf(t, llm.Speech, body))
		got := providertest.Param(t, err)
		if got != param {
			t.Errorf("%s: got %q, want %q", body, got, param)
		}
		if strings.Contains(body, `"v"},"speed"`) && (r.Voice != "v" || r.Speed != nil) {
			t.Errorf("%s: got voice %q and speed %s, want v and none", body, r.Voice, r.Speed)
		}
	}
}

// TestAs: the vendor's word for a format.
func TestAs(t *testing.T) {
	words := map[string]string{"mp3": "mp3_44100_128"}
	for _, c := range []struct {
		format string
		drops  bool
		want   string // "!" when it is refused
	}{
		{"", false, ""}, {"mp3", false, "mp3_44100_128"}, {"flac", false, "!"}, {"flac", true, ""}, {"ulaw_8000", false, "ulaw_8000"},
	} {
		call := callOf(t, llm.Speech, `{"input":"hi","response_format":"`+c.format+`"}`)
		call.Options.DropParams = &c.drops
		r, err := audio.Speak(call)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.As(words)
		if err != nil {
			got = "!"
		}
		if got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

func TestCounted(t *testing.T) {
	count := audio.Counted("A", "B")
	call := callOf(t, llm.Speech, `{"input":"Grüße"}`)
	for _, c := range []struct {
		header http.Header
		want   int64
	}{
		{http.Header{}, 5}, {http.Header{"B": {"7"}}, 7}, {http.Header{"A": {"many"}, "B": {"-1"}}, 5},
	} {
		if u, err := count(call, c.header); err != nil || u != (llm.Usage{Known: true, Characters: c.want}) {
			t.Errorf("%v: got %+v, %v, want %d characters", c.header, u, err, c.want)
		}
	}
}

func TestWAV(t *testing.T) {
	got, err := io.ReadAll(audio.WAV([]byte{1, 0, 2, 0}, 24000))
	if err != nil || len(got) != 48 || string(got[:4]) != "RIFF" || string(got[8:16]) != "WAVEfmt " || string(got[36:40]) != "data" {
		t.Fatalf("got %q, %v, want a header and the samples", got, err)
	}
	for at, want := range map[int]uint32{4: 40, 16: 16, 24: 24000, 28: 48000, 40: 4} {
		if n := binary.LittleEndian.Uint32(got[at:]); n != want {
			t.Errorf("byte %d: got %d, want %d", at, n, want)
		}
	}
}

// FuzzReply holds that whatever was heard becomes an object or subtitles.
func FuzzReply(f *testing.F) {
	f.Add("hello\n\n2\n00:00", -1.0, 1e300, "vtt")
	f.Add("hi", 0.5, 0.25, "verbose_json")
	f.Fuzz(func(t *testing.T, text string, start, end float64, as string) {
		words := []audio.Word{{Text: text, Start: start, End: end, Confidence: start}, {Text: text, Start: end, End: start}}
		transcript := audio.Transcript{Text: text, Words: words, Duration: end}
		name, _ := json.Marshal(as)
		reply := transcript.Reply(callOf(t, llm.Transcriptions, `{"response_format":`+string(name)+`}`))
		if reply.Media == nil && !json.Valid(reply.Body.Bytes()) {
			t.Fatalf("got %s, want JSON", reply.Body.Bytes())
		}
		if got := said(t, reply); (as == "vtt" || as == "srt") && strings.Count(got, "-->") > 2 {
			t.Fatalf("got %s, want two subtitles at most", got)
		}
	})
}
