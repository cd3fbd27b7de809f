package providers

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// natives are the folders of the formats that are not OpenAI's, or are with a
// difference: each has golden files of its own. Those that chat have calls with
// messages; others do something else.
func natives(t *testing.T, chat bool) []string {
	t.Helper()
	files, err := filepath.Glob("*/testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	chats := map[string]bool{}
	for _, file := range files {
		folder, _, _ := strings.Cut(file, "/")
		if folder == "openai" || folder == "providertest" || chats[folder] {
			continue
		}
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		chats[folder] = strings.Contains(string(a.Files[1].Data), `"messages"`)
	}
	var all []string
	for folder, does := range chats {
		if does == chat {
			all = append(all, folder)
		}
	}
	slices.Sort(all)
	return all
}

// scenes are what a conversation can hold, each told by the call of a golden
// file and, of reasoning, by its reply.
var scenes = []struct {
	name string
	in   func(call conversation, reply string) bool
}{
	{"system, turns", func(c conversation, _ string) bool {
		return len(c.Messages) > 2 && c.has("system") && c.has("assistant")
	}},
	{"tools", func(c conversation, _ string) bool { return len(c.Tools) > 0 }},
	{"tool result", func(c conversation, _ string) bool { return c.has("tool") }},
	{"image", func(c conversation, _ string) bool { return strings.Contains(string(c.whole), `"image_url"`) }},
	{"json_schema", func(c conversation, _ string) bool { return c.Format.Type == "json_schema" }},
	{"reasoning", func(c conversation, reply string) bool {
		return c.Effort != nil || c.Thinking != nil || strings.Contains(reply, `"reasoning_content"`)
	}},
	{"stream", func(c conversation, _ string) bool { return c.Stream }},
}

type conversation struct {
	Messages []struct{ Role string }
	Tools    []any
	Format   struct{ Type string } `json:"response_format"`
	Effort   any                   `json:"reasoning_effort"`
	Thinking any
	Stream   bool
	whole    json.RawMessage
}

func (c conversation) has(role string) bool {
	return slices.ContainsFunc(c.Messages, func(m struct{ Role string }) bool {
		return m.Role == role || role == "system" && m.Role == "developer"
	})
}

// fromLiteLLM and fromPage tell where a golden file's request is from; the rest
// comes from the vendor's own package.
var fromLiteLLM, fromPage = regexp.MustCompile(`^litellm==`), regexp.MustCompile(`^https://`)

// TestMatrix: every native format has each scene, and the counts say from whom:
// the vendor's own SDK, LiteLLM where there is none, a page of the vendor's.
func TestMatrix(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "%-12s", "SDK+LiteLLM+page")
	for _, s := range scenes {
		fmt.Fprintf(&table, " %14s", s.name)
	}
	total := [3]int{}
	for _, folder := range natives(t, true) {
		counts := make([][3]int, len(scenes))
		files, _ := filepath.Glob(folder + "/testdata/*.txt")
		for _, file := range files {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c conversation
			if err := json.Unmarshal(a.Files[1].Data, &c); err != nil {
				continue // a call that is not JSON, on purpose
			}
			c.whole = a.Files[1].Data
			from := 0
			switch source := a.Files[0].Data; {
			case fromLiteLLM.Match(source):
				from = 1
			case fromPage.Match(source):
				from = 2
			}
			total[from]++
			for i, s := range scenes {
				if s.in(c, string(a.Files[4].Data)) {
					counts[i][from]++
				}
			}
		}
		fmt.Fprintf(&table, "\n%-16s", folder)
		for i, s := range scenes {
			fmt.Fprintf(&table, " %14s", fmt.Sprintf("%d+%d+%d", counts[i][0], counts[i][1], counts[i][2]))
			if counts[i] == [3]int{} && folder+" "+s.name != "triton stream" { // without a last event: its stream_test.go breaks connections
				t.Errorf("%s: got no golden file with %s", folder, s.name)
			}
		}
	}
	t.Logf("golden files: %d recorded from the vendors' own packages, %d from LiteLLM, %d from pages\n%s", total[0], total[1], total[2], table.String())
}

// TestNativesAreHeld: every native format has its refusals, says what becomes
// of members nobody knows, and has a planted bug.
func TestNativesAreHeld(t *testing.T) {
	planted, err := filepath.Glob("../mutants/*.patch")
	if err != nil {
		t.Fatal(err)
	}
	var bugs strings.Builder
	for _, file := range planted {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bugs.Write(b)
	}
	for _, folder := range natives(t, false) {
		if !strings.Contains(bugs.String(), "# test: ./providers/"+folder) {
			t.Errorf("%s: got no mutant that its tests must kill", folder)
		}
	}
	for _, folder := range append(natives(t, true), "openai") {
		if _, err := os.Stat(folder + "/testdata/errors.json"); err != nil && folder != "testdata" {
			t.Errorf("%s: got %v, want the vendor's refusals", folder, err)
		}
		if unknown, _ := filepath.Glob(folder + "/testdata/*unknown*.txt"); len(unknown) == 0 {
			t.Errorf("%s: got no golden file of unknown members", folder)
		}
		if !strings.Contains(bugs.String(), "# test: ./providers/"+folder) {
			t.Errorf("%s: got no mutant that its tests must kill", folder)
		}
	}
}

// TestFolderSize: a vendor that needs more is two ideas.
func TestFolderSize(t *testing.T) {
	sizes := map[string]int{}
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		sizes[filepath.Dir(path)] += strings.Count(string(b), "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	shared := []string{".", "wire", "chat", "prompt", "demo", "providertest", "providertest/upstream"}
	for folder, n := range sizes {
		if n > 900 && !slices.Contains(shared, folder) {
			t.Errorf("%s: got %d lines besides tests, want 900 at most", folder, n)
		}
	}
}
