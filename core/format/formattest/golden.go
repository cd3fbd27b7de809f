package formattest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// golden is one file of testdata: where the case comes from, a call, what is
// asked in OpenAI's words ("none" of a call that is refused), what is answered
// in them, and what the caller gets. The model is the deployment's, if that
// matters. An answer is as a provider of chats sends it; beside a part "usage",
// which then counts, it is as it is known within: one object, or a stream's, a
// line each. Without an answer, only what is asked is looked at.
type golden struct {
	path    string
	archive *txtar.Archive
	parts   map[string]*txtar.File
	call    *llm.Call
	usage   *llm.Usage // nil where the answer is a provider's
}

// order is that of a file's parts. Those of maybe may be left out.
var (
	order = [...]string{"source", "model", "call", "chat", "chat reply", "usage", "reply"}
	maybe = [...]string{"model", "usage"}
)

func (k Kit) goldens(t testing.TB) (all []golden) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("got no golden files (%v), want some", err)
	}
	for _, name := range names {
		all = append(all, k.read(t, name))
	}
	return all
}

func (k Kit) read(t testing.TB, path string) golden {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, rest := golden{path: path, archive: a, parts: map[string]*txtar.File{}}, a.Files
	for _, name := range order {
		if len(rest) > 0 && rest[0].Name == name {
			g.parts[name], rest = &rest[0], rest[1:]
		} else if !slices.Contains(maybe[:], name) {
			t.Fatalf("%s: got no part %q in its place, want %q", path, name, order)
		}
	}
	if len(rest) > 0 {
		t.Fatalf("%s: got a part %q, want %q", path, rest[0].Name, order)
	}
	model := "m"
	if g.parts["model"] != nil {
		model = g.text("model")
	}
	g.call = k.callOf(model, Object(t, g.text("call")))
	if g.parts["usage"] == nil {
		return g
	}
	g.usage = &llm.Usage{}
	if text := g.text("usage"); text != "" {
		if err := json.Unmarshal([]byte(text), g.usage); err != nil {
			t.Fatalf("%s: usage: %v", path, err)
		}
		g.usage.Known = true
	}
	return g
}

// name is what a test calls the file.
func (g golden) name() string { return strings.TrimSuffix(filepath.Base(g.path), ".txt") }

func (g golden) text(part string) string { return strings.TrimSpace(string(g.parts[part].Data)) }

var update = flag.Bool("update", false, "write the parts chat and reply of golden files; oracle/ must accept them")

// expect compares a part to what came, or writes it.
func (g golden) expect(t *testing.T, part, got string) {
	t.Helper()
	if got != "" {
		got += "\n"
	}
	want := string(g.parts[part].Data)
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s: got\n%s\nwant\n%s", part, got, want)
		return
	}
	g.parts[part].Data = []byte(got)
	if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
