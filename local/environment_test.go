package main

import (
	"slices"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	e, err := newEnvironment([]string{"A=1"}, "")
	if err != nil || e.file != "" {
		t.Fatalf("no .env: got file %q, %v, want neither", e.file, err)
	}
	dotenv := file(t, "settings", "A=from the file\nEMPTY=from the file\nB=\"from the file\" # why\nexport C='x=y'\n")
	e, err = newEnvironment([]string{"A=1", "EMPTY="}, dotenv)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"A": "1", "EMPTY": "", "B": "from the file", "C": "x=y"} {
		if got, ok := e.lookup(name); !ok || got != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, ok, want)
		}
	}
	if got, ok := e.lookup("D"); ok {
		t.Errorf("D: got %q, want none", got)
	}
	want := []string{"A=2", "B=from the file", "C=x=y", "EMPTY="}
	if got := e.list(map[string]string{"A": "2"}); !slices.Equal(got, want) {
		t.Errorf("list: got %q, want %q", got, want)
	}
}

// TestDotEnvIsFound holds that .env of the working directory is read unasked.
func TestDotEnvIsFound(t *testing.T) {
	path := file(t, ".env", "GROQ_API_KEY=k\n")
	t.Chdir(strings.TrimSuffix(path, "/.env"))
	_, out, _ := tollgate(t, nil, "models")
	if !strings.Contains(out, "groq/*") {
		t.Errorf("got %q, want groq's models", out)
	}
	_, out, _ = tollgate(t, []string{"GROQ_API_KEY="}, "models")
	if strings.Contains(out, "groq/*") {
		t.Errorf("an empty variable that is set: got %q, want no groq", out)
	}
}

// TestBrokenEnvironment holds that no error quotes a file of secrets.
func TestBrokenEnvironment(t *testing.T) {
	for name, path := range map[string]string{
		"missing": "/nowhere/settings",
		"broken":  file(t, "settings", "sk-secret\nKEY=sk-secret\n"),
	} {
		code, _, said := tollgate(t, nil, "--env-file", path)
		if code != 1 || !strings.Contains(said, path) || strings.Contains(said, "secret") {
			t.Errorf("%s: got exit code %d, %q, want 1 and the file's name without what is in it", name, code, said)
		}
	}
}
