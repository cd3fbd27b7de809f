package awsvault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
)

// largest is how much of an answer is read: a secret has 64 KiB at most, of
// which each byte may take six in JSON.
const largest = 1 << 19

// tries is how often one question is asked in all.
const tries = 3

// operation is what is asked of a service of AWS's whose protocol is JSON 1.1.
// Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type operation struct {
	id     string // of the service in AWS's SDKs, by which endpoints are configured
	host   string // the first label of its hosts, and its name in signatures
	target string // the header X-Amz-Target
}

// account is who asks, found where AWS's own tools look when it is needed first.
type account struct {
	now func() time.Time

	mu     sync.Mutex
	loaded *aws.Config
}

// config loads the configuration once. An error is not kept.
func (a *account) config(ctx context.Context) (aws.Config, error) {
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

// ask sends the members of a question and reads the answer into out. It asks
// again where AWS says that another time may do.
func (a *account) ask(ctx context.Context, o operation, in map[string]any, out any) error {
	c, err := a.config(ctx)
	if err != nil {
		return err
	}
	url, err := endpoint(ctx, c, o)
	if err != nil {
		return err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("write a question to AWS: %w", err)
	}
	for n := 1; ; n++ {
		err := a.once(ctx, c, url, o, body, out)
		var no *refusal
		if err == nil || n == tries || errors.As(err, &no) && !no.passes() {
			return err
		}
		t := time.NewTimer(rand.N(100 * time.Millisecond << n))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return err
		}
	}
}

func (a *account) once(ctx context.Context, c aws.Config, url string, o operation, body []byte, out any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("write a request to AWS: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", o.target)
	if c.Credentials == nil {
		return errors.New("there are no AWS credentials")
	}
	by, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("find AWS credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, by, r, hex.EncodeToString(sum[:]), o.host, c.Region, a.now()); err != nil {
		return fmt.Errorf("sign a request to AWS: %w", err)
	}
	answer, err := c.HTTPClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask AWS: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, largest))
	if err != nil {
		return fmt.Errorf("read AWS's answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return refused(o, answer.StatusCode, text)
	}
	if json.Unmarshal(text, out) != nil { // whose error would quote the secret
		return fmt.Errorf("%s: the answer is not what AWS writes", o.target)
	}
	return nil
}

// refusal is AWS's error.
type refusal struct {
	target, kind, message string
	status                int
}

// refused reads an error. Only what has AWS's form is told on.
func refused(o operation, status int, text []byte) *refusal {
	const most = 300
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // some services write it with a capital
	}
	_ = json.Unmarshal(text, &said) // what is not JSON comes from a proxy, and the status must do
	_, kind, ok := strings.Cut(said.Type, "#")
	if !ok {
		kind = said.Type
	}
	return &refusal{o.target, kind, said.Message[:min(len(said.Message), most)], status}
}

// Error implements error.
func (r *refusal) Error() string {
	s := fmt.Sprintf("%s: AWS answered %d", r.target, r.status)
	if r.kind != "" {
		s += " " + r.kind
	}
	if r.message != "" {
		s += ": " + r.message
	}
	return s
}

// passes reports whether the same question may be answered later.
func (r *refusal) passes() bool {
	return r.status >= http.StatusInternalServerError || r.status == http.StatusTooManyRequests || strings.Contains(r.kind, "Throttl")
}
