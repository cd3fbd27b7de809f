package azure

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// env is an llm.Credential of fixed values.
type env map[string]string

func (e env) Value(_ context.Context, name string) (string, error) {
	if e[name] == "unreadable" {
		return "", errors.New("vault is closed")
	}
	return e[name], nil
}

// recorder is an http.RoundTripper that keeps the last request.
type recorder struct{ got *http.Request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.got = req
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: -1, Request: req,
		Body: io.NopCloser(strings.NewReader(`{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[]}`)),
	}, nil
}

func do(t *testing.T, to llm.Deployment) (*http.Request, error) {
	t.Helper()
	r := &recorder{}
	body := providertest.Object(t, `{"model":"x","messages":[]}`)
	client := &http.Client{Transport: r}
	settings := to.Settings["api_version"]
	call := &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, To: &to, Record: &llm.Record{}}
	_, err := New(client, client, time.Now).Do(context.Background(), call)
	if to.Settings["api_version"] != settings || call.To != &to {
		t.Error("the call was changed")
	}
	return r.got, err
}

func TestAddress(t *testing.T) {
	const host = "https://res.openai.azure.com"
	const rest = "/chat/completions?api-version="
	for _, c := range []struct {
		name, base, version, want string
		env                       env
	}{
		{name: "host", base: host, want: host + "/openai/deployments/dep" + rest + DefaultVersion},
		{name: "slash", base: host + "/", want: host + "/openai/deployments/dep" + rest + DefaultVersion},
		{name: "prefix", base: host + "/apim", want: host + "/apim/openai/deployments/dep" + rest + DefaultVersion},
		{name: "openai", base: host + "/openai", want: host + "/openai/deployments/dep" + rest + DefaultVersion},
		{name: "version", base: host, version: "2024-10-21", want: host + "/openai/deployments/dep" + rest + "2024-10-21"},
		{name: "version of the environment", base: host, env: env{"AZURE_API_VERSION": "2024-06-01"}, want: host + "/openai/deployments/dep" + rest + "2024-06-01"},
		{name: "own version wins", base: host, version: "2024-10-21", env: env{"AZURE_API_VERSION": "2024-06-01"}, want: host + "/openai/deployments/dep" + rest + "2024-10-21"},
		{name: "address of the environment", env: env{"AZURE_API_BASE": host}, want: host + "/openai/deployments/dep" + rest + DefaultVersion},
		{name: "deployment in the address", base: host + "/openai/deployments/other", want: host + "/openai/deployments/other" + rest + DefaultVersion},
		{name: "whole address", base: host + "/openai/deployments/other" + rest + "2023-05-15", want: host + "/openai/deployments/other" + rest + "2023-05-15"},
		{name: "v1 by version", base: host, version: "v1", want: host + "/openai/v1/chat/completions"},
		{name: "v1 by preview", base: host + "/openai", version: "preview", want: host + "/openai/v1/chat/completions"},
		{name: "v1 in the address", base: host + "/openai/v1/", want: host + "/openai/v1/chat/completions"},
		{name: "v1 in the environment", env: env{"AZURE_API_BASE": host + "/openai/v1"}, want: host + "/openai/v1/chat/completions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			vars := env{"api_key": "K"}
			for k, v := range c.env {
				vars[k] = v
			}
			to := llm.Deployment{Provider: "azure", Model: "dep", Base: c.base, Credential: vars}
			if c.version != "" {
				to.Settings = map[string]string{"api_version": c.version}
			}
			r, err := do(t, to)
			if err != nil || r.URL.String() != c.want {
				t.Fatalf("got %v, %v, want %s", r, err, c.want)
			}
		})
	}
}

// TestResponsesAddress: the responses API stands beside the deployments, and is
// no part of versions before its own.
func TestResponsesAddress(t *testing.T) {
	const host = "https://res.openai.azure.com"
	for _, c := range []struct{ base, version, want string }{
		{host, "", host + "/openai/v1/responses"},
		{host, "2024-10-21", host + "/openai/v1/responses"},
		{host, "2025-03-01-preview", host + "/openai/responses?api-version=2025-03-01-preview"},
		{host, "preview", host + "/openai/v1/responses"},
		{host + "/openai/deployments/other", "2025-04-01-preview", host + "/openai/responses?api-version=2025-04-01-preview"},
		{host + "/openai/deployments/other?api-version=2025-04-01-preview", "2025-04-01-preview", host + "/openai/responses?api-version=2025-04-01-preview"},
		{host + "/openai/v1", "", host + "/openai/v1/responses"},
	} {
		r := &recorder{}
		client := &http.Client{Transport: r}
		to := &llm.Deployment{Model: "dep", Base: c.base, Settings: map[string]string{"api_version": c.version}, Credential: env{"api_key": "K"}}
		call := &llm.Call{Op: llm.Chat, Format: llm.Responses, To: to, Record: &llm.Record{}}
		if _, err := New(client, client, time.Now).Do(context.Background(), call); err == nil {
			t.Fatal("got a chat's answer as a response, want an error")
		}
		if got := r.got.URL.String(); got != c.want {
			t.Errorf("%s of version %q: got %s, want %s", c.base, c.version, got, c.want)
		}
	}
}

func TestEscapedDeployment(t *testing.T) {
	r, err := do(t, llm.Deployment{Model: "my/dep", Base: "https://h.test", Credential: env{"api_key": "K"}})
	if want := "/openai/deployments/my%2Fdep/chat/completions"; err != nil || r.URL.EscapedPath() != want {
		t.Errorf("got %v, %v, want path %s", r, err, want)
	}
}

func TestCredentials(t *testing.T) {
	for _, c := range []struct {
		name        string
		env         env
		key, bearer string
	}{
		{"own key", env{"api_key": "K", "azure_ad_token": "T", "AZURE_API_KEY": "E"}, "K", ""},
		{"own token", env{"azure_ad_token": "T", "AZURE_API_KEY": "E"}, "", "Bearer T"},
		{"key of the environment", env{"AZURE_API_KEY": "E", "AZURE_AD_TOKEN": "ET"}, "E", ""},
		{"older name first", env{"AZURE_API_KEY": "E", "AZURE_OPENAI_API_KEY": "O"}, "O", ""},
		{"token of the environment", env{"AZURE_AD_TOKEN": "ET", "AZURE_OPENAI_AD_TOKEN": "OT"}, "", "Bearer ET"},
		{"other token of the environment", env{"AZURE_OPENAI_AD_TOKEN": "OT"}, "", "Bearer OT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := do(t, llm.Deployment{Model: "dep", Base: "https://h.test", Credential: c.env})
			if err != nil {
				t.Fatal(err)
			}
			if key, bearer := r.Header.Get("Api-Key"), r.Header.Get("Authorization"); key != c.key || bearer != c.bearer {
				t.Errorf("got key %q and %q, want %q and %q", key, bearer, c.key, c.bearer)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		to    llm.Deployment
		class llm.Class
		says  string
	}{
		{"no key", llm.Deployment{Base: "https://h.test", Credential: env{}}, llm.AuthenticationError, "AZURE_AD_TOKEN"},
		{"no credential", llm.Deployment{Base: "https://h.test"}, llm.AuthenticationError, "AZURE_API_KEY"},
		{"no address", llm.Deployment{Credential: env{"api_key": "K"}}, llm.BadRequestError, "AZURE_API_BASE"},
		{"unreadable address", llm.Deployment{Credential: env{"AZURE_API_BASE": "unreadable"}}, llm.ServiceUnavailableError, "address"},
		{"unreadable version", llm.Deployment{Base: "https://h.test", Credential: env{"AZURE_API_VERSION": "unreadable"}}, llm.ServiceUnavailableError, "api_version"},
		{"unreadable token", llm.Deployment{Base: "https://h.test", Credential: env{"azure_ad_token": "unreadable"}}, llm.AuthenticationError, "credentials"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.to.Model = "dep"
			r, err := do(t, c.to)
			var e *llm.Error
			if r != nil || !errors.As(err, &e) || e.Class != c.class || !strings.Contains(e.Message, c.says) {
				t.Errorf("got %v, %v, want %v that names %s", r, err, c.class, c.says)
			}
			if e != nil && (e.Provider != "azure" || e.Model != "dep") {
				t.Errorf("got provider %q and model %q, want azure and dep", e.Provider, e.Model)
			}
		})
	}
}

// TestDefaultVersion compares to LiteLLM's constant.
func TestDefaultVersion(t *testing.T) {
	b, err := os.ReadFile("../oracle/litellm.json")
	if err != nil {
		t.Fatal(err)
	}
	var theirs struct {
		Version string `json:"default_azure_api_version"`
	}
	if err := json.Unmarshal(b, &theirs); err != nil || theirs.Version != DefaultVersion {
		t.Errorf("got %q, LiteLLM has %q (%v)", DefaultVersion, theirs.Version, err)
	}
}

func TestSpeaks(t *testing.T) {
	p := New(nil, nil, time.Now)
	if !p.Speaks(llm.Chat, llm.OpenAI) || p.Speaks(0, llm.OpenAI) {
		t.Error("got another answer than chat in OpenAI's format only")
	}
}
