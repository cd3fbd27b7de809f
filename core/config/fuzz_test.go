package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/config"
)

// FuzzLoad reads any text: it must not panic, and what it says must hold.
func FuzzLoad(f *testing.F) {
	docs, err := filepath.Glob("testdata/proxydoc/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	cases, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(docs, cases...) {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seeds := []part{{"config.yaml", string(b)}}
		if strings.HasSuffix(name, ".txt") {
			seeds = split(string(b))
		}
		for _, p := range seeds {
			if p.name == "config.yaml" {
				f.Add([]byte(p.text))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, problems, err := config.Parse("c", text, config.Options{
			Lookup: func(name string) (string, bool) { return name, len(name)%2 == 0 },
			Open:   func(string) (io.ReadCloser, error) { return nil, os.ErrNotExist },
		})
		lines := strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text)), "\n") + 1
		failed := false
		for _, p := range problems {
			failed = failed || p.Severity == config.Error
			if p.Line < 0 || p.Line > lines {
				t.Errorf("problem on line %d of a shorter file: %v", p.Line, p)
			}
		}
		if failed != errors.Is(err, config.ErrInvalid) || failed != (err != nil) {
			t.Errorf("got error %v with problems %v", err, problems)
		}
		for _, m := range c.Models {
			for _, raw := range []json.RawMessage{m.Params, m.Info, m.Mock} {
				if raw != nil && !json.Valid(raw) {
					t.Errorf("got %s, want JSON", raw)
				}
			}
			if m.Name == "" || m.Model == "" || m.ID == "" {
				t.Errorf("got %+v, want a name, a model and an ID", m)
			}
		}
		config.Explain(c, nil)
	})
}

// secret stands for a key in the generated files; no part of it may come out.
const secret = "Zq9Zq9Zq9Zq9"

// TestSecretsStayInside plants a secret in a file in every style YAML has,
// breaks the file, and looks for it in all that is said.
func TestSecretsStayInside(t *testing.T) {
	styles := []string{
		"api_key: %s", "api_key: '%s'", `api_key: "%s"`, "api_key: |\n        %s\n        %[1]s", "api_key: >-\n        %s",
		"api_key: \"a\n        %s\"", "api_kye: %s", "vertex_credentials: {private: %s}", "# api_key: %s", "x: 1 # api_key=%s",
		"extra_headers: {X-Own: %s}", "user: sk-%s", "user: Bearer %s", "api_base: http://me:%s@127.0.0.1",
		"api_key: &k %s\n      azure_ad_token: *k", "my_token: !!str %s",
	}
	rapid.Check(t, func(t *rapid.T) {
		style := rapid.SampledFrom(styles).Draw(t, "style")
		lines := strings.Split("model_list:\n  - model_name: a\n    litellm_params:\n      model: openai/a\n      "+
			fmt.Sprintf(style, secret)+"\n      tpm: many\n      modl: x\nlitellm_setings: {}\n", "\n")
		for range rapid.IntRange(0, 3).Draw(t, "breaks") {
			i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			switch rapid.SampledFrom([]string{"in", "out", "bracket", "quote", "tab"}).Draw(t, "break") {
			case "in":
				lines[i] = "   " + lines[i]
			case "out":
				lines[i] = strings.TrimLeft(lines[i], " ")
			case "bracket":
				lines[i] += " ]"
			case "quote":
				lines[i] += " \""
			case "tab":
				lines[i] = "\t" + lines[i]
			}
		}
		text := strings.Join(lines, "\n")
		c, problems, _ := config.Parse("c", []byte(text), config.Options{})
		said := fmt.Sprint(problems, config.Explain(c, nil))
		if strings.Contains(said, secret[:3]) {
			t.Fatalf("the secret comes out of\n%s\nas\n%s", text, said)
		}
	})
}
