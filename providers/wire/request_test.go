package wire_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestJoin(t *testing.T) {
	const path = "/v1/chat/completions"
	for _, c := range []struct{ base, path, want string }{
		{"https://a.test", path, "https://a.test/v1/chat/completions"},
		{"https://a.test/", path, "https://a.test/v1/chat/completions"},
		{"https://a.test/v1", path, "https://a.test/v1/chat/completions"},
		{"https://a.test/v1/", path, "https://a.test/v1/chat/completions"},
		{"https://a.test/v1/v1", path, "https://a.test/v1/chat/completions"},
		{"https://a.test/v1/chat/completions", path, "https://a.test/v1/chat/completions"},
		{"https://a.test/prefix", path, "https://a.test/prefix/v1/chat/completions"},
		{"https://a.test/prefix/v1//", path, "https://a.test/prefix/v1/chat/completions"},
		{"https://a.test/v1?api-version=1", path, "https://a.test/v1/chat/completions?api-version=1"},
		{"https://a.test/v1/?api-version=1", path, "https://a.test/v1/chat/completions?api-version=1"},
		{"https://a.test/v1", "/chat/completions", "https://a.test/v1/chat/completions"},
		{"https://a.test/v1/v1/", "/chat/completions", "https://a.test/v1/chat/completions"},
		{"https://a.test/v1/chat/completions/", "/chat/completions", "https://a.test/v1/chat/completions"},
		{"https://a.test", "/chat/completions", "https://a.test/chat/completions"},
		{"https://a.test/v2", "/v1/messages", "https://a.test/v2/v1/messages"},
	} {
		if got := wire.Join(c.base, c.path); got != c.want {
			t.Errorf("Join(%q, %q): got %q, want %q", c.base, c.path, got, c.want)
		}
	}
}

// TestWhereAndAsWhom: which address is called with which key.
func TestWhereAndAsWhom(t *testing.T) {
	const fine = `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}`
	for _, c := range []struct {
		name    string
		base    string // of the deployment: "own", ""
		secrets secrets
		vendor  bool // it has an address of its own
		where   string
		token   string
	}{
		{name: "the deployment's", base: "own", secrets: secrets{"api_key": "k1", "ACME_API_KEY": "k2", "ACME_API_BASE": "env"}, vendor: true, where: "own", token: "k1"},
		{name: "the environment's", secrets: secrets{"ACME_API_KEY": "k2", "ACME_TOKEN": "k3", "ACME_API_BASE": "env", "ACME_URL": "env2"}, vendor: true, where: "env", token: "k2"},
		{name: "the second variable", secrets: secrets{"ACME_TOKEN": "k3", "ACME_URL": "env2"}, vendor: true, where: "env2", token: "k3"},
		{name: "the vendor's", secrets: secrets{"api_key": "k1"}, vendor: true, where: "vendor", token: "k1"},
		{name: "no key for an address of one's own", base: "own", secrets: secrets{}, where: "own"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var where, token string
			servers := map[string]string{}
			for _, name := range []string{"own", "env", "env2", "vendor"} {
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					where, token = name, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
					_, _ = w.Write([]byte(fine))
				}))
				defer srv.Close()
				servers[name] = srv.URL
			}
			p := vendor(t)
			if c.vendor {
				p.Base = servers["vendor"]
			}
			for name, v := range c.secrets {
				if servers[v] != "" {
					c.secrets[name] = servers[v]
				}
			}
			call := ask(servers[c.base], "m", false)
			call.To.Credential = c.secrets
			if err := run(t, p, call); err != nil {
				t.Fatal(err)
			}
			if where != c.where || token != c.token {
				t.Errorf("got %s with key %q, want %s with %q", where, token, c.where, c.token)
			}
			if call.Record.Base != servers[c.where] {
				t.Errorf("record: got base %q, want %q", call.Record.Base, servers[c.where])
			}
		})
	}
}

// TestNotSent: what stops a call before it leaves, and how it is said.
func TestNotSent(t *testing.T) {
	for _, c := range []struct {
		name    string
		base    string
		vendor  string
		secrets secrets
		class   llm.Class
		says    string
	}{
		{"no key", "", "https://a.test", secrets{}, llm.AuthenticationError, "set api_key or ACME_API_KEY"},
		{"no address", "", "", secrets{"api_key": key}, llm.BadRequestError, "needs api_base or ACME_API_BASE"},
		{"key cannot be read", "", "https://a.test", secrets{"api_key": "unreadable"}, llm.ServiceUnavailableError, "key of acme cannot be read"},
		{"variable cannot be read", "", "https://a.test", secrets{"ACME_API_KEY": "unreadable"}, llm.ServiceUnavailableError, "key of acme cannot be read"},
		{"address cannot be read", "", "https://a.test", secrets{"ACME_API_BASE": "unreadable", "api_key": key}, llm.ServiceUnavailableError, "address of acme cannot be read"},
		{"no URL", "os.environ/NOT_SET", "", secrets{}, llm.BadRequestError, "not an http or https URL"},
		{"another scheme", "file:///etc/passwd", "", secrets{}, llm.BadRequestError, "not an http or https URL"},
		{"no host", "https://", "", secrets{}, llm.BadRequestError, "not an http or https URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := vendor(t)
			p.Base = c.vendor
			call := ask(c.base, "m", false)
			call.To.Credential = c.secrets
			e := failure(t, run(t, p, call))
			if e.Class != c.class || !strings.Contains(e.Message, c.says) || strings.Contains(e.Message, "vault") {
				t.Errorf("got %v, want %s: %s", e, c.class, c.says)
			}
			if e.Provider != "acme" || e.Model != "m" {
				t.Errorf("got provider %q and model %q, want acme and m", e.Provider, e.Model)
			}
		})
	}
}

// TestHeaders: the caller's win over the configuration's, and neither over
// credentials.
func TestHeaders(t *testing.T) {
	var got http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header }))
	defer srv.Close()
	call := ask(srv.URL, "m", false)
	call.To.Headers = http.Header{"X-Team": {"config"}, "X-Both": {"config"}, "Authorization": {"config"}}
	call.Options.ExtraHeaders = http.Header{"X-Both": {"caller"}, "X-Mine": {"caller"}, "Authorization": {"caller"}}
	_ = run(t, vendor(t), call) // the answer is empty: only the request counts
	for name, want := range map[string]string{
		"X-Team": "config", "X-Both": "caller", "X-Mine": "caller", "Authorization": "Bearer " + key,
		"Content-Type": "application/json", "User-Agent": "tollgate", "Accept": "application/json",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
}

// TestNoSecretOfTheAddress: an address may hold a name, a password and signed
// parameters, of which the record, and so the response and the log, see none.
func TestNoSecretOfTheAddress(t *testing.T) {
	base := answering(t, 500, nil, "")
	for _, address := range []string{base, "http://127.0.0.1:1", "http://127.0.0.1:1\x7f"} {
		call := ask(strings.Replace(address, "://", "://user:hunter2@", 1)+"/v1?sig=hunter3", "m", false)
		err := run(t, vendor(t), call)
		for _, text := range []string{call.Record.Base, failure(t, err).Error()} {
			if strings.Contains(text, "hunter") {
				t.Errorf("got %q, which shows a secret of the address", text)
			}
		}
	}
}
