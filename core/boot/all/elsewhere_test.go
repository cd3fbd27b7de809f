package all_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// elsewhere is other clouds in one: HashiCorp Vault, Google Cloud Storage, and the
// metadata server of a machine of Google's.
type elsewhere struct {
	mu    sync.Mutex
	asked []string
}

func (e *elsewhere) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	e.asked = append(e.asked, r.URL.RequestURI())
	e.mu.Unlock()
	switch r.URL.RequestURI() + " " + r.Header.Get("X-Vault-Token") + r.Header.Get("Authorization") {
	case "/v1/secret/data/OWN_KEY hvs.planted":
		fmt.Fprint(w, `{"data":{"data":{"key":"sk-own"}}}`)
	case "/v1/secret/data/WHERE hvs.planted":
		fmt.Fprintf(w, `{"data":{"data":{"key":"http://%s"}}}`, r.Host)
	case "/computeMetadata/v1/instance/service-accounts/default/token ":
		w.Header().Set("Metadata-Flavor", "Google")
		fmt.Fprint(w, `{"access_token":"planted-google","expires_in":3600,"token_type":"Bearer"}`)
	case "/storage/v1/b/bucket/o/config%2Fconfig.yaml?alt=media Bearer planted-google":
		w.Header().Set("X-Goog-Generation", "7")
		fmt.Fprint(w, model("stored"))
	case "/chat/completions Bearer sk-own":
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"let in"}}]}`)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"errors":[]}`)
	}
}

// TestManaged: what LiteLLM reads by key_management_system is read here, keys
// when they are used and settings at the start; what the system has not is as
// good as not set.
func TestManaged(t *testing.T) {
	there := &elsewhere{}
	srv := httptest.NewServer(there)
	t.Cleanup(srv.Close)
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(`
model_list:
  - {model_name: own, litellm_params: {model: openai/m, api_base: os.environ/WHERE, api_key: os.environ/OWN_KEY}}
  - {model_name: gone, litellm_params: {model: openai/m, api_base: os.environ/WHERE, api_key: os.environ/GONE}}
general_settings: {key_management_system: hashicorp_vault}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	gateway, _, problems := started(t, all.Options{ConfigPath: file, Getenv: env(map[string]string{"HCP_VAULT_ADDR": srv.URL, "HCP_VAULT_TOKEN": "hvs.planted"})})
	if !strings.Contains(problems, "GONE is not set") || !strings.Contains(problems, "hashicorp_vault/GONE") || strings.Contains(problems, "planted") {
		t.Errorf("got the problems %s, want that GONE could not be read", problems)
	}
	for model, want := range map[string]string{"own": "200 let in", "gone": "503 "} {
		a, err := gateway.Client().Post(gateway.URL+"/v1/chat/completions", "application/json", strings.NewReader(`{"model":"`+model+`","messages":[{"role":"user","content":"hi"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		a.Body.Close()
		status, text, _ := strings.Cut(want, " ")
		if err != nil || fmt.Sprint(a.StatusCode) != status || !strings.Contains(string(body), text) {
			t.Errorf("%s: got %d %s, %v, want %s", model, a.StatusCode, body, err, want)
		}
	}
	if got := strings.Count(strings.Join(there.asked, " "), "/v1/secret/data/OWN_KEY"); got != 1 {
		t.Errorf("got the vault asked %d times for one key, want once", got)
	}
}

// TestGoogleStorage: a configuration may be in a bucket of Google's.
func TestGoogleStorage(t *testing.T) {
	srv := httptest.NewServer(&elsewhere{})
	t.Cleanup(srv.Close)
	o := inBucket("LITELLM_CONFIG_BUCKET_TYPE=gcs", "STORAGE_EMULATOR_HOST="+srv.URL, "GCE_METADATA_HOST="+strings.TrimPrefix(srv.URL, "http://"))
	gateway, _, _ := started(t, o)
	if got := modelsOf(t, gateway); got != "stored" {
		t.Errorf("got the models %q, want those of the object", got)
	}
	o = inBucket("LITELLM_CONFIG_BUCKET_TYPE=gcs", "LITELLM_CONFIG_BUCKET_OBJECT_KEY=none.yaml", "STORAGE_EMULATOR_HOST="+srv.URL, "GCE_METADATA_HOST="+strings.TrimPrefix(srv.URL, "http://"))
	if _, _, problems := started(t, o); !strings.Contains(problems, "there is no configuration yet") {
		t.Errorf("got the problems %s, want that there is none yet", problems)
	}
}
