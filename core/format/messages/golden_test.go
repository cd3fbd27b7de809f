package messages

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

var update = flag.Bool("update", false, "write what golden files expect; oracle/ must accept it")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// golden is one file of testdata: a request of Anthropic's for the model named,
// OpenAI's words for it, what is answered in them (a line for each chunk, or one
// completion) with the usage, and what the caller gets. Without an answer, only
// the request is looked at.
type golden struct {
	name    string
	archive *txtar.Archive
	call    *llm.Call
	answer  []string
	usage   llm.Usage
}

var parts = []string{"source", "model", "request", "openai request", "openai answer", "usage", "reply"}

func read(t testing.TB, name string) golden {
	t.Helper()
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
	g := golden{name: name, archive: a}
	g.call = ask(t, strings.TrimSpace(g.part(1)), strings.TrimSpace(g.part(2)))
	if text := strings.TrimSpace(g.part(4)); text != "" {
		g.answer = strings.Split(text, "\n")
	}
	if text := strings.TrimSpace(g.part(5)); text != "" {
		if err := json.Unmarshal([]byte(text), &g.usage); err != nil {
			t.Fatalf("%s: usage: %v", name, err)
		}
		g.usage.Known = true
	}
	return g
}

func (g *golden) part(i int) string { return string(g.archive.Files[i].Data) }

// ask makes a call for a model of a deployment's.
func ask(t testing.TB, model, body string) *llm.Call {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		t.Fatalf("request: %v", err)
	}
	stream, _ := o.Raw("stream")
	name, _ := o.Text("model")
	return &llm.Call{
		Op: llm.Chat, Format: llm.Messages, Body: o, Model: name, Stream: string(stream) == "true",
		To: &llm.Deployment{Model: model}, Record: &llm.Record{RequestID: "test"},
	}
}

// chunks are the events of an answer; the last one has the usage.
func (g *golden) chunks() []llm.Event {
	var all []llm.Event
	for i, line := range g.answer {
		ev := llm.Event{Data: []byte(line), More: true}
		if i == len(g.answer)-1 {
			ev.Last, ev.More, ev.Usage = true, false, &g.usage
		}
		all = append(all, ev)
	}
	return all
}

func sequence(all []llm.Event) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for _, ev := range all {
			if !yield(ev, nil) {
				return
			}
		}
	}
}

// TestGolden plays each file, both ways.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("got no golden files (%v), want some", err)
	}
	said := map[string]message{}
	for _, name := range names {
		short := strings.TrimSuffix(filepath.Base(name), ".txt")
		t.Run(short, func(t *testing.T) {
			g := read(t, name)
			g.checkRequest(t)
			if len(g.answer) == 0 {
				return
			}
			if !g.call.Stream {
				said[short] = g.checkReply(t)
				return
			}
			said[short] = g.checkEvents(t)
			g.checkCuts(t)
		})
	}
	for name, stream := range said {
		if plain, ok := said[strings.TrimSuffix(name, "_stream")]; ok && strings.HasSuffix(name, "_stream") && !reflect.DeepEqual(plain, stream) {
			t.Errorf("%s: got %+v, want %+v as in the plain case", name, stream, plain)
		}
	}
}

// expect compares a part to what came, or writes it.
func (g *golden) expect(t *testing.T, part int, got string) {
	t.Helper()
	if got == g.part(part) {
		return
	}
	if !*update {
		t.Errorf("%s: got\n%s\nwant\n%s", parts[part], got, g.part(part))
		return
	}
	g.archive.Files[part].Data = []byte(got)
	if err := os.WriteFile(g.name, txtar.Format(g.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (g *golden) checkRequest(t *testing.T) {
	t.Helper()
	before := *g.call
	text := string(g.call.Body.Bytes())
	over, err := Call(g.call)
	if err != nil {
		g.expect(t, 3, failure(err)+"\n")
		return
	}
	g.expect(t, 3, string(over.Body.Bytes())+"\n")
	if over.Format != llm.OpenAI || !over.Options.IncludeUsage || over.Stream != g.call.Stream || over.Model != g.call.Model {
		t.Errorf("got %+v, want a call in OpenAI's format that asks for usage", over)
	}
	if err := raw.Strict(over.Body.Bytes()); err != nil {
		t.Errorf("got %v in %s", err, over.Body.Bytes())
	}
	if g.call.Format != before.Format || g.call.Options.IncludeUsage || string(g.call.Body.Bytes()) != text {
		t.Error("the caller's call was changed")
	}
}

func failure(err error) string {
	var e *llm.Error
	if !errors.As(err, &e) {
		return "not an llm.Error: " + err.Error()
	}
	return fmt.Sprintf("error %s %s param=%s", e.Class.Error(), e.Message, e.Param)
}

func (g *golden) checkReply(t *testing.T) message {
	t.Helper()
	body, err := raw.Parse([]byte(g.answer[0]))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := Reply(g.call, &llm.Reply{Format: llm.OpenAI, Body: body, Usage: g.usage})
	if err != nil {
		g.expect(t, 6, failure(err)+"\n")
		return message{}
	}
	g.expect(t, 6, string(reply.Body.Bytes())+"\n")
	return plain(t, reply.Body.Bytes())
}

func (g *golden) checkEvents(t *testing.T) message {
	t.Helper()
	var lines strings.Builder
	events := play(t, Events(g.call, sequence(g.chunks())))
	for _, ev := range events {
		if len(ev.Data) == 0 {
			continue
		}
		kind := "data"
		switch {
		case ev.Head:
			kind = "head"
		case ev.Last:
			kind = "last"
		}
		fmt.Fprintf(&lines, "%s %s %s\n", kind, ev.Name, ev.Data)
	}
	g.expect(t, 6, lines.String())
	if last := events[len(events)-1]; !last.Last || last.Usage == nil || *last.Usage != g.usage || last.More {
		t.Errorf("got %+v, want a last event with the usage", last)
	}
	return assemble(t, events)
}

// checkCuts ends a stream before each of its chunks, and leaves it after each of
// its events.
func (g *golden) checkCuts(t *testing.T) {
	t.Helper()
	all := g.chunks()
	for n := range all {
		var failed error
		for ev, err := range Events(g.call, sequence(all[:n])) {
			if failed = err; ev.Last {
				t.Errorf("cut after %d of %d chunks: got an end", n, len(all))
			}
		}
		if failed == nil {
			t.Errorf("cut after %d of %d chunks: got no error", n, len(all))
		}
		left := 0
		for range Events(g.call, sequence(all)) {
			if left++; left > n {
				break
			}
		}
	}
}
