package access_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// vendor stands for every vendor: what is sent to any host goes there.
type vendor struct {
	*httptest.Server
	asked atomic.Int64
	mu    sync.Mutex
	seen  []http.Header
}

// says are the vendors' replies by the end of the path asked; the rest is
// answered as a chat.
var says = []struct{ end, reply string }{
	{"/embeddings", `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}`},
	{"/moderations", `{"id":"1","model":"m","results":[{"flagged":false,"categories":{},"category_scores":{}}]}`},
	{"/rerank", `{"id":"1","results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1}}}`},
	{"/images/generations", `{"created":1,"data":[{"url":"https://example.com/a.png"}]}`},
	{"/images/edits", `{"created":1,"data":[{"url":"https://example.com/a.png"}]}`},
	{"/images/variations", `{"created":1,"data":[{"url":"https://example.com/a.png"}]}`},
	{"/audio/speech", "ID3 sound"},
	{"/audio/transcriptions", `{"text":"hello"}`},
	{"/audio/translations", `{"text":"hello"}`},
	{"/chat/completions", `{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`},
	{"/completions", `{"id":"1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"Hello","finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`},
	{"/responses", `{"id":"resp_%d","object":"response","created_at":1,"status":"completed","model":"m","output":[{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2,"input_tokens_details":{"cached_tokens":0},"output_tokens_details":{"reasoning_tokens":0}}}`},
	{"/token", `{"access_token":"token-of-google","expires_in":3600,"token_type":"Bearer"}`},
	{"", `{"object":"list","data":[]}`},
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := v.asked.Add(1)
		v.mu.Lock()
		v.seen = append(v.seen, r.Header)
		v.mu.Unlock()
		_, _ = io.Copy(io.Discard, r.Body)
		for _, s := range says {
			if strings.HasSuffix(r.URL.Path, s.end) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, strings.Replace(s.reply, "%d", fmt.Sprint(n), 1))
				return
			}
		}
	}))
	t.Cleanup(v.Close)
	return v
}

// heard reports whether a request for a host had a secret in its headers.
func (v *vendor) heard(secret, host string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, h := range v.seen {
		if h.Get("X-Was-For") == host && strings.Contains(fmt.Sprint(h), secret) {
			return true
		}
	}
	return false
}

// led sends every request to one server, whatever host it is for.
type led struct {
	*http.Transport
	to *url.URL
}

func lead(t *testing.T, to string) led {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l := led{&http.Transport{}, u}
	t.Cleanup(l.CloseIdleConnections)
	return l
}

// RoundTrip implements http.RoundTripper.
func (l led) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Was-For", r.URL.Host)
	r.URL.Scheme, r.URL.Host = l.to.Scheme, l.to.Host
	return l.Transport.RoundTrip(r)
}
