package vaults_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/core/secret/vaults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service answers what a request asks, one answer after the other, and keeps
// what came.
type service struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string][]string // "status body" by "METHOD /path?query"
	came    []string            // "METHOD /path?query headers body"
}

func serve(t *testing.T, answers map[string][]string) *service {
	t.Helper()
	s := &service{answers: answers}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(500)
		return
	}
	asked := r.Method + " " + r.URL.RequestURI()
	line := asked
	for _, name := range []string{"Authorization", "X-Vault-Token", "X-Vault-Namespace"} {
		if v := r.Header.Get(name); v != "" {
			line += " " + v
		}
	}
	s.came = append(s.came, strings.TrimSpace(line+" "+string(body)))
	list := s.answers[asked]
	if len(list) == 0 {
		w.WriteHeader(500)
		fmt.Fprintf(w, "nothing for %s", asked)
		return
	}
	if len(list) > 1 {
		s.answers[asked] = list[1:]
	}
	status, text, _ := strings.Cut(list[0], " ")
	code := 0
	fmt.Sscan(status, &code)
	w.WriteHeader(code)
	fmt.Fprint(w, text)
}

// clock is a time that the test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// open makes a vault with these variables, as a gateway reads it.
func open(t *testing.T, scheme string, env map[string]string, c *clock) (secret.Vault, secret.Source) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	v := vaults.All(vaults.Options{
		Env:    func(_ context.Context, name string) (string, error) { return env[name], nil },
		Client: client, Now: c.now,
		Google: func(context.Context) (string, error) { return "google-token", nil },
	})[scheme]
	kept := &secret.Cache{Vault: v, Now: c.now, Random: func() float64 { return 0 }}
	return v, secret.Source{Vaults: map[string]*secret.Cache{scheme: kept}}
}

// TestSecret: each vault is asked as its vendor documents it, and its answers are
// those of the vendor's examples.
func TestSecret(t *testing.T) {
	const (
		kv    = `200 {"request_id":"1","lease_id":"","renewable":false,"lease_duration":0,"data":{"data":{"key":"sk-1","other":"sk-2"},"metadata":{"created_time":"2018-03-22T02:24:06.945319214Z","deletion_time":"","destroyed":false,"version":2}},"auth":null}`
		token = `200 {"auth":{"renewable":true,"lease_duration":2764800,"metadata":{},"policies":["default"],"accessor":"a","client_token":"hvs.made"},"lease_duration":0}`
		entra = `200 {"token_type":"Bearer","expires_in":3599,"access_token":"eyJ0made"}`
		az    = `200 {"value":"sk-1","id":"https://myvault.vault.azure.net/secrets/mysecretname/4387e9f3d6e14c459867679a90fd0f79","attributes":{"enabled":true,"created":1493938410,"updated":1493938410,"recoveryLevel":"Recoverable+Purgeable"}}`
		gsm   = `200 {"name":"projects/123/secrets/x/versions/7","payload":{"data":"c2stMQ==","dataCrc32c":"1"}}`
	)
	azure := map[string]string{"AZURE_KEY_VAULT_URI": "$URL/", "AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "me", "AZURE_CLIENT_SECRET": "planted", "AZURE_AUTHORITY_HOST": "$URL"}
	for _, tc := range []struct {
		name, ref string
		env       map[string]string
		answers   map[string][]string
		want, err string
		came      []string
	}{
		{
			"Vault, by token", "hashicorp_vault/OPENAI_API_KEY",
			map[string]string{"HCP_VAULT_ADDR": "$URL/", "HCP_VAULT_TOKEN": "hvs.set"},
			map[string][]string{"GET /v1/secret/data/OPENAI_API_KEY": {kv}},
			"sk-1", "",
			[]string{"GET /v1/secret/data/OPENAI_API_KEY hvs.set"},
		},
		{
			"Vault, elsewhere", "hashicorp_vault/prod/openai#other",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_TOKEN": "hvs.set", "HCP_VAULT_NAMESPACE": "admin", "HCP_VAULT_MOUNT_NAME": "kv/team", "HCP_VAULT_PATH_PREFIX": "litellm"},
			map[string][]string{"GET /v1/kv/team/data/litellm/prod/openai": {kv}},
			"sk-2", "",
			[]string{"GET /v1/kv/team/data/litellm/prod/openai hvs.set admin"},
		},
		{
			"Vault, by AppRole", "hashicorp_vault/x",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_APPROLE_ROLE_ID": "role", "HCP_VAULT_APPROLE_SECRET_ID": "planted", "HCP_VAULT_TOKEN": "unused"},
			map[string][]string{"POST /v1/auth/approle/login": {token}, "GET /v1/secret/data/x": {kv}},
			"sk-1", "",
			[]string{`POST /v1/auth/approle/login {"role_id":"role","secret_id":"planted"}`, "GET /v1/secret/data/x hvs.made"},
		},
		{
			"Vault, whose token was revoked", "hashicorp_vault/x",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_APPROLE_ROLE_ID": "role", "HCP_VAULT_APPROLE_SECRET_ID": "planted", "HCP_VAULT_APPROLE_MOUNT_PATH": "mine"},
			map[string][]string{"POST /v1/auth/mine/login": {token}, "GET /v1/secret/data/x": {`403 {"errors":["permission denied"]}`, kv}},
			"sk-1", "",
			[]string{"POST", "GET", "POST", "GET"},
		},
		{
			"Vault, denied", "hashicorp_vault/x",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_TOKEN": "planted"},
			map[string][]string{"GET /v1/secret/data/x": {`403 {"errors":["1 error occurred:\n\t* permission denied\n\n"]}`}},
			"", "HashiCorp Vault answered 403: 1 error occurred",
			[]string{"GET", "GET"},
		},
		{
			"Vault, none of that name", "hashicorp_vault/x",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_TOKEN": "planted"},
			map[string][]string{"GET /v1/secret/data/x": {`404 {"errors":[]}`}},
			"", "HashiCorp Vault answered 404",
			[]string{"GET"},
		},
		{
			"Vault, without the member", "hashicorp_vault/x#none",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_TOKEN": "planted"},
			map[string][]string{"GET /v1/secret/data/x": {kv}},
			"", "it has no key none",
			[]string{"GET"},
		},
		{"Vault, without a token", "hashicorp_vault/x", map[string]string{"HCP_VAULT_ADDR": "$URL"}, nil, "", "HCP_VAULT_TOKEN is not set, nor HCP_VAULT_APPROLE_ROLE_ID", nil},
		{
			"Vault, a wrong role", "hashicorp_vault/x",
			map[string]string{"HCP_VAULT_ADDR": "$URL", "HCP_VAULT_APPROLE_ROLE_ID": "role", "HCP_VAULT_APPROLE_SECRET_ID": "planted"},
			map[string][]string{"POST /v1/auth/approle/login": {`400 {"errors":["invalid role or secret ID"]}`}},
			"", "log in: HashiCorp Vault answered 400: invalid role",
			[]string{"POST"},
		},
		{
			"Azure", "azure_key_vault/AZURE_API_KEY", azure,
			map[string][]string{"POST /tenant/oauth2/v2.0/token": {entra}, "GET /secrets/AZURE-API-KEY?api-version=7.4": {az}},
			"sk-1", "",
			[]string{"POST /tenant/oauth2/v2.0/token client_id=me&client_secret=planted&grant_type=client_credentials&scope=https%3A%2F%2F0.0.1%3A", "GET /secrets/AZURE-API-KEY?api-version=7.4 Bearer eyJ0made"},
		},
		{
			"Azure, none of that name", "azure_key_vault/x", azure,
			map[string][]string{"POST /tenant/oauth2/v2.0/token": {entra}, "GET /secrets/x?api-version=7.4": {`404 {"error":{"code":"SecretNotFound","message":"A secret with (name/id) x was not found in this key vault."}}`}},
			"",
			"Azure Key Vault answered 404: SecretNotFound A secret with",
			[]string{"POST", "GET"},
		},
		{
			"Azure, a wrong client", "azure_key_vault/x", azure,
			map[string][]string{"POST /tenant/oauth2/v2.0/token": {`401 {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret planted"}`}},
			"",
			"Microsoft Entra answered 401: invalid_client",
			[]string{"POST"},
		},
		{"Azure, nowhere", "azure_key_vault/x", nil, nil, "", "AZURE_KEY_VAULT_URI is not set", nil},
		{"Azure, no tenant", "azure_key_vault/x", map[string]string{"AZURE_KEY_VAULT_URI": "https://v.vault.azure.net"}, nil, "", "AZURE_TENANT_ID is not set", nil},
		{
			"Google", "google_secret_manager/OPENAI_API_KEY",
			map[string]string{"GOOGLE_SECRET_MANAGER_PROJECT_ID": "p", "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": "$URL/"},
			map[string][]string{"GET /v1/projects/p/secrets/OPENAI_API_KEY/versions/latest:access": {gsm}},
			"sk-1", "",
			[]string{"GET /v1/projects/p/secrets/OPENAI_API_KEY/versions/latest:access Bearer google-token"},
		},
		{
			"Google, one version elsewhere", "google_secret_manager/projects/q/secrets/x/versions/7",
			map[string]string{"CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": "$URL"},
			map[string][]string{"GET /v1/projects/q/secrets/x/versions/7:access": {gsm}},
			"sk-1", "",
			[]string{"GET"},
		},
		{
			"Google, denied", "google_secret_manager/x",
			map[string]string{"GOOGLE_SECRET_MANAGER_PROJECT_ID": "p", "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": "$URL"},
			map[string][]string{"GET /v1/projects/p/secrets/x/versions/latest:access": {`403 {"error":{"code":403,"message":"Permission 'secretmanager.versions.access' denied","status":"PERMISSION_DENIED"}}`}},
			"",
			"Google Secret Manager answered 403: PERMISSION_DENIED Permission",
			[]string{"GET"},
		},
		{"Google, no project", "google_secret_manager/x", nil, nil, "", "GOOGLE_SECRET_MANAGER_PROJECT_ID is not set", nil},
		{
			"an answer that is none", "google_secret_manager/x",
			map[string]string{"GOOGLE_SECRET_MANAGER_PROJECT_ID": "p", "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": "$URL"},
			map[string][]string{"GET /v1/projects/p/secrets/x/versions/latest:access": {`200 {"payload":{"data":"planted!"}}`}},
			"", "is not what it writes",
			[]string{"GET"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := serve(t, tc.answers)
			env := map[string]string{}
			for name, v := range tc.env {
				env[name] = strings.ReplaceAll(v, "$URL", s.URL)
			}
			scheme, _, _ := strings.Cut(tc.ref, "/")
			_, source := open(t, scheme, env, &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)})
			if err := source.Check(tc.ref); err != nil {
				t.Errorf("Check: got %v", err)
			}
			got, err := source.Resolve(t.Context(), tc.ref)
			switch {
			case tc.err == "" && (err != nil || got != tc.want):
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			case tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err) || strings.Contains(err.Error(), "planted")):
				t.Errorf("got %q, %v, want an error with %q", got, err, tc.err)
			}
			if len(s.came) != len(tc.came) {
				t.Fatalf("got %d requests %q, want %d", len(s.came), s.came, len(tc.came))
			}
			for i, want := range tc.came {
				if !strings.HasPrefix(s.came[i], want) {
					t.Errorf("request %d: got %q, want %q", i, s.came[i], want)
				}
			}
		})
	}
}

// TestToken: one login serves until a minute before its end.
func TestToken(t *testing.T) {
	s := serve(t, map[string][]string{
		"POST /v1/auth/approle/login": {`200 {"auth":{"client_token":"hvs.made","lease_duration":600}}`},
		"GET /v1/secret/data/x":       {`200 {"data":{"data":{"key":"sk-1"}}}`},
	})
	c := &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	v, _ := open(t, "hashicorp_vault", map[string]string{"HCP_VAULT_ADDR": s.URL, "HCP_VAULT_APPROLE_ROLE_ID": "r", "HCP_VAULT_APPROLE_SECRET_ID": "s"}, c)
	for _, step := range []struct {
		pass   time.Duration
		logins int
	}{{0, 1}, {8 * time.Minute, 1}, {time.Minute, 2}} {
		c.at = c.at.Add(step.pass)
		if _, err := v.Secret(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(strings.Join(s.came, "\n"), "POST"); got != step.logins {
			t.Errorf("after %v: got %d logins, want %d", step.pass, got, step.logins)
		}
	}
}

// TestCertificate: a Vault that asks for a certificate gets the operator's.
func TestCertificate(t *testing.T) {
	var asked []string
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Name string }
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				t.Error(err)
			}
		}
		asked = append(asked, fmt.Sprint(r.URL.Path, " ", in.Name, " ", len(r.TLS.PeerCertificates)))
		if r.Method == http.MethodPost {
			fmt.Fprint(w, `{"auth":{"client_token":"hvs.made","lease_duration":600}}`)
			return
		}
		fmt.Fprint(w, `{"data":{"data":{"key":"sk-1"}}}`)
	}))
	srv.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	srv.StartTLS()
	defer srv.Close()
	folder := t.TempDir()
	write(t, folder, srv.TLS.Certificates[0]) // any will do
	env := map[string]string{
		"HCP_VAULT_ADDR": srv.URL, "HCP_VAULT_CLIENT_CERT": filepath.Join(folder, "cert.pem"), "HCP_VAULT_CLIENT_KEY": filepath.Join(folder, "key.pem"), "HCP_VAULT_CERT_ROLE": "gateway",
	}
	v := vaults.All(vaults.Options{
		Env:    func(_ context.Context, name string) (string, error) { return env[name], nil },
		Client: srv.Client(), Now: time.Now,
	})["hashicorp_vault"]
	if got, err := v.Secret(t.Context(), "x"); err != nil || got != `{"key":"sk-1"}` {
		t.Errorf("got %q, %v", got, err)
	}
	if want := "[/v1/auth/cert/login gateway 1 /v1/secret/data/x  0]"; fmt.Sprint(asked) != want {
		t.Errorf("got %v, want %s", asked, want)
	}
}

// TestCheck: names that no secret can have are refused before anybody is asked.
func TestCheck(t *testing.T) {
	all := vaults.All(vaults.Options{})
	for ref, want := range map[string]bool{
		"hashicorp_vault/prod/openai": true, "hashicorp_vault/../sys": false, "hashicorp_vault/a?b": false,
		"azure_key_vault/AZURE-API-KEY": true, "azure_key_vault/AZURE_API_KEY": true, "azure_key_vault/a/b": false,
		"google_secret_manager/x": true, "google_secret_manager/projects/p/secrets/x": true, "google_secret_manager/a:b": false,
	} {
		scheme, name, _ := strings.Cut(ref, "/")
		if err := all[scheme].Check(name); (err == nil) != want {
			t.Errorf("Check(%s): got %v, want fine: %v", ref, err, want)
		}
	}
}

// write writes a certificate and its key into a folder.
func write(t *testing.T, folder string, pair tls.Certificate) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, "key.pem": {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
