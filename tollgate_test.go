package tollgate_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers"
	"github.com/tollgate-llm/tollgate/store/memory"
)

const demoConfig = `
model_list:
  - model_name: hello
    litellm_params:
      model: demo/demo
`

func open(t *testing.T, yaml string) (*tollgate.Gateway, error) {
	t.Helper()
	return tollgate.New(context.Background(), tollgate.Config{
		YAML:      []byte(yaml),
		Providers: providers.All(outbound.Client(), outbound.Guarded(), time.Now),
		Getenv:    func(string) (string, bool) { return "", false },
	})
}

func TestDo(t *testing.T) {
	gw, err := open(t, demoConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer gw.Close()
	body, err := raw.Parse([]byte(`{"messages":[{"role":"user","content":"hello"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := gw.Do(context.Background(), &llm.Call{Model: "hello", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Close()
	if !reply.Body.Has("choices") || !reply.Usage.Known {
		t.Errorf("got %s with usage %+v, want choices and counts", reply.Body.Bytes(), reply.Usage)
	}
}

func TestHandler(t *testing.T) {
	gw, err := open(t, demoConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer gw.Close()
	srv := httptest.NewServer(gw.Handler())
	defer srv.Close()
	res, err := http.Post(srv.URL+"/chat/completions", "application/json",
		strings.NewReader(`{"model":"hello","stream":true,"messages":[{"role":"user","content":"hello"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || strings.Count(string(b), "data: [DONE]\n\n") != 1 {
		t.Errorf("got %d %q, %v, want a stream that ends once", res.StatusCode, b, err)
	}
}

func TestNewSaysWhereAConfigurationIsWrong(t *testing.T) {
	_, err := open(t, "model_list:\n  - model_name: a\n    litellm_parms: {}\n")
	if err == nil || !strings.Contains(err.Error(), "litellm_params") {
		t.Errorf("got %v, want an error that says litellm_params", err)
	}
}

// TestStore: a key that one gateway issues is known to another that has the same
// store.
func TestStore(t *testing.T) {
	kept := memory.New(time.Now)
	var gateways []*tollgate.Gateway
	for range 2 {
		gw, err := tollgate.New(t.Context(), tollgate.Config{
			YAML: []byte(demoConfig + "general_settings: {master_key: sk-master}"), Store: kept,
			Providers: providers.All(outbound.Client(), outbound.Guarded(), time.Now),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer gw.Close()
		gateways = append(gateways, gw)
	}
	key, _, err := gateways[0].People().Keys.Generate(t.Context(), people.Root(""), people.NewKey{Key: people.Key{Alias: "k"}})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/v1/chat/completions", strings.NewReader(`{"model":"hello","messages":[{"role":"user","content":"hi"}]}`))
	r.Header.Set("Authorization", "Bearer "+key)
	w := httptest.NewRecorder()
	if gateways[1].Handler().ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("got %d %s, want an answer", w.Code, w.Body)
	}
}
