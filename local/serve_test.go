package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

const hello = `{"model":"demo","messages":[{"role":"user","content":"hello"}]}`

func TestServe(t *testing.T) {
	g := begin(t, nil)
	res := g.post(t, hello, "")
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "hello") {
		t.Errorf("got %d, %q, %v, want an answer", res.StatusCode, body, err)
	}
	if !strings.HasPrefix(g.url, "http://127.0.0.1:") {
		t.Errorf("without a master key: got %s, want an address of this machine alone", g.url)
	}
	g.signals <- os.Interrupt
	if code := <-g.code; code != 0 {
		t.Errorf("exit code: got %d, want 0", code)
	}
}

// TestMasterKey holds that a key in the environment guards, and that without
// one nobody is let in unwarned.
func TestMasterKey(t *testing.T) {
	g := begin(t, []string{"LITELLM_MASTER_KEY=sk-7"}, "--host=127.0.0.1")
	if got := g.post(t, hello, "").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("without the key: got %d, want 401", got)
	}
	if got := g.post(t, hello, "sk-7").StatusCode; got != http.StatusOK {
		t.Errorf("with the key: got %d, want 200", got)
	}
	for _, tc := range []struct {
		environ []string
		host    string
		want    bool
	}{
		{nil, "0.0.0.0", true},
		{nil, "127.0.0.1", false},
		{[]string{"LITELLM_MASTER_KEY=sk-7"}, "0.0.0.0", false},
	} {
		g := begin(t, tc.environ, "--host", tc.host)
		if got := g.warned("THERE IS NO MASTER KEY"); got != tc.want {
			t.Errorf("%v on %s: got a warning %v, want %v", tc.environ, tc.host, got, tc.want)
		}
	}
}

func (g *gateway) warned(of string) bool {
	for _, line := range g.said {
		if text, _ := line["msg"].(string); line["level"] == "WARN" && strings.Contains(text, of) {
			return true
		}
	}
	return false
}

// TestModel holds that --model answers to every name, and is listed by alias.
func TestModel(t *testing.T) {
	g := begin(t, nil, "--model=demo", "--alias=mine", "--max_tokens=2")
	for _, model := range []string{"mine", "gpt-3.5-turbo"} {
		body, err := io.ReadAll(g.post(t, strings.Replace(hello, "demo", model, 1), "").Body)
		if err != nil || !strings.Contains(string(body), `"completion_tokens":2`) {
			t.Errorf("%s: got %s, %v, want two tokens of the demo", model, body, err)
		}
	}
	code, _, said := tollgate(t, nil, "--model", "opena1/gpt-4o")
	if code != 1 || !strings.Contains(said, "did you mean openai?") {
		t.Errorf("an unknown provider: got exit code %d, %q, want 1 and another name", code, said)
	}
}

// TestMissingKeys holds that a start names the variable of each missing key.
func TestMissingKeys(t *testing.T) {
	config := file(t, "config.yaml", `
model_list:
  - {model_name: a, litellm_params: {model: gpt-4o}}
  - {model_name: b, litellm_params: {model: azure/d, api_base: "https://x.openai.azure.com"}}
  - {model_name: c, litellm_params: {model: groq/x, api_key: os.environ/MY_GROQ}}
  - {model_name: own, litellm_params: {model: groq/x, api_key: k}}
  - {model_name: local, litellm_params: {model: ollama/x}}
  - {model_name: mine, litellm_params: {model: openai/x, api_base: "http://127.0.0.1:1"}}
`)
	g := begin(t, nil, "--config", config)
	for text, want := range map[string]bool{
		"model a: no key for openai: set OPENAI_API_KEY":                           true,
		"model b: no key for azure: set AZURE_OPENAI_API_KEY or AZURE_API_KEY or ": true,
		"the environment variable MY_GROQ is not set":                              true,
		"model own:":   false,
		"model local:": false,
		"model mine:":  false,
	} {
		if got := g.warned(text); got != want {
			t.Errorf("a warning of %q: got %v, want %v", text, got, want)
		}
	}
	g = begin(t, []string{"OPENAI_API_KEY=k", "AZURE_API_KEY=k", "MY_GROQ=k"}, "--config", config)
	if g.warned("") {
		t.Errorf("with every key: got %v, want no warning", g.said)
	}
}

func TestConfigurationStops(t *testing.T) {
	for name, tc := range map[string]struct {
		text, want string
		flags      []string
	}{
		"misspelt": {"model_list:\n  - model_name: a\n    litellm_parms: {}\n", `config.yaml:3:5: error: unknown key "litellm_parms": did you mean "litellm_params"?`, nil},
		"strict":   {"unheard_of: 1\n", "config.yaml:1:1: error:", []string{"--strict"}},
		"open":     {"general_settings: {enable_oauth2_auth: true}\n", "enable_oauth2_auth", nil},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, said := tollgate(t, nil, append(tc.flags, "--config", file(t, "config.yaml", tc.text), "--log-format=text")...)
			if code != 1 || !strings.Contains(said, tc.want) {
				t.Errorf("got exit code %d, %q, want 1 and %q", code, said, tc.want)
			}
		})
	}
	config := file(t, "config.yaml", "general_settings: {enable_oauth2_auth: true}\n")
	begin(t, nil, "--config", config, "--allow-unenforced") // fails without a banner
	code, _, said := tollgate(t, nil, "--config", "/nowhere/config.yaml")
	if code != 1 || !strings.Contains(said, "/nowhere/config.yaml") {
		t.Errorf("no file: got exit code %d, %q, want 1 and its name", code, said)
	}
}

// TestShutdown holds that a first signal lets an open stream finish, and that a
// second one cuts it.
func TestShutdown(t *testing.T) {
	const slow = `{"model":"demo-slow","stream":true,"max_tokens":5,"messages":[{"role":"user","content":"hello"}]}`
	for _, tc := range []struct {
		name    string
		signals []os.Signal
		code    int
		whole   bool
	}{
		{"one signal", []os.Signal{syscall.SIGTERM}, 0, true},
		{"two signals", []os.Signal{os.Interrupt, os.Interrupt}, 1, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := begin(t, nil)
			stream := bufio.NewReader(g.post(t, slow, "").Body)
			if _, err := stream.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			for _, s := range tc.signals {
				g.signals <- s
			}
			rest, err := io.ReadAll(stream)
			whole := err == nil && strings.HasSuffix(string(rest), "data: [DONE]\n\n")
			if whole != tc.whole {
				t.Errorf("the stream: got %q, %v, want it whole: %v", rest, err, tc.whole)
			}
			if code := <-g.code; code != tc.code {
				t.Errorf("exit code: got %d, want %d", code, tc.code)
			}
			if c, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://")); err == nil {
				c.Close()
				t.Error("after the end: got a connection, want none")
			}
		})
	}
}
