package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDoctor says what is found, by the beginnings of its lines.
func TestDoctor(t *testing.T) {
	t.Chdir(t.TempDir())
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	answers := httptest.NewServer(http.NotFoundHandler())
	defer answers.Close()

	config := file(t, "config.yaml", `
model_list:
  - {model_name: a, litellm_params: {model: openai/x}}
  - {model_name: b, litellm_params: {model: openai/x, api_base: "`+answers.URL+`/v1"}}
  - {model_name: c, litellm_params: {model: openai/x, api_base: "http://127.0.0.1:1"}}
litellm_settings: {cache: true}
`)
	invalid := file(t, "config.yaml", "model_lst: []\n")
	for _, tc := range []struct {
		name, line string
		environ    []string
		code       int
		want       []string
	}{
		{"bare", "--port 0", nil, 0, []string{
			"OK    version        tollgate ", "OK    variables      those of this process: there is no .env here",
			"OK    configuration  none (--config names one)", "OK    keys           every deployment has one, or needs none",
			"WARN  environment    no provider's key is set", "WARN  master key     none", "OK    port           127.0.0.1:0 is free",
		}},
		{"ready", "--port 0", []string{"GROQ_API_KEY=k", "LITELLM_MASTER_KEY=k"}, 0, []string{
			"OK    environment    keys found: groq (GROQ_API_KEY)", "OK    master key     set", "OK    port           0.0.0.0:0 is free",
		}},
		{"missing key", "--port 0 -c " + config, nil, 0, []string{
			"WARN  configuration  " + config + ":6:20: warning: cache", "OK    configuration  " + config + "; models: 3: a, b, c",
			"WARN  keys           model a: no key for openai: set OPENAI_API_KEY",
		}},
		{"online", "--online --port 0 -c " + config, []string{"OPENAI_API_KEY=k", "OPENAI_BASE_URL=" + answers.URL}, 0, []string{
			"OK    address        " + answers.URL + " answers", "WARN  address        http://127.0.0.1:1 of model c does not answer: ",
		}},
		{"invalid", "-c " + invalid, nil, 1, []string{"FAIL  configuration  " + invalid + ":1:1: error: "}},
		{"no file", "-c /nowhere.yaml", nil, 1, []string{"FAIL  configuration  read configuration: open /nowhere.yaml"}},
		{"no variables", "--env-file /nowhere", nil, 1, []string{"FAIL  variables      read variables: open /nowhere"}},
		{"taken port", "--port " + port, nil, 1, []string{"FAIL  port           port " + port + " is taken; try --port "}},
		{"bad port", "", []string{"PORT=x"}, 1, []string{`FAIL  port           PORT is "x", want a number`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, out, said := tollgate(t, tc.environ, append([]string{"doctor"}, strings.Fields(tc.line)...)...)
			if code != tc.code || (code == 0) != (said == "") {
				t.Errorf("got exit code %d, %q, want %d", code, said, tc.code)
			}
			for _, want := range tc.want {
				if !strings.Contains("\n"+out, "\n"+want) {
					t.Errorf("got\n%s\nwant a line that begins with\n%s", out, want)
				}
			}
		})
	}
}

func TestModels(t *testing.T) {
	config := file(t, "config.yaml", `
model_list:
  - {model_name: a, litellm_params: {model: openai/x}}
  - {model_name: demo, litellm_params: {model: demo/demo}}
router_settings: {model_group_alias: {short: a, hidden: {model: a, hidden: true}}}
`)
	code, out, _ := tollgate(t, nil, "models", "--config", config)
	if want := "MODEL  PROVIDER\na      openai\ndemo   demo\nshort  openai\n"; code != 0 || out != want {
		t.Errorf("got exit code %d, %q, want 0, %q", code, out, want)
	}
	code, out, said := tollgate(t, nil, "models", "--config", file(t, "config.yaml", "model_lst: []\n"))
	if code != 1 || out != "" || !strings.Contains(said, ":1:1: error: ") {
		t.Errorf("an invalid file: got exit code %d, %q, %q, want 1 and the place", code, out, said)
	}
}

func TestVersion(t *testing.T) {
	for _, line := range []string{"version", "--version", "-v"} {
		code, out, _ := tollgate(t, nil, line)
		if code != 0 || out != version() || !strings.HasPrefix(out, "tollgate 0.") {
			t.Errorf("%s: got exit code %d, %q, want 0, %q", line, code, out, version())
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, out, _ := tollgate(t, nil, "completion", shell)
		if code != 0 || !strings.Contains(out, "tollgate") {
			t.Errorf("%s: got exit code %d and %d bytes, want 0 and a script", shell, code, len(out))
		}
	}
}
