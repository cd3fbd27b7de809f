package boot_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/docs/swagger"
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/outbound"
	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/providers"
)

// guardedModels is a configuration with a master key and a model that needs no
// network.
const guardedModels = `
model_list:
  - {model_name: main, litellm_params: {model: demo/demo}}
  - {model_name: "acme/*", litellm_params: {model: "openai/*", api_base: $UP, api_key: sk-upstream}}
router_settings:
  model_group_alias: {best: main, hidden: {model: main, hidden: true}}
general_settings: {master_key: sk-master}
`

// bodies are requests by the end of their route's path; a form has a boundary
// of x, and the rest are chats.
var bodies = map[string]string{
	"/count_tokens":         `{"model":"main","messages":[{"role":"user","content":"hi"}]}`,
	"/token_counter":        `{"model":"main","prompt":"hi"}`,
	"/batch/completions":    `{"requests":[` + chatBody("main", "") + `]}`,
	"/completions":          `{"model":"main","prompt":"hi"}`,
	"/chat/completions":     chatBody("main", ""),
	"/responses":            `{"model":"main","input":"hi"}`,
	"/messages":             `{"model":"main","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`,
	"/models/{id...}":       `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`,
	"/embeddings":           `{"model":"main","input":"hi"}`,
	"/moderations":          `{"model":"main","input":"hi"}`,
	"/transform_request":    `{"call_type":"completion","request_body":` + chatBody("main", "") + `}`,
	"/rerank":               `{"model":"main","query":"hi","documents":["a","b"]}`,
	"/images/generations":   `{"model":"main","prompt":"hi"}`,
	"/audio/speech":         `{"model":"main","input":"hi","voice":"alloy"}`,
	"/images/edits":         form("prompt", "hi") + file("image"),
	"/images/variations":    form("model", "main") + file("image"),
	"/audio/transcriptions": form("model", "main") + file("file"),
	"/audio/translations":   form("model", "main") + file("file"),
}

func form(name, value string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

func file(name string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.bin\"\r\n\r\nRIFF\r\n--x--\r\n"
}

// served reports whether a route answered.
func served(r routes.Route, w *httptest.ResponseRecorder) bool {
	if r.Function == "admin" { // each wants something else: core/api/admin has the tests
		return w.Code < 500 && !strings.Contains(w.Body.String(), "there is no "+r.Method)
	}
	for end, says := range map[string]string{
		"/responses/{id}": "Response with id", "/batch/completions/{id}": "Batch with id", "/adapters/{adapter_id}": "there is no adapter", // of which there is none
		"/utils/transform_request": "without asking a provider", "/utils/supported_openai_params": "without asking a provider", // which main has none of
	} {
		if strings.Contains(r.Path, end) {
			return strings.Contains(w.Body.String(), says)
		}
	}
	return w.Code == 200
}

// through reports whether a route leads to a vendor, which a test must not ask:
// TestPass is for those.
func through(r routes.Route) bool { return r.Method == routes.Any }

// request is one for a route, with its names filled in.
func request(r routes.Route) *http.Request {
	id := "main"
	if r.Method == http.MethodPost {
		id = "main:generateContent"
	}
	rest := "v1/models"
	if r.Path == routes.Rest {
		rest = "nowhere"
	}
	path := strings.NewReplacer("{model}", "main", "{id...}", id, "{id}", "resp_1", "{file}", "start.js", "{path...}", rest).Replace(r.Path)
	if strings.HasSuffix(path, "_params") {
		path += "?model=main"
	}
	body, longest := "", ""
	for end, b := range bodies {
		if strings.HasSuffix(r.Path, end) && len(end) > len(longest) {
			body, longest = b, end
		}
	}
	method := r.Method
	if method == routes.Any {
		method = http.MethodGet
	}
	out := httptest.NewRequest(method, path, strings.NewReader(body))
	if strings.HasPrefix(body, "--x") {
		out.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	}
	return out
}

// handled is what a handler says to a request with a key.
func handled(h http.Handler, r *http.Request, key string) *httptest.ResponseRecorder {
	if key != "" {
		r.Header.Set("Authorization", key)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestEveryRoute: each answers who may use it, and nobody else.
func TestEveryRoute(t *testing.T) {
	h, err := open(t, guardedModels).app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes.All() {
		if !through(r) {
			if a := handled(h, request(r), "Bearer sk-master"); !served(r, a) {
				t.Errorf("%s %s: got %d %s, want 200", r.Method, r.Path, a.Code, a.Body)
			}
		}
		for _, key := range []string{"", "Bearer sk-wrong"} {
			want := 401
			switch {
			case r.Path == routes.Rest:
				want = 404
			case r.Access == routes.Open:
				want = 200
			}
			if a := handled(h, request(r), key); a.Code != want {
				t.Errorf("%s %s with key %q: got %d %s, want %d", r.Method, r.Path, key, a.Code, a.Body, want)
			}
		}
	}
}

// TestKeyBeforeBody: whoever may not ask is told so before anything is read.
func TestKeyBeforeBody(t *testing.T) {
	h := open(t, guardedModels)
	if a := h.do(t, "POST", "/v1/chat/completions", "{not json"); a.status != 401 {
		t.Errorf("got %d %s, want 401", a.status, a.body)
	}
}

// TestFunctions: a function answers its own routes and no others.
func TestFunctions(t *testing.T) {
	h := open(t, strings.ReplaceAll(guardedModels, "general_settings: {master_key: sk-master}", ""))
	families := map[string]boot.Family{
		"chat": boot.Chat(), "embed": boot.Embed(), "media": boot.Media(), "pass": boot.Pass(), "admin": boot.Admin(), "meta": boot.Meta(),
	}
	for _, f := range routes.Functions() {
		if f.Mode == "" {
			continue
		}
		family, ok := families[f.Name]
		if !ok {
			t.Fatalf("there is no family for function %s", f.Name)
		}
		handler, err := h.app.Handler(family)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range routes.All() {
			if through(r) {
				continue
			}
			w := handled(handler, request(r), "")
			if got := served(r, w); got != (r.Function == f.Name) {
				t.Errorf("function %s: %s %s: got %d", f.Name, r.Method, r.Path, w.Code)
			}
		}
	}
}

// TestNoSuchRoute: OpenAI's shape for everything that is not there.
func TestNoSuchRoute(t *testing.T) {
	h := open(t, guardedModels)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 404, ""},
		{"POST", "/v1/nothing", 404, ""},
		{"POST", "/v2/chat/completions", 404, ""},
		{"GET", "/v1/chat/completions", 405, "POST"},
		{"DELETE", "/v1/chat/completions", 405, "POST"},
		{"POST", "/v1/models", 405, "GET"},
		{"PUT", "/v1/models/a/b", 405, "GET, POST"},
		{"PUT", "/v1/responses/x", 405, "GET, DELETE"},
		{"GET", "/engines/main/chat/completions", 405, "POST"},
	} {
		a := h.do(t, c.method, c.path, "")
		if e := a.failure(t); a.status != c.status || e.Code != fmt.Sprint(c.status) || a.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: got %d %+v, Allow %q, want %d, %q", c.method, c.path, a.status, e, a.header.Get("Allow"), c.status, c.allow)
		}
	}
}

// TestModelsAreListed: what may be asked for, aliases in, hidden ones out.
func TestModelsAreListed(t *testing.T) {
	h := open(t, guardedModels)
	a := h.do(t, "GET", "/v1/models", "", "Authorization: Bearer sk-master")
	for name, want := range map[string]bool{"main": true, "best": true, "hidden": false, "other": false} {
		if got := strings.Contains(a.body, `"id":"`+name+`"`); got != want {
			t.Errorf("%s: got listed %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]int{"main": 200, "best": 200, "hidden": 200, "acme/anything": 200, "other": 404} {
		if a := h.do(t, "GET", "/v1/models/"+name, "", "X-Api-Key: sk-master"); a.status != want {
			t.Errorf("%s: got %d %s, want %d", name, a.status, a.body, want)
		}
	}
}

// TestHealthCallsEachOnce: with the deployments' own keys, and no secret shown.
func TestHealthCallsEachOnce(t *testing.T) {
	h := open(t, trio(at("text"), at("401"), down, at("text-3"))+"general_settings: {master_key: sk-master}\n")
	if a := h.do(t, "GET", "/health", ""); a.status != 401 || h.asked() != "" {
		t.Errorf("without the key: got %d after asking %q, want 401 and nobody asked", a.status, h.asked())
	}
	a := h.do(t, "GET", "/health", "", "Authorization: Bearer sk-master")
	if a.status != 200 || !strings.Contains(a.body, `"healthy_count":2,"unhealthy_count":2`) {
		t.Errorf("got %d %s, want 2 healthy and 2 not", a.status, a.body)
	}
	asked := strings.Fields(h.asked())
	slices.Sort(asked)
	if got := strings.Join(asked, " "); got != "401 text text-3" {
		t.Errorf("the upstream was asked for %q, want each deployment once", got)
	}
	for _, secret := range []string{"sk-upstream", "sk-master", h.URL} {
		if strings.Contains(a.body, secret) {
			t.Errorf("%s is shown in %s", secret, a.body)
		}
	}
}

// TestWithoutMasterKey: one machine is open, a public address is not.
func TestWithoutMasterKey(t *testing.T) {
	c := &config.Config{Models: []config.Model{{Name: "main", ID: "d", Model: "demo/demo"}}}
	for _, must := range []bool{false, true} {
		app, err := boot.New(boot.Parts{
			Config: c, Providers: providers.All(outbound.Client(), outbound.Guarded(), time.Now), Docs: swagger.Handler(),
			MustGuard: must, GuardHint: "fill the secret NAME",
		})
		if err != nil {
			t.Fatal(err)
		}
		handler, err := app.Handler(boot.Everything())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range routes.All() {
			if through(r) && (!must || r.Path == routes.Rest) {
				continue
			}
			w := handled(handler, request(r), "")
			want := 200
			if must && r.Access != routes.Open {
				want = 503
			}
			if want == 200 && !served(r, w) || want != 200 && w.Code != want || want == 503 && !strings.Contains(w.Body.String(), "fill the secret NAME") {
				t.Errorf("must guard %v: %s: got %d %s, want %d", must, r.Path, w.Code, w.Body, want)
			}
		}
		if app.Guarded(t.Context()) {
			t.Error("got guarded, want not")
		}
	}
}

// TestMasterKeyFrom: the configuration, or the environment.
func TestMasterKeyFrom(t *testing.T) {
	for _, c := range []struct {
		yaml, env, key string
		status         int
	}{
		{"general_settings: {master_key: os.environ/MY_KEY}", "MY_KEY=sk-mine", "sk-mine", 200},
		{"general_settings: {master_key: sk-literal}", "LITELLM_MASTER_KEY=sk-env", "sk-env", 401},
		{"", "LITELLM_MASTER_KEY=sk-env", "sk-env", 200},
		{"", "LITELLM_MASTER_KEY=sk-env", "sk-other", 401},
	} {
		h := open(t, "model_list: []\n"+c.yaml+"\n", c.env)
		if a := h.do(t, "GET", "/v1/models", "", "Authorization: Bearer "+c.key); a.status != c.status {
			t.Errorf("%s, %s, key %s: got %d %s, want %d", c.yaml, c.env, c.key, a.status, a.body, c.status)
		}
	}
}

// TestUnknownProvider: the gateway starts, says what will not work, and says it
// again to whoever tries.
func TestUnknownProvider(t *testing.T) {
	h := open(t, `
model_list:
  - {model_name: odd, litellm_params: {model: no-such-vendor/large}}
  - {model_name: main, litellm_params: {model: demo/demo}}
`)
	if w := h.app.Warnings(); len(w) != 1 || !strings.Contains(w[0], "model odd:") || !strings.Contains(w[0], "no-such-vendor") {
		t.Errorf("got warnings %q, want one about odd", w)
	}
	if a := h.post(t, "odd", false, ""); a.status != 400 || !strings.Contains(a.body, "no-such-vendor") {
		t.Errorf("got %d %s, want a 400 that names it", a.status, a.body)
	}
	if a := h.post(t, "main", false, ""); a.status != 200 {
		t.Errorf("the other model: got %d %s", a.status, a.body)
	}
}
