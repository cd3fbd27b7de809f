package config_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tollgate-llm/tollgate/core/config"
)

func TestLoadReadsFiles(t *testing.T) {
	dir := t.TempDir()
	main, other := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "models.yaml")
	for name, text := range map[string]string{
		main:  "include: [models.yaml]\nlitellm_settings: {drop_params: on}\n",
		other: "model_list: [{model_name: a, litellm_params: {model: openai/a}}]\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, problems, err := config.Load(main, config.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatalf("Load: got %v, %v, want no problem", problems, err)
	}
	if len(c.Models) != 1 || c.Models[0].File != other || !c.DropParams {
		t.Errorf("Load: got %+v, want the model of %s and drop_params", c, other)
	}
}

func TestLoadReadsAnyFileSystem(t *testing.T) {
	fsys := fstest.MapFS{
		"conf/a.yaml": {Data: []byte("include: [b.yaml]")},
		"conf/b.yaml": {Data: []byte("general_settings: {master_key: k}")},
	}
	c, _, err := config.Load("conf/a.yaml", config.Options{Open: func(name string) (io.ReadCloser, error) { return fsys.Open(name) }})
	if err != nil || c.MasterKey != "k" {
		t.Errorf("Load: got %+v, %v, want master key k", c, err)
	}
}

func TestLoadOfAMissingFile(t *testing.T) {
	c, _, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"), config.Options{})
	if c != nil || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Load: got %v, %v, want os.ErrNotExist", c, err)
	}
}

func TestFilesThatAreRefusedWhole(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not text", "a: \xff\xfe", "the file is not UTF-8 text"},
		{"too large", strings.Repeat("# comment\n", 500_000), "the file has 5000000 bytes: the limit is 4194304"},
		{"too many values", "a: [" + strings.Repeat("1,", 150_000) + "1]", "the file is too long"},
		{"deep in one line", strings.Repeat("- ", 100) + "a", "nested too deeply"},
		{"deep over lines", deepMapping(100), "nested too deeply"},
	} {
		_, problems, err := config.Parse("config.yaml", []byte(c.text), config.Options{})
		if !errors.Is(err, config.ErrInvalid) {
			t.Errorf("%s: got error %v, want ErrInvalid", c.name, err)
		}
		var got []string
		for _, p := range problems {
			if p.Severity == config.Error {
				got = append(got, p.Message)
			}
		}
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func deepMapping(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "k:\n")
	}
	return b.String()
}

func TestAFileMayStartWithAByteOrderMark(t *testing.T) {
	c, problems, err := config.Parse("c", []byte("\ufeffgeneral_settings: {master_key: k}\r\n"), config.Options{})
	if err != nil || len(problems) > 0 || c.MasterKey != "k" {
		t.Errorf("Parse: got %+v, %v, %v, want master key k", c, problems, err)
	}
}

// TestIDs holds what keeps a deployment's ID, and what changes it.
func TestIDs(t *testing.T) {
	const entry = "model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: os.environ/K, n: [1, 2]}}]"
	for _, c := range []struct {
		name, text string
		same       bool
	}{
		{"nothing", entry, true},
		{"the order of keys", "model_list: [{litellm_params: {n: [1, 2], api_key: os.environ/K, model: openai/a}, model_name: a}]", true},
		{"model_info", strings.Replace(entry, "a, litellm", "a, model_info: {mode: chat}, litellm", 1), true},
		{"the place", strings.Replace(entry, "[{", "[{model_name: b, litellm_params: {model: b}},{", 1), true},
		{"defaults", entry + "\nlitellm_settings: {organization: o}", true},
		{"the group", strings.Replace(entry, "name: a", "name: b", 1), false},
		{"the model", strings.Replace(entry, "openai/a", "openai/b", 1), false},
		{"the key", strings.Replace(entry, "/K", "/L", 1), false},
		{"a list", strings.Replace(entry, "1, 2", "2, 1", 1), false},
		{"a field beside", strings.Replace(entry, "a, litellm", "a, rpm: 5, litellm", 1), false},
	} {
		want, got := lastID(t, entry), lastID(t, c.text)
		if (want == got) != c.same {
			t.Errorf("with %s changed: got %s, first %s, want same %v", c.name, got, want, c.same)
		}
	}
}

func lastID(t *testing.T, text string) string {
	t.Helper()
	lookup := func(string) (string, bool) { return "value", true }
	c, problems, err := config.Parse("c", []byte(text), config.Options{Lookup: lookup})
	if err != nil || len(c.Models) == 0 {
		t.Fatalf("Parse(%s): got %v, %v, want models", text, problems, err)
	}
	return c.Models[len(c.Models)-1].ID
}

func TestProblemsAsJSON(t *testing.T) {
	_, problems, _ := config.Parse("c.yaml", []byte("modl_list: []"), config.Options{})
	got, err := json.Marshal(problems)
	const want = `[{"file":"c.yaml","line":1,"column":1,"severity":"error","key":"modl_list",` +
		`"message":"unknown key \"modl_list\": did you mean \"model_list\"?",` +
		`"excerpt":"\u003e    1 | modl_list: []\n       | ^"}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// TestExplainAsksWhereADeploymentGoes uses what the providers know.
func TestExplainAsksWhereADeploymentGoes(t *testing.T) {
	c := &config.Config{Models: []config.Model{{Name: "*", Model: "x"}, {Name: "*", Model: "y", Secrets: map[string]string{"api_key": "k"}}}}
	got := config.Explain(c, func(m config.Model) config.Place {
		return config.Place{Provider: "p", Model: m.Model + "1", Base: "https://u:p@h/v1?q", KeyEnv: "P_KEY"}
	})
	want := []config.Line{
		{Subject: "*", Text: "calls x1 of p at https://h/v1; api_key from P_KEY"},
		{Subject: "*", Text: "calls y1 of p at https://h/v1; api_key from the file"},
		{Subject: "access", Text: "no master key in the configuration"},
	}
	if len(got) != len(want) {
		t.Fatalf("Explain: got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: got %v, want %v", i, got[i], want[i])
		}
	}
}
