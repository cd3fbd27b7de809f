package spend_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	api "github.com/tollgate-llm/tollgate/core/api/spend"
)

var update = flag.Bool("update", false, "rewrite the replies in testdata")

// TestGolden plays the files of testdata, each on a gateway of its own. In a
// file, "> who METHOD path body" is a request, "< status model reply" what must
// come back, whose model is the one of LiteLLM's that the reply was validated
// by, or -. Who is root, or the holder of the key sk-WHO-0123456789. "! ..." is a
// request of root's that makes somebody, "$ ..." a call (gateway.spend), "+ 90s"
// lets time pass, and "=" adds up what is there.
//
// Each file is played twice, the second time without adding up before the end:
// nobody can tell by a reply.
func TestGolden(t *testing.T) {
	for _, file := range files(t) {
		for _, adds := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, added up %v", filepath.Base(file), adds), func(t *testing.T) { play(t, file, adds) })
		}
	}
}

func files(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/*.http")
	if err != nil || len(found) == 0 {
		t.Fatalf("got %d files, %v", len(found), err)
	}
	return found
}

func play(t *testing.T, file string, adds bool) {
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
			f := append(strings.SplitN(rest, " ", 4), "")
			status, reply = g.do(f[0], f[1], f[2], f[3])
			request = rest
		case "<":
			word, more, _ := strings.Cut(rest, " ")
			model, want, _ := strings.Cut(more, " ")
			if *update {
				line = fmt.Sprintf("< %d %s %s", status, model, reply)
			} else if got := fmt.Sprint(status); got != word || !same(reply, want) {
				t.Errorf("%s:%d: %s: got\n%s %s\nwant\n%s %s", file, i+1, request, got, reply, word, want)
			}
		case "!":
			f := append(strings.SplitN(rest, " ", 3), "")
			if status, reply := g.do("root", f[0], f[1], f[2]); status != http.StatusOK {
				t.Fatalf("%s:%d: got %d %s", file, i+1, status, reply)
			}
		case "+":
			g.pass(rest)
		case "$":
			g.spend(rest)
		case "=":
			if err := g.book.Update(t.Context()); adds && err != nil {
				t.Fatal(err)
			}
		}
		out.WriteString(line + "\n")
	}
	if *update && adds {
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

// TestEveryRoute: each route is asked in testdata for what it answers, and by
// somebody who is no administrator.
func TestEveryRoute(t *testing.T) {
	mux := http.NewServeMux()
	for pattern := range new(api.Handler).Routes() {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	answered, others := map[string]bool{}, map[string]bool{}
	for _, file := range files(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pattern, who := "", ""
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "> "); ok {
				f := strings.Fields(rest)
				r, err := http.NewRequest(f[1], f[2], nil)
				if err != nil {
					t.Fatal(err)
				}
				_, pattern = mux.Handler(r)
				who = f[0]
			}
			if strings.HasPrefix(line, "< 200 ") {
				answered[pattern] = true
			}
			if strings.HasPrefix(line, "< ") && who != "root" {
				others[pattern] = true
			}
		}
	}
	for pattern := range new(api.Handler).Routes() {
		if !answered[pattern] || !others[pattern] {
			t.Errorf("%s: got answered %v, asked by others than root %v, want both", pattern, answered[pattern], others[pattern])
		}
	}
}
