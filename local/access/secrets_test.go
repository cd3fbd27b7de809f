package access_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/routes"
)

// secretive is a configuration whose every credential is a canary.
const secretive = `
model_list:
  - {model_name: main, litellm_params: {model: openai/gpt-4o, api_base: "https://name:canary+/password@vendor.example.com/v1?sig=canary+/signature", api_key: canary+/provider-key, headers: {X-Token: canary+/value-of-header}}}
  - {model_name: env, litellm_params: {model: openai/gpt-4o, api_key: os.environ/VENDOR_KEY}}
  - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: canary+/anthropic-key}}
  - {model_name: gemini, litellm_params: {model: gemini/gemini-2.5-pro, api_key: canary+/gemini-key}}
  - {model_name: azure, litellm_params: {model: azure/gpt, api_base: "https://azure.example.com", api_key: canary+/azure-key}}
  - {model_name: ranker, litellm_params: {model: cohere/rerank-v3.5, api_key: canary+/cohere-key}}
  - {model_name: bedrock, litellm_params: {model: bedrock/anthropic.claude-3-sonnet-v1:0, aws_access_key_id: AKIACANARYCANARY0001, aws_secret_access_key: canary+/secret-of-aws, aws_session_token: canary+/session-of-aws, aws_region_name: us-east-1}}
router_settings: {num_retries: 0}
general_settings:
  master_key: ` + master + `
  pass_through_endpoints:
    - {path: /hook, target: "https://hook.example.com/canary+/path-of-hook?token=canary+/token-of-hook", headers: {Authorization: "Bearer canary+/header-of-hook"}}
environment_variables: {VENDOR_KEY: canary+/environment}
`

// secretsOf are the secrets of secretive and of the town, by their names.
func secretsOf(t *testing.T) map[string]string {
	t.Helper()
	secrets := map[string]string{"the master key": master}
	for _, found := range regexp.MustCompile(`canary\+/([\w-]+)`).FindAllStringSubmatch(secretive, -1) {
		secrets["the configuration's "+found[1]] = found[0]
	}
	text, err := os.ReadFile("testdata/town.http")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`"(?:api_)?key":"([^"]+)"`).FindAllSubmatch(text, -1) {
		secrets["the town's "+string(found[1])] = string(found[1])
	}
	return secrets
}

// parrot is a vendor that fails in every way, and says back what it was sent.
type parrot struct{ n atomic.Int64 }

// statuses are what a parrot answers, one after the other.
var statuses = []int{400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529, 200, 200, 302}

func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	heard := fmt.Sprintf("%s %s %s %s", r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"), r.Header.Get("Api-Key"), r.Header.Get("X-Goog-Api-Key"))
	quoted, err := json.Marshal("no: " + heard)
	if err != nil {
		panic(err) // a text always encodes
	}
	n := p.n.Add(1)
	status := statuses[n%int64(len(statuses))]
	if strings.HasPrefix(r.URL.Path, "/token") {
		status = 401
	}
	w.Header().Set("Set-Cookie", "echo="+heard)
	w.Header().Set("Location", "https://elsewhere.example.com/")
	if status == 200 && n%2 == 0 {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":%s}}\n\n", quoted)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"message":%s,"type":%[1]s,"param":%[1]s,"code":%[1]s,"status":%[1]s},"message":%[1]s,"type":"error"}`, quoted)
}

// explosive is a way to vendors that fails as programs do, with all that it was
// to send at hand.
type explosive struct{ seen map[string]http.Header }

func (e explosive) RoundTrip(r *http.Request) (*http.Response, error) {
	e.seen[r.URL.String()] = r.Header // of which there is no map
	return nil, nil
}

// models are those that a row is asked for by a role: each vendor's once, if it
// asks for a model.
func (r row) models(who string) []string {
	if who == "user" && (strings.Contains(r.call, "/main") || strings.Contains(r.body, `"main"`)) {
		return []string{"main", "env", "claude", "gemini", "azure", "bedrock"}
	}
	return []string{"main"}
}

// TestSecretsStay asks every route as every role, of a gateway whose vendors
// fail in every way: no secret, nor the first twelve characters of one, is in a
// reply, its headers, the log at its most talkative, or the trace.
func TestSecretsStay(t *testing.T) {
	t.Parallel()
	trace := &journal{}
	vendors := httptest.NewServer(&parrot{})
	t.Cleanup(vendors.Close)
	c := newCanaries(secretsOf(t))
	for _, way := range []struct {
		name string
		all  bool // routes, not only those that ask vendors
		set  setting
	}{
		{"failing vendors", true, func(o *all.Options) { o.Transport, o.Trace = lead(t, vendors.URL), trace }},
		{"panics", false, func(o *all.Options) { o.Transport = explosive{} }},
	} {
		t.Run(way.name, func(t *testing.T) {
			w := &town{open(t, secretive, way.set), map[string]string{}, map[string]string{}, map[string]string{}}
			w.populate(t)
			for _, r := range readRows(t, "access.tsv", everybody) {
				if !way.all && len(r.models("user")) == 1 && r.method != routes.Any {
					continue
				}
				for _, who := range everybody {
					for _, model := range r.models(who) {
						call, body := strings.ReplaceAll(r.call, "/main", "/"+model), strings.ReplaceAll(r.body, `"main"`, `"`+model+`"`)
						a := w.do(keyOf(who), r.verb(), w.fill(call, who), w.fill(body, who))
						if r.method == routes.Any && a.status < 400 {
							continue // what a vendor answers on its own paths is the vendor's to say
						}
						c.look(t, fmt.Sprintf("%s: %s %s %s", r.at, who, r.method, call), a.body+"\n"+fmt.Sprint(a.header))
					}
				}
				if len(w.store.changed(t)) > 0 {
					w.back()
				}
			}
			for _, path := range []string{"/audit?page_size=100", "/key/list?return_full_object=true&size=100", "/credentials", "/model/info", "/v1/model/info", "/health", "/user/info", "/hook", "/config/yaml", "/get/config/callbacks"} {
				a := w.do(master, "GET", path, "")
				c.look(t, path, a.body+"\n"+fmt.Sprint(a.header))
			}
			for line := range strings.Lines(w.log.String()) {
				c.look(t, "the log", line)
			}
		})
	}
	// The trace is for who runs the gateway, and shows where requests go.
	where := strings.NewReplacer("canary+/path-of-hook", "PATH", "canary%2B/path-of-hook", "PATH")
	c.look(t, "the trace", where.Replace(trace.String()))
	if trace.String() == "" {
		t.Error("got no trace, want one that was looked through")
	}
}

// TestKeysAreKeptAsHashes: nothing in the store leads back to a virtual key or
// to the master key.
func TestKeysAreKeptAsHashes(t *testing.T) {
	w := newTown(t)
	issued := w.do(keyOf("user"), "POST", "/key/generate", `{}`)
	var made struct{ Key string }
	if err := json.Unmarshal([]byte(issued.body), &made); err != nil || !strings.HasPrefix(made.Key, "sk-") {
		t.Fatalf("got %d %s, want a key", issued.status, issued.body)
	}
	keys := map[string]string{"a new key": made.Key}
	for name, secret := range secretsOf(t) {
		if strings.HasPrefix(secret, "sk-") {
			keys[name] = secret
		}
	}
	newCanaries(keys).look(t, "the store", w.store.dump(t))
	for _, path := range []string{"/key/info?key=" + made.Key, "/key/list?return_full_object=true"} {
		if a := w.do(keyOf("user"), "GET", path, ""); a.status != 200 || strings.Contains(a.body, made.Key) {
			t.Errorf("%s: got %d %s, want no key: it is shown once", path, a.status, a.body)
		}
	}
}
