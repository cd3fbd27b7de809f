package wire_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestPassSecrets: what an operator adds to a request, and another API repeats in
// its refusal, stays with the operator.
func TestPassSecrets(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "wrong "+r.Header.Get("X-Own-Key")+" of "+r.Header.Get("Authorization")+" at "+r.Header.Get("X-Place"))
	}))
	defer refusing.Close()
	p := &wire.Provider{Name: "p", NoKey: true, Client: refusing.Client()}
	d := &llm.Deployment{Base: refusing.URL, Headers: http.Header{
		"X-Own-Key": {"own-secret"}, "Authorization": {"Bearer another-secret"}, "X-Place": {"frankfurt"},
	}}
	res, err := p.Pass(t.Context(), d, httptest.NewRequest("GET", "/", nil), "", &llm.Record{})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if got, want := string(b), "wrong [key] of [key] at frankfurt"; err != nil || !strings.Contains(got, want) {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
