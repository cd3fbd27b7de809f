package access_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"
)

// models is the configuration of the town: a model of each kind, and each
// vendor whose own API is let through.
const models = `
model_list:
  - {model_name: main, litellm_params: {model: openai/gpt-4o, api_key: vendor-key}}
  - {model_name: ranker, litellm_params: {model: cohere/rerank-v3.5, api_key: vendor-key}}
  - {model_name: claude, litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: vendor-key}}
  - {model_name: azure, litellm_params: {model: azure/gpt, api_base: "https://azure.example.com", api_key: vendor-key}}
  - {model_name: azure_ai, litellm_params: {model: azure_ai/phi, api_base: "https://azure-ai.example.com", api_key: vendor-key}}
  - {model_name: gemini, litellm_params: {model: gemini/gemini-2.5-pro, api_key: vendor-key}}
  - {model_name: mistral, litellm_params: {model: mistral/mistral-large-latest, api_key: vendor-key}}
  - {model_name: vllm, litellm_params: {model: vllm/qwen, api_base: "https://vllm.example.com/v1", api_key: vendor-key}}
  - {model_name: vertex, litellm_params: {model: vertex_ai/gemini-2.5-pro, vertex_project: p, vertex_location: us-east1, vertex_credentials: $SERVICE_ACCOUNT}}
  - {model_name: bedrock, litellm_params: {model: bedrock/anthropic.claude-3-sonnet-v1:0, aws_access_key_id: AKIAVENDOR, aws_secret_access_key: vendor-key, aws_region_name: us-east-1}}
general_settings:
  master_key: ` + master + `
`

// everybody are the roles of access.tsv, by its columns.
var everybody = []string{"none", "bad", "plain", "expired", "blocked", "user", "viewer", "lead", "stranger", "chief", "auditor", "admin", "master"}

// users are who the roles' keys belong to.
var users = map[string]string{
	"user": "ann", "viewer": "iva", "lead": "lead", "stranger": "eve", "chief": "chief", "auditor": "vic", "admin": "pat", "master": "default_user_id", "bob": "bob",
}

// keyOf is the key that a role, or a user of the town, calls with.
func keyOf(who string) string {
	switch who {
	case "none":
		return ""
	case "master":
		return master
	}
	return "sk-" + who + "-0123456789"
}

// town is a gateway with everything in it that the tables are about.
type town struct {
	*gateway
	responses map[string]string // the id of a response of each role that may have one
	logs      map[string]string // the id of a request of each role that may have one
	batches   map[string]string // the id of a batch of each role that may have one
}

func newTown(t *testing.T, settings ...setting) *town {
	t.Helper()
	account, err := json.Marshal(string(serviceAccount(t)))
	if err != nil {
		t.Fatal(err)
	}
	w := &town{open(t, strings.Replace(models, "$SERVICE_ACCOUNT", string(account), 1), settings...), map[string]string{}, map[string]string{}, map[string]string{}}
	w.populate(t)
	for _, who := range append(everybody, "bob", "sam") {
		if who == "none" || who == "bad" || who == "expired" || who == "blocked" {
			continue
		}
		a := w.do(keyOf(who), "POST", "/v1/responses", `{"model":"main","input":"canary-input of `+who+`"}`)
		var made struct{ ID string }
		if err := json.Unmarshal([]byte(a.body), &made); err != nil || made.ID == "" {
			t.Fatalf("a response of %s: got %d %s", who, a.status, a.body)
		}
		w.responses[who] = made.ID
		a = w.do(keyOf(who), "POST", "/v1/batch/completions", `{"model":"main","async":true,"requests":[{"messages":[{"role":"user","content":"canary-line of `+who+`"}]}]}`)
		if err := json.Unmarshal([]byte(a.body), &made); err != nil || a.status != 202 {
			t.Fatalf("a batch of %s: got %d %s", who, a.status, a.body)
		}
		w.batches[who] = made.ID
		about := `"user":"customer-of-` + who + `"`
		if who == "sam" {
			about = `"user":"dora","metadata":{"tags":["canary-tag-of-sam"]},"litellm_session_id":"canary-session"`
		}
		a = w.do(keyOf(who), "POST", "/chat/completions", `{"model":"main","messages":[{"role":"user","content":"hi"}],`+about+`}`)
		if w.logs[who] = a.header.Get("X-Litellm-Call-Id"); a.status != 200 {
			t.Fatalf("a call of %s: got %d %s", who, a.status, a.body)
		}
	}
	w.store.mark(t)
	return w
}

// populate makes what testdata/town.http says.
func (w *town) populate(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("testdata/town.http")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		f := strings.SplitN(line, " ", 3)
		w.must(f[0], f[1], f[2])
	}
	w.store.mark(t)
}

// fill puts what is particular to a role into a request.
func (w *town) fill(text, who string) string {
	own := w.responses[who]
	if own == "" {
		own = "resp_of_nobody"
	}
	batch := w.batches[who]
	if batch == "" {
		batch = "batch_of_nobody"
	}
	logged := w.logs[who]
	if logged == "" {
		logged = "request_of_nobody"
	}
	user := users[who]
	if user == "" {
		user = "nobody"
	}
	return strings.NewReplacer("{mine}", keyOf(who), "{me}", user, "{own}", own, "{bobs}", w.responses["bob"], "{sams}", w.responses["sam"],
		"{ownbatch}", batch, "{bobsbatch}", w.batches["bob"], "{samsbatch}", w.batches["sam"],
		"{ownlog}", logged, "{bobslog}", w.logs["bob"], "{samslog}", w.logs["sam"], "{today}", time.Now().UTC().Format(time.DateOnly)).Replace(text)
}

// serviceAccount is a key file of Google's.
func serviceAccount(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "p", "private_key_id": "1", "client_email": "a@p.iam.gserviceaccount.com",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": "https://oauth2.googleapis.com/token",
	})
	if err != nil {
		t.Fatal(err)
	}
	return file
}
