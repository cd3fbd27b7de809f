package config

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var updateDocs = flag.Bool("update-docs", false, "rewrite the generated part of the document")

// TestDocs holds that docs/config.md lists the keys of the name table.
func TestDocs(t *testing.T) {
	const file, mark = "../../docs/config.md", "<!-- keys:"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(b), mark)
	if at < 0 {
		t.Fatalf("%s has no %q", file, mark)
	}
	end := at + strings.Index(string(b[at:]), "\n") + 1
	got, want := string(b[end:]), keysDocument()
	if got == want {
		return
	}
	if !*updateDocs {
		t.Fatalf("%s does not list the keys of names_data.go; run go test ./core/config -run TestDocs -update-docs", file)
	}
	if err := os.WriteFile(file, []byte(string(b[:end])+want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func keysDocument() string {
	var b strings.Builder
	for _, s := range []section{
		topSection(), entrySection(), paramsSection(), litellmSection(), generalSection(), jwtSection(), passSection(), alertingArgsSection(), routerSection(),
		credentialSection(), keyParamsSection(), mostParamsSection(), keyRulesSection(), userParamsSection(), teamSettingsSection(), serviceSection(),
		managementSection(),
	} {
		fmt.Fprintf(&b, "\n### %s\n", s.name)
		for _, group := range []struct{ says, keys string }{
			{"Used", s.used},
			{"Settings of the provider", s.settings},
			{"Credentials", s.credentials},
			{"Sent to the provider", s.passed},
			{"Prices (and every member of the price map that ends in _cost or has _cost_per_ in it)", s.prices},
			{"Text prompts", s.template},
			{"Without effect in this version", s.inert},
			{"Stop the start: they protect something and are not enforced yet", s.protects},
		} {
			if keys := strings.Fields(group.keys); len(keys) > 0 {
				slices.Sort(keys)
				fmt.Fprintf(&b, "\n%s: `%s`.\n", group.says, strings.Join(keys, "` `"))
			}
		}
		first := true
		for line := range strings.Lines(s.ignored) {
			if key, note, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
				if first {
					b.WriteString("\nNot needed here:\n")
				}
				first = false
				fmt.Fprintf(&b, "- `%s`: %s\n", key, note)
			}
		}
	}
	return b.String()
}
