package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// litellmProxy answers as LiteLLM did when it was recorded.
func litellmProxy(t *testing.T) string {
	body, err := os.ReadFile("../core/boot/litellm/testdata/first.json")
	if err != nil {
		t.Fatal(err)
	}
	var replies map[string]json.RawMessage
	if err := json.Unmarshal(body, &replies); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply, ok := replies[r.URL.RequestURI()]
		if !ok || r.Header.Get("Authorization") != "Bearer sk-source" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = w.Write(reply)
	}))
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		s.Close()
	})
	return s.URL
}

// TestImportLiteLLM holds that keys of a LiteLLM proxy work here as they are, once
// they were imported into the file that the gateway keeps its own in.
func TestImportLiteLLM(t *testing.T) {
	url, kept := litellmProxy(t), filepath.Join(t.TempDir(), "kept.db")
	environ := []string{"TOLLGATE_DATA=" + kept, "LITELLM_MASTER_KEY=sk-source"}
	code, out, said := tollgate(t, environ, "import", "litellm", "--url", url, "--dry-run")
	if code != 1 || !strings.Contains(out, "Nothing was written") {
		t.Fatalf("dry run: got %d and\n%s%s, want 1", code, out, said)
	}
	code, out, said = tollgate(t, environ, "import", "litellm", "--url", url)
	for _, want := range []string{"key    14   13", "credential azure: LiteLLM shows its values masked"} {
		if code != 1 || !strings.Contains(out, want) {
			t.Errorf("got %d and\n%s, want 1 and %q", code, out, want)
		}
	}
	if want := "From " + url + " to " + kept + "\nError: not everything could be brought\n"; said != want {
		t.Errorf("got %q, want %q", said, want)
	}

	g := begin(t, []string{"TOLLGATE_DATA=" + kept, "LITELLM_MASTER_KEY=sk-mine"})
	for key, want := range map[string]int{"sk-moving-soft": 200, "sk-moving-stopped": 401, "sk-moving-plain": 401, "sk-other": 401} {
		res := g.post(t, `{"model":"demo","messages":[{"role":"user","content":"hi"}]}`, key)
		if res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", key, res.StatusCode, want)
		}
	}
}

// TestImportUsage holds what is said of a command line that cannot be
// understood, before anything is asked or opened.
func TestImportUsage(t *testing.T) {
	key := []string{"LITELLM_MASTER_KEY=sk-canary"}
	for want, tc := range map[string]struct{ environ, args []string }{
		"say what to import from":             {nil, nil},
		`nothing to import from "litelm"`:     {nil, []string{"litelm"}},
		"--url says where":                    {key, []string{"litellm"}},
		"--master-key, or LITELLM_MASTER_KEY": {nil, []string{"litellm", "--url", "http://127.0.0.1:1"}},
		"would be gone with this command":     {key, []string{"litellm", "--url", "http://127.0.0.1:1"}},
	} {
		code, out, said := tollgate(t, tc.environ, append([]string{"import"}, tc.args...)...)
		if code != 2 || out != "" || !strings.Contains(said, want) || strings.Contains(said, "canary") {
			t.Errorf("%v: got %d, %q and %q, want 2 and %q", tc.args, code, out, said, want)
		}
	}
	code, _, said := tollgate(t, append(key, "TOLLGATE_DATA=", "TABLE_NAME=", "XDG_DATA_HOME="+t.TempDir()), "import", "litellm", "--url", "http://127.0.0.1:1")
	if code != 1 || !strings.Contains(said, "tollgate.db") || !strings.Contains(said, "read http://127.0.0.1:1") {
		t.Errorf("nobody there: got %d and %q, want 1", code, said)
	}
}
