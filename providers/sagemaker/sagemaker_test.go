package sagemaker

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ready is a provider whose function has a role, with golden files' streams
// completed: in a file each part is one line, and its end is not written.
func ready(t *testing.T, p *wire.Provider) wire.Provider {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
	t.Setenv("AWS_SESSION_TOKEN", "")
	p.Send = func(client *http.Client, r *http.Request) (*http.Response, error) {
		res, err := client.Do(r)
		if err == nil && res.Header.Get("Content-Type") == "application/vnd.amazon.eventstream" {
			res.Body = struct {
				io.Reader
				io.Closer
			}{&ended{from: res.Body}, res.Body}
			res.ContentLength = -1
		}
		return res, err
	}
	return *p
}

// ended gives each part of a stream the end of its line.
type ended struct {
	from io.Reader
	buf  bytes.Buffer
}

// Read implements io.Reader.
func (e *ended) Read(b []byte) (int, error) {
	if e.buf.Len() == 0 {
		m, err := eventstream.NewDecoder().Decode(e.from, nil)
		if err != nil {
			return 0, err
		}
		m.Payload = append(m.Payload, "\n\n"...)
		if err := eventstream.NewEncoder().Encode(&e.buf, m); err != nil {
			return 0, err
		}
	}
	return e.buf.Read(b)
}

func TestGolden(t *testing.T) {
	providertest.Run(t, ready(t, New(http.DefaultClient, nil, providertest.Now)), "testdata/text_*.txt")
}

func TestGoldenChat(t *testing.T) {
	providertest.Run(t, ready(t, NewChat(http.DefaultClient, nil, providertest.Now)), "testdata/chat_*.txt")
}

func TestErrors(t *testing.T) {
	for _, p := range []*wire.Provider{New(http.DefaultClient, nil, providertest.Now), NewChat(http.DefaultClient, nil, providertest.Now)} {
		t.Run(p.Name, func(t *testing.T) { providertest.RunErrors(t, ready(t, p), "testdata/errors.json") })
	}
}

// TestAddress: where an endpoint is called, plain and streamed.
func TestAddress(t *testing.T) {
	const aws = "https://runtime.sagemaker.us-west-2.amazonaws.com/endpoints/my-endpoint"
	for _, c := range []struct {
		name          string
		to            llm.Deployment
		env           string
		plain, stream string
	}{
		{"no region", llm.Deployment{}, "", aws + plain, aws + streamed},
		{"region", llm.Deployment{Settings: map[string]string{"aws_region_name": "cn-north-1"}}, "", "https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/endpoints/my-endpoint/invocations", "https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/endpoints/my-endpoint/invocations-response-stream"},
		{"variable", llm.Deployment{}, "https://vpce.test", "https://vpce.test/endpoints/my-endpoint/invocations", "https://vpce.test/endpoints/my-endpoint/invocations-response-stream"},
		{"whole URL", setting("https://x.test/endpoints/other/invocations/"), "", "https://x.test/endpoints/other/invocations", "https://x.test/endpoints/other/invocations-response-stream"},
		{"whole URL of streams", setting("https://x.test/endpoints/other/invocations-response-stream"), "", "https://x.test/endpoints/other/invocations", "https://x.test/endpoints/other/invocations-response-stream"},
		{"whole URL of something else", setting("https://x.test/my/proxy"), "", "https://x.test/my/proxy", "https://x.test/my/proxy"},
		{"host as whole URL", setting("https://x.test/"), "", "https://x.test/endpoints/my-endpoint/invocations", "https://x.test/endpoints/my-endpoint/invocations-response-stream"},
		{"host with a prefix", llm.Deployment{Base: "https://x.test/aws/"}, "", "https://x.test/aws/endpoints/my-endpoint/invocations", "https://x.test/aws/endpoints/my-endpoint/invocations-response-stream"},
	} {
		c.to.Model = "my-endpoint"
		base, err := place(t.Context(), &c.to, c.env)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := wire.Join(base, path(&c.to, plain)); got != c.plain {
			t.Errorf("%s: got %s, want %s", c.name, got, c.plain)
		}
		if got := wire.Join(base, path(&c.to, streamed)); got != c.stream {
			t.Errorf("%s, streamed: got %s, want %s", c.name, got, c.stream)
		}
	}
	_, err := place(t.Context(), &llm.Deployment{Settings: map[string]string{"aws_region_name": "evil.test/"}}, "")
	if !errors.Is(err, llm.BadRequestError) {
		t.Errorf("no region's name: got %v, want a BadRequestError", err)
	}
}

func setting(base string) llm.Deployment {
	return llm.Deployment{Settings: map[string]string{"sagemaker_base_url": base}}
}
