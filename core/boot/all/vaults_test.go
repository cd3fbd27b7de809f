package all_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// account is what one account of AWS's keeps, over HTTP: secrets by the header
// and the body that ask for them.
type account struct {
	mu    sync.Mutex
	asked []string
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ SecretId, Name string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, in.SecretId+in.Name)
	switch r.Header.Get("X-Amz-Target") + " " + in.SecretId + in.Name {
	case "secretsmanager.GetSecretValue prod/openai":
		fmt.Fprint(w, `{"SecretString":"{\"OPENAI_API_KEY\":\"planted-key\",\"OTHER\":\"planted-other\"}"}`)
	case "AmazonSSM.GetParameter /gateway/master":
		fmt.Fprint(w, `{"Parameter":{"Value":"sk-planted-master"}}`)
	default:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"ResourceNotFoundException","Message":"there is none"}`)
	}
}

func (a *account) times(name string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Count(strings.Join(a.asked, "\n")+"\n", name+"\n")
}

// inAWS starts an account, and has the gateway use it.
func inAWS(t *testing.T) *account {
	t.Helper()
	a := &account{}
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "planted-signing-key",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, v)
	}
	return a
}

func write(t *testing.T, configuration string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestSecretsAtAWS: keys and the master key come from where the configuration
// says, when they are needed and once; what cannot be had is no key, and says
// which it is in the log alone.
func TestSecretsAtAWS(t *testing.T) {
	aws := inAWS(t)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"got %d"}}]}`,
			strings.Count(r.Header.Get("Authorization"), "Bearer planted-key"))
	}))
	t.Cleanup(upstream.Close)
	setup, problems, err := all.Load(all.Options{Getenv: os.LookupEnv, ConfigPath: write(t, strings.ReplaceAll(`
model_list:
  - {model_name: one, litellm_params: {model: openai/one, api_base: UP, api_key: "secretsmanager/prod/openai#OPENAI_API_KEY"}}
  - {model_name: two, litellm_params: {model: openai/two, api_base: UP, api_key: os.environ/NAMED}}
  - {model_name: gone, litellm_params: {model: openai/gone, api_base: UP, api_key: "secretsmanager/prod/gone#KEY"}}
  - {model_name: keyless, litellm_params: {model: openai/keyless, api_base: UP, api_key: "secretsmanager/prod/openai#NONE"}}
environment_variables: {NAMED: "secretsmanager/prod/openai#OPENAI_API_KEY"}
general_settings: {master_key: ssm/gateway/master}
router_settings: {num_retries: 0}
`, "UP", upstream.URL))})
	if err != nil {
		t.Fatal(err, problems)
	}
	app, err := setup.Open()
	if err != nil {
		t.Fatal(err)
	}
	h, err := app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	if len(aws.asked) > 0 {
		t.Errorf("AWS was asked for %v before anybody needed it", aws.asked)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	for _, tc := range []struct {
		model, key string
		status     int
		want       string
	}{
		{"one", "sk-planted-master", 200, "got 1"},
		{"one", "sk-planted-master", 200, "got 1"},
		{"two", "sk-planted-master", 200, "got 1"},
		{"one", "sk-wrong", 401, ""},
		{"gone", "sk-planted-master", 503, ""},
		{"keyless", "sk-planted-master", 503, ""},
	} {
		r, err := http.NewRequest("POST", srv.URL+"/v1/chat/completions", strings.NewReader(fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":"hi"}]}`, tc.model)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+tc.key)
		r.Header.Set("Content-Type", "application/json")
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		a.Body.Close()
		if err != nil || a.StatusCode != tc.status || !strings.Contains(string(body), tc.want) || strings.Contains(string(body), "planted") {
			t.Errorf("%s: got %d %s, %v, want %d with %q", tc.model, a.StatusCode, body, err, tc.status, tc.want)
		}
	}
	if one, master := aws.times("prod/openai"), aws.times("/gateway/master"); one != 1 || master != 1 {
		t.Errorf("got AWS asked %d times for prod/openai and %d for /gateway/master, want once", one, master)
	}
}

// TestSecretsNowhere: what leads nowhere stops the start.
func TestSecretsNowhere(t *testing.T) {
	aws := inAWS(t)
	for ref, want := range map[string]string{
		"vault/prod-key":         "vault/...",
		"secretsmanager/prod#":   "names no key",
		"kms/prod-key":           "ciphertext",
		"aws_secret_manager/key": "aws_secret_manager/...",
	} {
		_, problems, err := all.Load(all.Options{ConfigPath: write(t, fmt.Sprintf(`
model_list: [{model_name: one, litellm_params: {model: openai/one, api_key: %q}}]`, ref))})
		if err == nil || len(problems) != 1 || !strings.Contains(problems[0].Message, want) || strings.Contains(problems[0].String(), "prod-key") {
			t.Errorf("%s: got %v, %v, want an error with %q", ref, problems, err, want)
		}
	}
	if len(aws.asked) > 0 {
		t.Errorf("got AWS asked for %v, want nothing", aws.asked)
	}
}
