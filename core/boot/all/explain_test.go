package all_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/config"
)

func env(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

// TestDeployments says where the calls of one model go, and with whose key.
func TestDeployments(t *testing.T) {
	keys := map[string]string{"OPENAI_API_KEY": "k", "GROQ_API_KEY": "", "LM_STUDIO_API_BASE": "http://10.0.0.1"}
	for _, tc := range []struct {
		name  string
		model config.Model
		want  all.Deployment
	}{
		{"key in the environment", config.Model{Model: "gpt-4o"}, all.Deployment{Provider: "openai", Model: "gpt-4o", Base: "https://api.openai.com/v1", Key: []string{"OPENAI_API_KEY"}}},
		{"an empty variable is no key", config.Model{Model: "groq/x"}, all.Deployment{Provider: "groq", Model: "x", Base: "https://api.groq.com/openai/v1", Key: []string{"GROQ_API_KEY"}, Lacks: true}},
		{"a key of its own", config.Model{Model: "groq/x", Secrets: map[string]string{"api_key": "k"}}, all.Deployment{Provider: "groq", Model: "x", Base: "https://api.groq.com/openai/v1"}},
		{"an address of one's own", config.Model{Model: "groq/x", APIBase: "http://h"}, all.Deployment{Provider: "groq", Model: "x", Base: "http://h"}},
		{"an address from the environment", config.Model{Model: "lm_studio/x"}, all.Deployment{Provider: "lm_studio", Model: "x", Base: "http://10.0.0.1"}},
		{"everybody has their own address", config.Model{Model: "databricks/x", APIBase: "http://h"}, all.Deployment{Provider: "databricks", Model: "x", Base: "http://h", Key: []string{"DATABRICKS_API_KEY", "DATABRICKS_TOKEN"}, Lacks: true}},
		{"an address made of settings", config.Model{Model: "bedrock/x"}, all.Deployment{Provider: "bedrock", Model: "x"}},
		{"no network", config.Model{Model: "demo"}, all.Deployment{Provider: "demo", Model: "demo"}},
		{"no provider", config.Model{Model: "gtp/x"}, all.Deployment{Model: "gtp/x"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			setup, _, err := all.Load(all.Options{Model: tc.model, Getenv: env(keys)})
			if err != nil {
				t.Fatal(err)
			}
			tc.want.ID, tc.want.Group = tc.model.Model, tc.model.Model
			if got := setup.Deployments()[0]; !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestReady(t *testing.T) {
	setup, _, err := all.Load(all.Options{Getenv: env(map[string]string{"OPENAI_API_KEY": "k", "LM_STUDIO_API_BASE": "http://10.0.0.1"})})
	if err != nil {
		t.Fatal(err)
	}
	want := []all.Found{{"lm_studio", "LM_STUDIO_API_BASE"}, {"openai", "OPENAI_API_KEY"}}
	if got := setup.Ready(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var groups []string
	for _, d := range setup.Deployments() {
		groups = append(groups, d.Group)
	}
	if want := []string{"demo", "lm_studio/*", "openai/*", "*"}; !slices.Equal(groups, want) {
		t.Errorf("groups: got %q, want %q", groups, want)
	}
}

// TestLoadWithoutFile holds that there is nothing to explain.
func TestLoadWithoutFile(t *testing.T) {
	setup, problems, err := all.Load(all.Options{ConfigPath: "/nowhere.yaml"})
	if setup != nil || problems != nil || err == nil {
		t.Errorf("got %v, %v, %v, want an error alone", setup, problems, err)
	}
}
