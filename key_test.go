package tollgate_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers"
)

// TestCheckValidKey: refused, taken, and not found out are three answers.
func TestCheckValidKey(t *testing.T) {
	vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.Header.Get("Authorization") {
		case "Bearer good":
			_, _ = w.Write([]byte(`{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Well"},"finish_reason":"stop"}]}`))
		case "Bearer busy":
			w.WriteHeader(http.StatusTooManyRequests)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer vendor.Close()
	at, err := url.Parse(vendor.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: toward{at, &http.Transport{DisableKeepAlives: true}}}
	p := providers.All(client, client, time.Now)
	for _, c := range []struct {
		model, key string
		want       bool
		class      llm.Class
	}{
		{"openai/gpt-4o", "good", true, 0},
		{"gpt-4o", "bad", false, 0},
		{"groq/llama3-8b-8192", "busy", false, llm.RateLimitError},
		{"nobody/any", "good", false, llm.BadRequestError},
	} {
		got, err := tollgate.CheckValidKey(t.Context(), p, c.model, c.key)
		if got != c.want || (c.class == 0) != (err == nil) || c.class != 0 && !errors.Is(err, c.class) {
			t.Errorf("%s with key %q: got %v, %v, want %v, %v", c.model, c.key, got, err, c.want, c.class)
		}
	}
}

// toward sends every request to one server.
type toward struct {
	at   *url.URL
	next http.RoundTripper
}

func (to toward) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = to.at.Scheme, to.at.Host
	return to.next.RoundTrip(r)
}
