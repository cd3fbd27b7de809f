package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

const documents = "../core/config/testdata/proxydoc/"

// TestValidate explains each configuration of LiteLLM's proxy document. A new
// file there wants one in testdata/validate: go test ./local -update.
func TestValidate(t *testing.T) {
	files, err := filepath.Glob(documents + "*.yaml")
	if err != nil || len(files) != 13 {
		t.Fatalf("documents: got %d, %v, want 13", len(files), err)
	}
	for _, config := range files {
		name := strings.TrimSuffix(filepath.Base(config), ".yaml")
		t.Run(name, func(t *testing.T) {
			code, out, said := tollgate(t, nil, "validate", config)
			if code != 0 || said != "" {
				t.Errorf("got exit code %d, %q, want 0 and no error", code, said)
			}
			golden(t, "validate/"+name+".txt", out)
		})
	}
}

func TestValidateWithoutFile(t *testing.T) {
	_, out, _ := tollgate(t, []string{"OPENAI_API_KEY=sk-7", "LM_STUDIO_API_BASE=http://10.0.0.1/v1"}, "validate")
	golden(t, "validate/environment.txt", out)
}

func TestValidateJSON(t *testing.T) {
	type shown struct {
		OK       bool
		Problems []struct {
			Line, Column               int
			Severity, Message, Excerpt string
		}
		Warnings []string
		Explains []struct{ Subject, Text string }
	}
	for _, tc := range []struct {
		name, config string
		code         int
		want         func(shown) bool
	}{
		{"good", "model_list: [{model_name: a, litellm_params: {model: gpt-4o}}]", 0, func(s shown) bool {
			return s.OK && len(s.Problems) == 0 && len(s.Warnings) == 1 && s.Explains[0].Subject == "a"
		}},
		{"bad", "model_list:\n- model_name: 7\n  litellm_params: {modle: x}", 1, func(s shown) bool {
			return !s.OK && s.Problems[len(s.Problems)-1].Line > 1 && s.Problems[0].Excerpt != ""
		}},
		{"not YAML", "a: [", 1, func(s shown) bool { return !s.OK && len(s.Problems) == 1 }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, out, _ := tollgate(t, nil, "validate", "--json", file(t, "config.yaml", tc.config))
			var got shown
			if err := json.Unmarshal([]byte(out), &got); err != nil || code != tc.code || !tc.want(got) {
				t.Errorf("got exit code %d, %v, %s, want %d", code, err, out, tc.code)
			}
		})
	}
	code, out, said := tollgate(t, nil, "validate", "--config", "/nowhere.yaml")
	if code != 1 || out != "" || !strings.Contains(said, "/nowhere.yaml") {
		t.Errorf("no file: got exit code %d, %q, %q, want 1 and its name", code, out, said)
	}
}
