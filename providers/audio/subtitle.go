package audio

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	longest = 84 // characters of a subtitle: two lines
	pause   = 1  // seconds of silence that end one
)

// Segments cuts words into what is said in one breath: up to the end of a
// sentence, another speaker, a pause, or as much as a subtitle holds.
func Segments(words []Word) []Segment {
	var all []Segment
	var sure float64
	var n int
	for i, w := range words {
		text := w.Written
		if text == "" {
			text = w.Text
		}
		last := len(all) - 1
		if i == 0 || apart(&all[last], words[i-1], w) || utf8.RuneCountInString(all[last].Text)+1+utf8.RuneCountInString(text) > longest {
			all = append(all, Segment{Text: text, Start: w.Start, End: w.End, Speaker: w.Speaker, Confidence: w.Confidence})
			sure, n = w.Confidence, 1
			continue
		}
		s := &all[last]
		if !w.Glued {
			s.Text += " "
		}
		s.Text += text
		s.End = w.End
		sure, n = sure+w.Confidence, n+1
		s.Confidence = sure / float64(n)
	}
	return all
}

func apart(s *Segment, before, w Word) bool {
	return w.Speaker != before.Speaker || w.Start-before.End > pause || !w.Glued && ended(s.Text)
}

// ended reports whether a text ends with the end of a sentence.
func ended(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".?!…。？！", last)
}

// srt writes subtitles in SubRip's format.
// Source: https://docs.fileformat.com/video/srt/
func srt(segments []Segment) string {
	var b strings.Builder
	for i, s := range segments {
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n\n", i+1, clock(s.Start, ","), clock(s.End, ","), line(s.Text))
	}
	return b.String()
}

// vtt writes subtitles in WebVTT's format.
// Source: https://www.w3.org/TR/webvtt1/
func vtt(segments []Segment) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n\n")
	for _, s := range segments {
		fmt.Fprintf(&b, "%s --> %s\n%s\n\n", clock(s.Start, "."), clock(s.End, "."), line(s.Text))
	}
	return b.String()
}

// line is a text that can end no subtitle: without line ends and arrows.
func line(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "-->", "->")
}

// clock is a time as subtitles have it: 00:01:02,345.
func clock(seconds float64, point string) string {
	ms := int64(min(max(seconds, 0), 1<<30)*1000 + 0.5)
	return fmt.Sprintf("%02d:%02d:%02d%s%03d", ms/3600000, ms/60000%60, ms/1000%60, point, ms%1000)
}
