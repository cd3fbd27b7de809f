package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/config"
	secrets "github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/core/secret/awsvault"
)

var update = flag.Bool("update", false, "rewrite the problems and explain parts of the cases")

// part is one file of a case.
type part struct{ name, text string }

// split reads a case: parts that start with a line "-- name --".
func split(text string) []part {
	var out []part
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "-- ")
		name, end := strings.CutSuffix(name, " --")
		if ok && end {
			out = append(out, part{name: name})
			continue
		}
		if len(out) > 0 {
			out[len(out)-1].text += line
		}
	}
	return out
}

// TestCases runs every file of testdata/cases. Its parts are config.yaml and
// the files that includes, env and hosted (NAME=value lines, of the environment
// and of what is kept elsewhere) and options (strict, allow-unenforced), and what
// must come out: problems, explain and, where it matters, keys (where variables
// are kept) and the whole config as JSON.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("cases: got %d, %v, want some", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := split(string(b))
			results := run(t, parts)
			if *update {
				rewrite(t, file, parts, results)
				return
			}
			for _, r := range results {
				compare(t, parts, r.name, r.text)
			}
		})
	}
}

func run(t *testing.T, parts []part) []part {
	t.Helper()
	files, env, hosted := map[string]string{}, map[string]string{}, map[string]string{}
	var opts config.Options
	for _, p := range parts {
		switch p.name {
		case "env", "hosted":
			into := map[string]map[string]string{"env": env, "hosted": hosted}[p.name]
			for line := range strings.Lines(p.text) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				into[name] = value
			}
		case "options":
			opts.Strict = strings.Contains(p.text, "strict")
			opts.AllowUnenforced = strings.Contains(p.text, "allow-unenforced")
		default:
			files[p.name] = p.text
		}
	}
	vaults := map[string]*secrets.Cache{}
	for scheme, v := range awsvault.All(&cloud.Account{Now: time.Now}) {
		vaults[scheme] = &secrets.Cache{Vault: v}
	}
	opts.Check = secrets.Source{Vaults: vaults}.Check
	opts.Lookup = func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	opts.Open = func(name string) (io.ReadCloser, error) {
		text, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("open %s: %w", name, os.ErrNotExist)
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
	keys := "nowhere else\n"
	opts.Hosted = func(k config.Keys, named []string) map[string]string {
		keys = fmt.Sprintf("%s %q of %q: %q\n", k.System, k.Hosted, k.Primary, named)
		return hosted
	}
	c, list, err := config.Load("config.yaml", opts)
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintln(&b, p)
	}
	if err != nil {
		if !errors.Is(err, config.ErrInvalid) {
			t.Fatalf("Load: got %v, want ErrInvalid", err)
		}
		fmt.Fprintln(&b, err)
	}
	var e strings.Builder
	for _, line := range config.Explain(c, nil) {
		fmt.Fprintf(&e, "%s: %s\n", line.Subject, line.Text)
	}
	results := []part{{"problems", b.String()}, {"explain", e.String()}}
	if slices.ContainsFunc(parts, func(p part) bool { return p.name == "keys" }) {
		results = append(results, part{"keys", keys})
	}
	if slices.ContainsFunc(parts, func(p part) bool { return p.name == "config" }) {
		j, err := json.MarshalIndent(c, "", "  ")
		if err != nil {
			t.Fatalf("config: %v", err)
		}
		results = append(results, part{"config", string(j) + "\n"})
	}
	return results
}

func compare(t *testing.T, parts []part, name, got string) {
	t.Helper()
	for _, p := range parts {
		if p.name == name {
			if got != p.text {
				t.Errorf("%s: got\n%swant\n%s", name, got, p.text)
			}
			return
		}
	}
	t.Errorf("%s: no such part in the case", name)
}

func rewrite(t *testing.T, file string, parts, results []part) {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		if !slices.ContainsFunc(results, func(r part) bool { return r.name == p.name }) {
			fmt.Fprintf(&b, "-- %s --\n%s", p.name, p.text)
		}
	}
	for _, r := range results {
		fmt.Fprintf(&b, "-- %s --\n%s", r.name, r.text)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
