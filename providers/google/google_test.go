package google

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secrets are a deployment's credentials by name.
type secrets map[string]string

func (s secrets) Value(_ context.Context, name string) (string, error) { return s[name], nil }

// service is Google's token service and metadata server in one. It counts the
// tokens it gave.
func service(t *testing.T, given *int) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/token":
			*given++
			if err := r.ParseForm(); err != nil {
				t.Errorf("the form: got %v, want one", err)
			}
			fmt.Fprintf(w, `{"access_token":"%s %d","expires_in":3600,"token_type":"Bearer"}`, r.Form.Get("grant_type"), *given)
		case "/refused":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"SECRET"}`)
		case "/down":
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, "SECRET")
		case "/computeMetadata/v1/instance/service-accounts/default/token":
			*given++
			w.Header().Set("Metadata-Flavor", r.Header.Get("Metadata-Flavor"))
			fmt.Fprintf(w, `{"access_token":"attached %d","expires_in":3600,"token_type":"Bearer"}`, *given)
		case "/computeMetadata/v1/project/project-id":
			w.Header().Set("Metadata-Flavor", r.Header.Get("Metadata-Flavor"))
			fmt.Fprint(w, "machines-project")
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// account is a service account's key file, with a token service at an address.
func account(t *testing.T, address string) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "accounts-project", "client_email": "a@b.iam.gserviceaccount.com",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": address,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// written is a file with a text.
func written(t *testing.T, folder, text string) string {
	path := filepath.Join(folder, "application_default_credentials.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestToken(t *testing.T) {
	var given int
	s := service(t, &given)
	host := strings.TrimPrefix(s.URL, "http://")
	key := account(t, s.URL+"/token")
	user := `{"type":"authorized_user","client_id":"c","client_secret":"SECRET","refresh_token":"SECRET","quota_project_id":"users-project"}`
	home, empty := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, ".config", "gcloud"), 0o700); err != nil {
		t.Fatal(err)
	}
	written(t, filepath.Join(home, ".config", "gcloud"), key)
	const jwt = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	for _, c := range []struct {
		name    string
		with    secrets
		token   string // "": an error
		project string
	}{
		{"JSON", secrets{"vertex_credentials": key}, jwt, "accounts-project"},
		{"LiteLLM's other name", secrets{"vertex_ai_credentials": "\n " + key}, jwt, "accounts-project"},
		{"a path", secrets{"GOOGLE_APPLICATION_CREDENTIALS": written(t, t.TempDir(), key)}, jwt, "accounts-project"},
		{"the documents' variable", secrets{"VERTEX_SERVICE_ACCOUNT_KEY_PATH": written(t, t.TempDir(), key)}, jwt, "accounts-project"},
		{"the first wins", secrets{"vertex_credentials": key, "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"}, jwt, "accounts-project"},
		{"gcloud's file", secrets{"HOME": home}, jwt, "accounts-project"},
		{"gcloud's folder", secrets{"CLOUDSDK_CONFIG": filepath.Join(home, ".config", "gcloud"), "HOME": empty}, jwt, "accounts-project"},
		{"the machine's", secrets{"HOME": empty, "GCE_METADATA_HOST": host}, "attached", "machines-project"},
		{"a user's project", secrets{"vertex_credentials": user}, "", "users-project"},
		{"no file", secrets{"vertex_credentials": "/nowhere"}, "", ""},
		{"no JSON", secrets{"vertex_credentials": "{"}, "", ""},
		{"no kind", secrets{"vertex_credentials": `{"a":1}`}, "", ""},
		{"an unknown kind", secrets{"vertex_credentials": `{"type":"x"}`}, "", ""},
		{"another metadata server", secrets{"GCE_METADATA_HOST": host + "/other#"}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := &http.Client{Transport: only{s.Client().Transport, host}}
			tokens := New(client, time.Now)
			d := &llm.Deployment{Credential: c.with}
			got, err := tokens.Token(t.Context(), d)
			if (err == nil) != (c.token != "") || !strings.HasPrefix(got, c.token) {
				t.Errorf("token: got %q, %v, want %q", got, err, c.token)
			}
			if project, _ := tokens.Project(t.Context(), d); project != c.project {
				t.Errorf("project: got %q, want %q", project, c.project)
			}
		})
	}
}

// only is a transport to one host.
type only struct {
	http.RoundTripper
	host string
}

func (o only) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != o.host {
		return nil, errors.New("another host")
	}
	return o.RoundTripper.RoundTrip(r)
}

// TestKept: a token is fetched once, until it is about to expire.
func TestKept(t *testing.T) {
	var given int
	s := service(t, &given)
	now := time.Now()
	tokens := New(s.Client(), func() time.Time { return now })
	d := &llm.Deployment{Credential: secrets{"vertex_credentials": account(t, s.URL+"/token")}}
	for _, later := range []time.Duration{0, time.Minute, 58 * time.Minute} {
		now = time.Now().Add(later)
		if _, err := tokens.Token(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if given != 1 {
		t.Errorf("within its hour: got %d tokens, want 1", given)
	}
	now = time.Now().Add(time.Hour)
	if _, err := tokens.Token(t.Context(), d); err != nil || given != 2 {
		t.Errorf("after it: got %d tokens, %v, want 2", given, err)
	}
}

// TestRefused: a refusal has its class, and says nothing that was said.
func TestRefused(t *testing.T) {
	var given int
	s := service(t, &given)
	for path, want := range map[string]llm.Class{"/refused": llm.AuthenticationError, "/down": llm.ServiceUnavailableError} {
		d := &llm.Deployment{Credential: secrets{"vertex_credentials": account(t, s.URL+path)}}
		_, err := New(s.Client(), time.Now).Token(t.Context(), d)
		if !errors.Is(err, want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: got %v, want %s and no secret", path, err, want)
		}
	}
}

// TestForeign: an address that a caller chose gets neither the operator's
// credentials nor the machine's, and no file is read for it.
func TestForeign(t *testing.T) {
	var given int
	s := service(t, &given)
	for _, with := range []secrets{
		{"GCE_METADATA_HOST": strings.TrimPrefix(s.URL, "http://")},
		{"vertex_credentials": account(t, s.URL+"/token")},
		{"vertex_credentials": written(t, t.TempDir(), account(t, s.URL+"/token"))},
	} {
		d := &llm.Deployment{Credential: with, Foreign: true}
		if token, err := New(s.Client(), time.Now).Token(t.Context(), d); !errors.Is(err, llm.AuthenticationError) {
			t.Errorf("got %q, %v, want an AuthenticationError", token, err)
		}
		if _, err := New(s.Client(), time.Now).Project(t.Context(), d); err == nil {
			t.Error("project: got none refused, want an error")
		}
	}
	if given != 0 {
		t.Errorf("got %d tokens fetched, want none", given)
	}
}
