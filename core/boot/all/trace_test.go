package all_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vendor answers every call, and keeps what came.
type vendor struct {
	*httptest.Server
	body          string
	authorization string
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		v.body, v.authorization = string(b), r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}]}`)
	}))
	t.Cleanup(v.Close)
	return v
}

// TestTrace holds that a call is printed as a command that a shell runs to the
// same effect, but for the key.
func TestTrace(t *testing.T) {
	v := newVendor(t)
	var trace strings.Builder
	transport := &http.Transport{DisableKeepAlives: true}
	setup, _, err := all.Load(all.Options{
		Model: config.Model{Model: "openai/m", APIBase: v.URL + "/v1?sig=signature&api-version=1", Secrets: map[string]string{"api_key": "sk-0123456789abcdef"}},
		Trace: &trace, Transport: transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	app, err := setup.Open()
	if err != nil {
		t.Fatal(err)
	}
	h, err := app.Handler(boot.Everything())
	if err != nil {
		t.Fatal(err)
	}
	const asked = `{"model":"m","messages":[{"role":"user","content":"it's $HOME; \"quoted\""}]}`
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/chat/completions", strings.NewReader(asked)))
	if w.Code != http.StatusOK || v.authorization != "Bearer sk-0123456789abcdef" {
		t.Fatalf("got %d, %q, want 200 and the key", w.Code, v.authorization)
	}
	got := trace.String()
	if strings.Contains(got, "0123456789abcdef") || !strings.Contains(got, "-H 'authorization: Bearer sk-0****") {
		t.Errorf("got %s, want a masked key", got)
	}
	if strings.Contains(got, "signature") || !strings.Contains(got, "/v1/chat/completions?api-version=1&sig=") {
		t.Errorf("got %s, want a masked signature", got)
	}
	sent := v.body
	v.body = ""
	_, command, _ := strings.Cut(got, "\n")
	runShell(t, strings.Replace(command, "curl -X POST", `set --`, 1)+`for last; do :; done; printf %s "$last"`, sent)
}

// runShell runs a script and compares what it prints.
func runShell(t *testing.T, script, want string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
	if err != nil || string(out) != want {
		t.Errorf("the shell reads the body as %q, %v, want %q", out, err, want)
	}
}
