package tollgate_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate"
	"github.com/tollgate-llm/tollgate/providers"
)

// BenchmarkLine counts what one request allocates and costs in the gateway
// alone, beside the standard library's reverse proxy: both answer from a
// transport that is a function. CPU beside a real proxy process is measured by
// make bench.
func BenchmarkLine(b *testing.B) {
	for _, size := range []int{1_600, 110_000} {
		body := fmt.Appendf(nil, `{"model":"gpt","messages":[{"role":"user","content":%q}]}`, strings.Repeat("x", size))
		for _, c := range []struct {
			name string
			h    http.Handler
		}{
			{"gateway", gateway(b)},
			{"proxy", proxy()},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, size), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r := httptest.NewRequest(http.MethodPost, "/v1/chat/completions", bytes.NewReader(body))
					r.Header.Set("Authorization", "Bearer sk-master")
					w := httptest.NewRecorder()
					c.h.ServeHTTP(w, r)
					if w.Code != http.StatusOK {
						b.Fatalf("got %d %s", w.Code, w.Body)
					}
				}
			})
		}
	}
}

func gateway(b *testing.B) http.Handler {
	client := &http.Client{Transport: canned{}}
	gw, err := tollgate.New(context.Background(), tollgate.Config{
		YAML: []byte(`
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_key: sk-upstream}
general_settings: {master_key: sk-master}
`),
		Providers: providers.All(client, client, time.Now),
		Getenv:    func(string) (string, bool) { return "", false },
	})
	if err != nil {
		b.Fatal(err)
	}
	return gw.Handler()
}

func proxy() http.Handler {
	to := &url.URL{Scheme: "http", Host: "upstream"}
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport: canned{},
	}
}

const cannedReply = `{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"hello","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}`

// canned answers every request alike, after reading it.
type canned struct{}

func (canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header:        http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"req_1"}},
		ContentLength: int64(len(cannedReply)),
		Body:          io.NopCloser(strings.NewReader(cannedReply)),
	}, nil
}
