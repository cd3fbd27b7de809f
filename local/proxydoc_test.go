package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
)

// TestProxyDocuments calls every group of every configuration of LiteLLM's
// proxy document, plain and streamed, with every host played by a fake
// provider: the answer comes back, and went to the address and with the
// credentials that the configuration says.
func TestProxyDocuments(t *testing.T) {
	const (
		face   = "http://0.0.0.0:800?/v1/chat/completions"
		openai = "https://api.openai.com/v1/chat/completions"
		llama  = "http://localhost:11434/api/chat"
		azure  = "https://openai-gpt-4-test-v-?.openai.azure.com/openai/deployments/"
	)
	cases := map[string]map[string]struct{ url, header, value string }{
		"01-example.yaml": {
			"zephyr-alpha": {url: face},
			"zephyr-beta":  {url: "https://my-hosted-endpoint.example.com/v1/chat/completions"},
		},
		"02-multiple-models.yaml": {
			"zephyr-alpha": {url: face},
			"gpt-4":        {openai, "Authorization", "Bearer sk-1233"},
			"claude-2":     {"https://api.anthropic.com/v1/messages", "X-Api-Key", "sk-claude"},
		},
		"03-virtual-keys.yaml": {"gpt-4": {url: llama}, "gpt-3.5-turbo": {url: llama}},
		"04-upgrade-downgrade.yaml": {
			"my-free-tier": {url: face},
			"my-paid-tier": {openai, "Authorization", "Bearer my-api-key"},
		},
		"05-model-params.yaml": {
			"gpt-4-team1": {azure + "chatgpt-v-2/chat/completions?api-version=2023-05-15", "Authorization", "Bearer eyJ0eXAiOiJ"},
			"gpt-4-team2": {azure + "gpt-4/chat/completions?api-version=2025-02-01-preview", "Api-Key", "sk-123"},
			"mistral-7b":  {"http://127.0.0.1:11434/api/chat", "X-Title", "LiteLLM Server"},
		},
		"06-vault-keys.yaml": {
			"gpt-4-team1": {azure + "chatgpt-v-2/chat/completions?api-version=2023-05-15", "Api-Key", "sk-azure"},
		},
		"07-load-balancing.yaml": {"zephyr-beta": {url: face}},
		"08-fallbacks.yaml": {
			"zephyr-beta":       {url: face},
			"gpt-3.5-turbo":     {openai, "Authorization", "Bearer <my-openai-key>"},
			"gpt-3.5-turbo-16k": {openai, "Authorization", "Bearer <my-openai-key>"},
		},
		"09-embeddings.yaml": {
			"custom_embedding_model": {"http://0.0.0.0:800?/chat/completions", "Authorization", "Bearer sk-openai"},
		},
		"10-aliases.yaml": {"text-davinci-003": {url: llama}, "gpt-4": {url: llama}, "gpt-3.5-turbo": {url: llama}},
		"11-cache.yaml":   {"gpt-3.5-turbo": {openai, "Authorization", "Bearer sk-openai"}},
		"12-prompt-template.yaml": {
			"mistral-7b": {"https://my-mistral-endpoint.example.com/generate*", "Authorization", "Bearer <your-api-key>"},
		},
		"13-langfuse.yaml": {"gpt-3.5-turbo": {openai, "Authorization", "Bearer sk-openai"}},
	}
	files, err := filepath.Glob(documents + "*.yaml")
	if err != nil || len(files) != len(cases) {
		t.Fatalf("documents: got %d, %v, want %d", len(files), err, len(cases))
	}
	for file, groups := range cases {
		t.Run(file, func(t *testing.T) {
			d := open(t, file)
			called := 0
			for _, group := range d.models {
				want, ok := groups[group]
				if !ok {
					t.Errorf("group %s: got no expectation, want one", group)
					continue
				}
				called++
				for _, stream := range []bool{false, true} {
					if got, want := d.ask(t, group, stream), spelled; got != want {
						t.Errorf("%s, stream %v: got %q, want %q", group, stream, got, want)
					}
					u, header := d.to.last()
					if fits, err := path.Match(want.url, u); err != nil || !fits {
						t.Errorf("%s, stream %v: got a call to %s, want %s", group, stream, u, want.url)
					}
					name := cmp.Or(want.header, "Authorization") // of which some have none
					if got := header.Get(name); got != want.value {
						t.Errorf("%s, stream %v: got %s %q, want %q", group, stream, name, got, want.value)
					}
				}
			}
			if called != len(groups) {
				t.Errorf("got %d groups, want %d", called, len(groups))
			}
		})
	}
}

// spelled is what the fake provider says.
const spelled = "alpha bravo charlie delta echo foxtrot golf hotel"

// natively are the answers of the two servers whose words the fake provider
// does not have: Ollama's and text-generation-inference's.
var natively = map[string]struct{ kind, plain, stream string }{
	"/api/chat": {
		"application/x-ndjson",
		`{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"` + spelled + `"},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":8}`,
		`{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"` + spelled + `"},"done":false}` + "\n" +
			`{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":8}` + "\n",
	},
	"/generate": {plain: `{"generated_text":"` + spelled + `","details":{"finish_reason":"eos_token","generated_tokens":8,"prefill":[],"tokens":[]}}`},
	"/generate_stream": {
		kind: "text/event-stream",
		stream: `data:{"index":1,"token":{"id":1,"text":"` + spelled + `","logprob":-0.5,"special":false},"generated_text":null,"details":null}` + "\n\n" +
			`data:{"index":2,"token":{"id":2,"text":"</s>","logprob":-0.1,"special":true},"generated_text":"` + spelled + `","details":{"finish_reason":"eos_token","generated_tokens":8,"seed":null}}` + "\n\n",
	},
}

// document is a gateway of one configuration.
type document struct {
	url    string
	key    string
	models []string
	to     *detour
}

func open(t *testing.T, name string) *document {
	t.Helper()
	up := upstream.Start(t)
	up.Otherwise("text")
	to, err := url.Parse(up.URL)
	if err != nil {
		t.Fatal(err)
	}
	d := &document{to: &detour{to: to, by: &http.Transport{}}}
	env := map[string]string{"OPENAI_API_KEY": "sk-openai", "AZURE_NORTH_AMERICA_API_KEY": "sk-azure"}
	setup, _, err := all.Load(all.Options{
		ConfigPath: documents + name, Transport: d.to,
		Getenv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	})
	if err != nil {
		t.Fatal(err)
	}
	app, err := setup.Open()
	if err != nil {
		t.Fatal(err)
	}
	if warnings := app.Warnings(); len(warnings) > 0 {
		t.Errorf("got warnings %q, want none", warnings)
	}
	if app.Guarded(t.Context()) {
		d.key = "sk-1234"
	}
	d.models = app.Models()
	h, err := app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	d.url = srv.URL
	t.Cleanup(func() {
		srv.Close()
		d.to.by.CloseIdleConnections()
	})
	return d
}

// ask returns what a model says, or how it failed.
func (d *document) ask(t *testing.T, model string, stream bool) string {
	t.Helper()
	body := strings.NewReader(string(question(model, "hello", stream)))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/v1/chat/completions", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	if d.key != "" {
		req.Header.Set("Authorization", "Bearer "+d.key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if stream && res.StatusCode == http.StatusOK {
		return spoken(t, res.Body)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var c completion
	if json.Unmarshal(text, &c) != nil || len(c.Choices) == 0 {
		return string(text)
	}
	return c.Choices[0].Message.Content
}

// spoken joins the pieces of a stream, which must end in [DONE].
func spoken(t *testing.T, body io.Reader) string {
	t.Helper()
	var said strings.Builder
	for lines := bufio.NewScanner(body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		switch {
		case !ok:
		case data == "[DONE]":
			return said.String()
		default:
			var c completion
			if err := json.Unmarshal([]byte(data), &c); err != nil {
				t.Fatalf("got %s, want a chunk: %v", data, err)
			}
			for _, choice := range c.Choices {
				said.WriteString(choice.Delta.Content)
			}
		}
	}
	return said.String() + ", and no [DONE]"
}

// detour sends every request to one server, and remembers where it should have
// gone.
type detour struct {
	to *url.URL
	by *http.Transport

	mu     sync.Mutex
	url    string
	header http.Header
}

func (d *detour) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	d.url, d.header = r.URL.String(), r.Header.Clone()
	d.mu.Unlock()
	if words, ok := natively[r.URL.Path]; ok {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		kind, says := "application/json", words.plain
		if words.plain == "" || words.stream != "" && strings.Contains(string(body), `"stream":true`) {
			kind, says = words.kind, words.stream
		}
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(says)),
			ContentLength: int64(len(says)), Request: r,
		}, nil
	}
	r = r.Clone(r.Context())
	if host := r.URL.Hostname(); r.URL.Scheme == "http" || strings.HasSuffix(host, ".example.com") {
		r.Header.Set("Authorization", "Bearer a server of one's own takes anybody, the fake provider does not")
	}
	r.URL.Scheme, r.URL.Host, r.Host = d.to.Scheme, d.to.Host, d.to.Host
	return d.by.RoundTrip(r)
}

func (d *detour) last() (string, http.Header) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.url, d.header
}
