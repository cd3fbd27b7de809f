package responses_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write the parts chat call and response of the golden files")

// golden is one file of testdata. Its parts are where the request and the
// reply come from; the caller's request; what the provider is asked; what it
// answers: a completion, or a stream's chunks line by line; and what the caller
// gets of it.
type golden struct {
	name    string
	archive *txtar.Archive
}

const (
	partCall = iota + 1
	partChatCall
	partChatReply
	partResponse
)

var parts = []string{"source", "call", "chat call", "chat reply", "response"}

func files(t testing.TB) (all []golden) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("got %d golden files and %v, want some", len(names), err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Files) != len(parts) {
			t.Fatalf("%s: got %d parts, want %q", name, len(a.Files), parts)
		}
		for i, f := range a.Files {
			if f.Name != parts[i] {
				t.Fatalf("%s: part %d is %q, want %q", name, i, f.Name, parts[i])
			}
		}
		all = append(all, golden{strings.TrimSuffix(filepath.Base(name), ".txt"), a})
	}
	return all
}

func (g golden) part(n int) []byte { return bytes.TrimSpace(g.archive.Files[n].Data) }

func (g golden) call(t testing.TB) *llm.Call { return callOf(parse(t, g.part(partCall))) }

func callOf(body raw.Object) *llm.Call {
	stream, _ := body.Raw("stream")
	return &llm.Call{
		Op: llm.Chat, Format: llm.Responses, Model: "gpt-4o", Body: body, Stream: string(stream) == "true",
		Record: &llm.Record{RequestID: "r"}, To: &llm.Deployment{Provider: "acme", Model: "large"},
	}
}

func parse(t testing.TB, text []byte) raw.Object {
	t.Helper()
	o, err := raw.Parse(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

// chunks are a stream's, the last of which is followed by the end.
func (g golden) chunks() (all [][]byte) {
	for line := range bytes.Lines(g.part(partChatReply)) {
		all = append(all, bytes.TrimSpace(line))
	}
	return all
}

// counts is what is given as the usage of each reply.
var counts = llm.Usage{Known: true, In: 15, CacheRead: 4, CacheWrite5m: 1, Out: 7, Reasoning: 3}

// chat is a stream of a provider, whole or not. Its events share a buffer, as
// a provider's may. The usage comes with the end.
func chat(chunks [][]byte, whole bool) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		var buf []byte
		for _, c := range chunks {
			buf = append(buf[:0], c...)
			if !yield(llm.Event{Data: buf}, nil) {
				return
			}
			clear(buf)
		}
		if whole {
			yield(llm.Event{Last: true, Usage: &counts}, nil)
		}
	}
}

// TestGolden plays the files: what a provider is asked, and what its reply
// becomes. A new case is a new file.
func TestGolden(t *testing.T) {
	for _, g := range files(t) {
		t.Run(g.name, func(t *testing.T) {
			call := g.call(t)
			before := string(call.Body.Bytes())
			asked, err := responses.Call(call)
			if err != nil {
				t.Fatal(err)
			}
			if call.Format != llm.Responses || call.Options.IncludeUsage || string(call.Body.Bytes()) != before {
				t.Errorf("Call changed the call: %+v", call)
			}
			if asked.Format != llm.OpenAI || !asked.Options.IncludeUsage {
				t.Errorf("got format %d and usage asked %v, want OpenAI's with usage", asked.Format, asked.Options.IncludeUsage)
			}
			g.compare(t, partChatCall, string(asked.Body.Bytes())+"\n")
			g.compare(t, partResponse, g.play(t, call))
			if *update {
				if err := os.WriteFile("testdata/"+g.name+".txt", txtar.Format(g.archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func (g golden) compare(t *testing.T, n int, got string) {
	t.Helper()
	if *update {
		g.archive.Files[n].Data = []byte(got)
	}
	if want := string(g.archive.Files[n].Data); got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", parts[n], got, want)
	}
}

// play is what the caller gets.
func (g golden) play(t *testing.T, call *llm.Call) string {
	t.Helper()
	var b strings.Builder
	if !call.Stream {
		reply, err := responses.Reply(call, &llm.Reply{Body: parse(t, g.part(partChatReply)), Usage: counts})
		if err != nil {
			t.Fatal(err)
		}
		return string(reply.Body.Bytes()) + "\n"
	}
	for ev, err := range responses.Events(call, chat(g.chunks(), true)) {
		if err != nil {
			t.Fatal(err)
		}
		if len(ev.Data) == 0 {
			continue
		}
		kind := "data "
		switch {
		case ev.Head:
			kind = "head "
		case ev.Last:
			kind = "last "
		}
		b.WriteString(kind + ev.Name + " " + string(ev.Data) + "\n")
	}
	return b.String()
}

// TestTwins: x_stream says what x does. The last event has the reply of x in
// it, whole.
func TestTwins(t *testing.T) {
	plain, twins := map[string]string{}, 0
	for _, g := range files(t) {
		name, stream := strings.CutSuffix(g.name, "_stream")
		if !stream {
			plain[name] = g.play(t, g.call(t))
		}
	}
	for _, g := range files(t) {
		name, stream := strings.CutSuffix(g.name, "_stream")
		if !stream || plain[name] == "" {
			continue
		}
		twins++
		lines := strings.Split(strings.TrimSpace(g.play(t, g.call(t))), "\n")
		var last struct {
			Response json.RawMessage `json:"response"`
		}
		_, data, _ := strings.Cut(strings.TrimPrefix(lines[len(lines)-1], "last "), " ")
		if err := json.Unmarshal([]byte(data), &last); err != nil {
			t.Fatal(err)
		}
		if got := string(last.Response) + "\n"; got != plain[name] {
			t.Errorf("%s: got\n%s\nwant, as the plain reply is,\n%s", g.name, got, plain[name])
		}
	}
	if twins < 8 {
		t.Errorf("got %d pairs of golden files, want 8 or more", twins)
	}
}
