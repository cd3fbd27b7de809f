package tokens

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkFirst is what the first count of a process costs: unpacking the
// vocabulary, and the table of characters.
func BenchmarkFirst(b *testing.B) {
	for file, e := range map[string]*Encoding{cl100kFile: cl100k, o200kFile: o200k} {
		b.Run(e.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fresh := newEncoding(e.name, file, e.split, e.special)
				if got := fresh.Count("Hello, world"); got != 3 {
					b.Fatalf("got %d tokens, want 3", got)
				}
			}
		})
	}
}

// BenchmarkCount counts prose and code as requests have them, and one word that
// has no end.
func BenchmarkCount(b *testing.B) {
	c := readCorpus(b)
	prose := strings.Join(c.Prose[:5], "\n")
	mixed := strings.Join(c.Prose, "\n") + strings.Join(c.Code, "\n")
	for name, unit := range map[string]string{"english": prose, "mixed": mixed, "endless": "a"} {
		text := strings.Repeat(unit, 110_000/len(unit)+1)
		for _, size := range []int{1_600, 110_000} {
			for _, e := range encodings() {
				b.Run(fmt.Sprintf("%s/%s/%d", e.name, name, size), func(b *testing.B) {
					e.Count("") // unpacked
					b.SetBytes(int64(size))
					b.ReportAllocs()
					for b.Loop() {
						e.Count(text[:size])
					}
				})
			}
		}
	}
}

// BenchmarkSplit compares the splitters with the patterns they stand for.
func BenchmarkSplit(b *testing.B) {
	text := strings.Repeat(strings.Join(readCorpus(b).Prose, "\n"), 40)[:110_000]
	for e, re := range patterns() {
		b.Run(e.name+"/own", func(b *testing.B) {
			r := &reader{text: text, table: classes()}
			for b.Loop() {
				for i := 0; i < len(text); {
					i = e.split(r, i)
				}
			}
		})
		b.Run(e.name+"/regexp2", func(b *testing.B) {
			for b.Loop() {
				m, err := re.FindStringMatch(text)
				for ; m != nil && err == nil; m, err = re.FindNextMatch(m) {
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMessages counts a conversation of 110 KB, which is parsed too.
func BenchmarkMessages(b *testing.B) {
	turn := `{"role":"user","content":"` + strings.Repeat("The ferry left the harbour a few minutes late. ", 20) + `"}`
	messages := []byte("[" + strings.Repeat(turn+",", 110_000/len(turn)) + turn + "]")
	b.SetBytes(int64(len(messages)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := CountMessages("gpt-4o", messages); err != nil {
			b.Fatal(err)
		}
	}
}
