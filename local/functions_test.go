package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/routes"
)

// TestLambdaMode answers through the compiled functions, with variables that
// only a .env file has.
func TestLambdaMode(t *testing.T) {
	dir := t.TempDir()
	for _, fn := range routes.Functions() {
		build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, fn.Name, "bootstrap"), "../"+fn.Dir)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", fn.Name, err, out)
		}
	}
	config := file(t, "config.yaml", "model_list: [{model_name: mine, litellm_params: {model: demo/demo}}]\n")
	variables := file(t, "settings", "LITELLM_MASTER_KEY=sk-7\n")
	t.Chdir(filepath.Dir(config))
	g := begin(t, os.Environ(), "--mode=lambda", "--config=config.yaml", "--bootstraps", dir, "--env-file", variables, "--host=127.0.0.1")

	res := g.post(t, `{"model":"mine","messages":[{"role":"user","content":"hello"}]}`, "sk-7")
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "hello") {
		t.Errorf("got %d, %s, %v, want an answer", res.StatusCode, body, err)
	}
	if res.Header.Get("X-Amzn-Requestid") == "" {
		t.Error("got no X-Amzn-Requestid, want one: it did not come from a function")
	}
	if got := g.post(t, hello, "").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("without the key: got %d, want 401", got)
	}
	g.signals <- os.Interrupt
	if code := <-g.code; code != 0 {
		t.Errorf("exit code: got %d, want 0", code)
	}
}

func TestLambdaModeRefuses(t *testing.T) {
	config := file(t, "config.yaml", "model_list: []\n")
	for _, tc := range []struct {
		line, want string
		code       int
	}{
		{"--allow-unenforced --config " + config, "--allow-unenforced does not exist in --mode=lambda", 2},
		{"--bootstraps nowhere --config " + config, "go build -tags lambda.norpc -o nowhere/chat/bootstrap ./functions/chat", 1},
	} {
		code, _, said := tollgate(t, nil, append([]string{"--mode=lambda"}, strings.Fields(tc.line)...)...)
		if code != tc.code || !strings.Contains(said, tc.want) {
			t.Errorf("%s: got exit code %d, %q, want %d, %q", tc.line, code, said, tc.code, tc.want)
		}
	}
}
