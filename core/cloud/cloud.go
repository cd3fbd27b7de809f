// Package cloud asks AWS: it signs single requests with what AWS's own
// configuration finds, and knows nothing of what is asked.
//
// The SDK's clients know every operation of their service, which a function pays
// for at every cold start (those of three services take 4 ms). What the gateway
// asks of most services is one or two operations, whose requests fit in a line.
// Only the store, which asks DynamoDB all the time, has a client.
package cloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
)

// largest is how much of an answer is read when the request does not say.
const largest = 1 << 20

// tries is how often one question is asked in all.
const tries = 3

// Service is one of AWS's.
type Service struct {
	ID   string // in AWS's SDKs, by which endpoints are configured: "Secrets Manager"
	Host string // the first label of its hosts, and its name in signatures: "secretsmanager"
}

// Account is who asks, found where AWS's own tools look when it is needed first.
// Now dates signatures. It may be used by many at once.
type Account struct {
	Now func() time.Time

	mu     sync.Mutex
	loaded *aws.Config
}

// Request is a question. The zero value asks GET /.
type Request struct {
	Method  string
	Path    string // escaped, with its slash; "": /
	Query   url.Values
	Header  http.Header
	Body    []byte
	Largest int64 // bytes of the answer, over which it is an error; 0: 1 MiB
}

// Answer is what a service said, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// config loads the configuration once. An error is not kept.
func (a *Account) config(ctx context.Context) (aws.Config, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.loaded == nil {
		c, err := config.LoadDefaultConfig(ctx, config.WithDefaultRegion(os.Getenv("AWS_REGION_NAME"))) // LiteLLM's name for it, asked last
		if err != nil {
			return aws.Config{}, fmt.Errorf("load the AWS configuration: %w", err)
		}
		if c.HTTPClient == nil {
			c.HTTPClient = awshttp.NewBuildableClient()
		}
		a.loaded = &c
	}
	return *a.loaded, nil
}

// Region is where everything is asked. It is an error if nothing says so.
func (a *Account) Region(ctx context.Context) (string, error) {
	c, err := a.config(ctx)
	if err == nil && c.Region == "" {
		err = errNoRegion
	}
	return c.Region, err
}

// errNoRegion says what is missing when a host cannot be told.
var errNoRegion = errors.New("AWS_REGION is not set: it says where AWS is asked")

// Do asks a service. It asks again, three times in all, where there was no
// answer or one that says that another time may do; the last answer counts.
func (a *Account) Do(ctx context.Context, s Service, r Request) (*Answer, error) {
	c, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	base, err := endpoint(ctx, c, s)
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		answer, err := a.once(ctx, c, s, base, r)
		if n == tries || err == nil && !answer.passes() {
			return answer, err
		}
		t := time.NewTimer(rand.N(100 * time.Millisecond << n))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return answer, err
		}
	}
}

func (a *Account) once(ctx context.Context, c aws.Config, s Service, base string, in Request) (*Answer, error) {
	address := base + strings.TrimPrefix(in.Path, "/")
	if len(in.Query) > 0 {
		address += "?" + in.Query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, in.Method, address, bytes.NewReader(in.Body))
	if err != nil {
		return nil, fmt.Errorf("write a request to AWS: %w", err)
	}
	if in.Header != nil {
		r.Header = in.Header.Clone()
	}
	if err := a.sign(ctx, c, s, r, in.Body); err != nil {
		return nil, err
	}
	answer, err := c.HTTPClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask AWS: %w", err)
	}
	defer answer.Body.Close()
	most := in.Largest
	if most == 0 {
		most = largest
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	if err != nil {
		return nil, fmt.Errorf("read AWS's answer: %w", err)
	}
	if int64(len(text)) > most {
		return nil, fmt.Errorf("AWS's answer is larger than %d bytes", most)
	}
	return &Answer{answer.StatusCode, answer.Header, text}, nil
}

// sign signs as AWS's Signature Version 4 says. S3's paths are signed as they
// are sent, and it wants the hash of the body in a header, too.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
func (a *Account) sign(ctx context.Context, c aws.Config, s Service, r *http.Request, body []byte) error {
	if c.Credentials == nil {
		return errors.New("there are no AWS credentials")
	}
	by, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("find AWS credentials: %w", err)
	}
	hash := sha256.Sum256(body)
	sum := hex.EncodeToString(hash[:])
	signed := func(*v4.SignerOptions) {}
	if s.Host == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", sum)
		signed = func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }
	}
	if err := v4.NewSigner().SignHTTP(ctx, by, r, sum, s.Host, c.Region, a.Now(), signed); err != nil {
		return fmt.Errorf("sign a request to AWS: %w", err)
	}
	return nil
}

// passes reports whether the same question may be answered otherwise later.
func (a *Answer) passes() bool {
	return a.Status >= http.StatusInternalServerError || a.Status == http.StatusTooManyRequests ||
		a.Status == http.StatusBadRequest && strings.Contains(kind(a.Body), "Throttl")
}
