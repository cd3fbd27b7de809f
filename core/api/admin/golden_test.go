package admin_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the replies in testdata")

// TestGolden plays the files of testdata, each on a gateway of its own. In a
// file, "> who METHOD path body" is a request, "< status model reply" what must
// come back, whose model is the one of LiteLLM's that the reply was validated
// by, or -. Who is root, nobody, or the holder of the key sk-WHO-0123456789.
// "+ 90s" lets time pass; "$ 1.5" is what every key has spent, in dollars.
//
// Whatever is refused leaves the store as it was.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { play(t, file) })
	}
}

func play(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := newGateway(t)
	var out bytes.Buffer
	var request, reply string
	var status int
	for i, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case ">":
			who, call, _ := strings.Cut(rest, " ")
			method, call, _ := strings.Cut(call, " ")
			path, body, _ := strings.Cut(call, " ")
			g.store.begin()
			status, reply = g.do(who, method, path, body)
			request = rest
			if changed := g.store.changed(t); status >= 400 && len(changed) > 0 {
				t.Errorf("%s:%d: %s: got %d, and yet it changed %q", file, i+1, rest, status, changed)
			}
		case "<":
			word, more, _ := strings.Cut(rest, " ")
			model, want, _ := strings.Cut(more, " ")
			if *update {
				line = fmt.Sprintf("< %d %s %s", status, model, reply)
			} else if got := fmt.Sprint(status); got != word || !same(reply, want) {
				t.Errorf("%s:%d: %s: got\n%s %s\nwant\n%s %s", file, i+1, request, got, reply, word, want)
			}
		case "+":
			g.pass(rest)
		case "$":
			g.spend(rest)
		}
		out.WriteString(line + "\n")
	}
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// same reports whether two texts are the same JSON.
func same(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return reflect.DeepEqual(x, y)
}
