package price

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

func TestValidateEnvironment(t *testing.T) {
	keys := func(provider string) []string {
		return map[string][]string{"a": {"A_KEY", "A_TOKEN"}, "openai": {"OPENAI_API_KEY"}}[provider]
	}
	set := func(names ...string) func(string) string {
		return func(name string) string {
			if slices.Contains(names, name) {
				return "x"
			}
			return ""
		}
	}
	for _, tc := range []struct {
		model string
		set   []string
		want  Environment
		err   error
	}{
		{"gpt-4o", nil, Environment{MissingKeys: []string{"OPENAI_API_KEY"}}, nil},
		{"openai/unheard-of", []string{"OPENAI_API_KEY"}, Environment{KeysInEnvironment: true, MissingKeys: []string{}}, nil},
		{"a/m", nil, Environment{MissingKeys: []string{"A_KEY", "A_TOKEN"}}, nil},
		{"a/m", []string{"A_TOKEN"}, Environment{KeysInEnvironment: true, MissingKeys: []string{}}, nil},
		{"ollama/m", nil, Environment{KeysInEnvironment: true, MissingKeys: []string{}}, nil},
		{"unheard-of", nil, Environment{}, ErrUnknownModel},
	} {
		var c Catalogue
		got, err := c.ValidateEnvironment(tc.model, set(tc.set...), keys)
		if !reflect.DeepEqual(got, tc.want) || !errors.Is(err, tc.err) {
			t.Errorf("%s with %v: got %+v and error %v, want %+v and %v", tc.model, tc.set, got, err, tc.want, tc.err)
		}
	}
}

// TestListsWhatIsRegistered holds that a registered model is listed with the rest.
func TestListsWhatIsRegistered(t *testing.T) {
	var c Catalogue
	all, err := c.ModelsByProvider("")
	if err != nil || len(all) < 2590 || !slices.IsSorted(all) {
		t.Fatalf("got %d models and error %v, want 2590 at least, sorted", len(all), err)
	}
	if err := c.Register([]byte(`{"p/new": {"litellm_provider": "p"}}`)); err != nil {
		t.Fatal(err)
	}
	if got, err := c.ModelsByProvider("p"); err != nil || !slices.Equal(got, []string{"p/new"}) {
		t.Errorf("got %v and error %v, want p/new", got, err)
	}
	got, err := c.ValidModels(func(string) string { return "" }, func(string) []string { return []string{"KEY"} })
	if err != nil || len(got) != 0 {
		t.Errorf("without keys: got %d models and error %v, want none", len(got), err)
	}
}
