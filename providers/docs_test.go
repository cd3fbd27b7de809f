package providers

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

var updateDocs = flag.Bool("update-docs", false, "rewrite the generated part of the document")

// TestDocs holds that docs/providers.md lists the providers there are.
func TestDocs(t *testing.T) {
	const file, mark = "../docs/providers.md", "<!-- list:"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(b), mark)
	if at < 0 {
		t.Fatalf("%s has no %q", file, mark)
	}
	end := at + strings.Index(string(b[at:]), "\n") + 1
	got, want := string(b[end:]), listDocument()
	if got == want {
		return
	}
	if !*updateDocs {
		t.Fatalf("%s does not list the providers of the table; run go test ./providers -run TestDocs -update-docs", file)
	}
	if err := os.WriteFile(file, []byte(string(b[:end])+want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func listDocument() string {
	var b strings.Builder
	b.WriteString("\n| provider | address | key | address from | beside chat |\n|---|---|---|---|---|\n")
	all := All(nil, nil, providertest.Now)
	code := func(names []string) string {
		if len(names) == 0 {
			return ""
		}
		return "`" + strings.Join(names, "` `") + "`"
	}
	for _, name := range Names() {
		i, _ := Describe(name)
		base := i.Base
		if i.Alias != "" {
			fmt.Fprintf(&b, "| %s | as %s | | | |\n", name, i.Alias)
			continue
		}
		if base == "" {
			base = "your own `api_base`"
		}
		key := code(i.KeyEnv)
		if i.NoKey {
			key = strings.TrimSpace(key + " (none needed)")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, base, key, code(i.BaseEnv), beside(all, name))
	}
	return b.String()
}

// beside lists what a provider offers that is no chat in OpenAI's words.
func beside(all *Set, name string) string {
	var names []string
	p, _ := all.Lookup(name)
	for op := llm.Embeddings; op <= llm.Speech; op++ {
		if p.Speaks(op, llm.OpenAI) {
			names = append(names, op.String())
		}
	}
	for format, name := range map[llm.Format]string{llm.Completions: "completions", llm.Responses: "responses", llm.Messages: "messages", llm.Gemini: "generateContent"} {
		if p.Speaks(llm.Chat, format) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
