package config_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/config"
)

// TestProxyDocument loads every model_list of LiteLLM's proxy document: none
// has an error, and each names the groups in order, repeated per deployment.
func TestProxyDocument(t *testing.T) {
	cases := []struct {
		file, groups string
		warnings     []string // the keys warned of
	}{
		{"01-example.yaml", "zephyr-alpha zephyr-beta", []string{"litellm_settings.set_verbose"}},
		{"02-multiple-models.yaml", "zephyr-alpha gpt-4 claude-2", nil},
		{"03-virtual-keys.yaml", "gpt-4 gpt-3.5-turbo", []string{"general_settings.database_url"}},
		{"04-upgrade-downgrade.yaml", "my-free-tier my-free-tier my-free-tier my-paid-tier", nil},
		{"05-model-params.yaml", "gpt-4-team1 gpt-4-team2 mistral-7b", nil},
		{"06-vault-keys.yaml", "gpt-4-team1", nil},
		{"07-load-balancing.yaml", "zephyr-beta zephyr-beta zephyr-beta", nil},
		{"08-fallbacks.yaml", "zephyr-beta zephyr-beta zephyr-beta gpt-3.5-turbo gpt-3.5-turbo-16k", nil},
		{"09-embeddings.yaml", "custom_embedding_model custom_embedding_model", nil},
		{"10-aliases.yaml", "text-davinci-003 gpt-4 gpt-3.5-turbo", nil},
		{"11-cache.yaml", "gpt-3.5-turbo", []string{"litellm_settings.set_verbose", "litellm_settings.cache"}},
		{"12-prompt-template.yaml", "mistral-7b", nil},
		{"13-langfuse.yaml", "gpt-3.5-turbo", []string{"litellm_settings.success_callback"}},
	}
	env := map[string]string{"AZURE_NORTH_AMERICA_API_KEY": "key"}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			opts := config.Options{Lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
			got, problems, err := config.Load(filepath.Join("testdata/proxydoc", c.file), opts)
			if err != nil {
				t.Fatalf("Load: got %v, want nil\n%v", err, problems)
			}
			var groups, warnings []string
			for _, m := range got.Models {
				groups = append(groups, m.Name)
			}
			for _, p := range problems {
				warnings = append(warnings, p.Key)
			}
			if g := strings.Join(groups, " "); g != c.groups {
				t.Errorf("groups: got %q, want %q", g, c.groups)
			}
			if !slices.Equal(warnings, c.warnings) {
				t.Errorf("warnings: got %q, want %q", warnings, c.warnings)
			}
		})
	}
	files, err := filepath.Glob("testdata/proxydoc/*.yaml")
	if err != nil || len(files) != len(cases) {
		t.Errorf("files: got %d, %v, want %d", len(files), err, len(cases))
	}
}
