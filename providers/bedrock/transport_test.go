package bedrock

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

type secrets map[string]string

// Value implements llm.Credential.
func (s secrets) Value(_ context.Context, name string) (string, error) { return s[name], nil }

// seen is a request as the server got it.
type seen struct {
	target string
	header http.Header
	host   string
	body   string
}

// answering serves the answer, and tells of each request.
func answering(t *testing.T, status int, answer string) (*httptest.Server, func() []seen) {
	t.Helper()
	all := make(chan seen, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		all <- seen{r.RequestURI, r.Header, r.Host, string(b)}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return s, func() (got []seen) {
		for len(all) > 0 {
			got = append(got, <-all)
		}
		return got
	}
}

const spoken = `{"output":{"message":{"content":[{"text":"hi"}],"role":"assistant"}},"stopReason":"end_turn"}`

func do(t *testing.T, s *httptest.Server, to llm.Deployment) error {
	t.Helper()
	p := New(s.Client(), s.Client(), providertest.Now)
	body := providertest.Object(t, `{"model":"m","messages":[{"role":"user","content":"hi"}],"own":12345678901234567890}`)
	to.Provider = "bedrock"
	if to.Model == "" {
		to.Model = "anthropic.claude-v2:1"
	}
	if to.Base == "" {
		to.Base = s.URL
	}
	reply, err := p.Do(t.Context(), &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{}, To: &to})
	if err == nil {
		err = reply.Close()
	}
	return err
}

// TestSigned: the SDK's signature is one of the request that arrived, at an
// address with a path of its own, and the body the bytes that wire gave.
func TestSigned(t *testing.T) {
	s, got := answering(t, 200, spoken)
	err := do(t, s, llm.Deployment{
		Base: s.URL + "/prefix/", Settings: map[string]string{"aws_region_name": "eu-north-1"},
		Credential: secrets{"aws_access_key_id": "AKIA", "aws_secret_access_key": "SECRET", "aws_session_token": "TOKEN", "AWS_BEARER_TOKEN_BEDROCK": "no"},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := got()[0]
	if want := `{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{"own":12345678901234567890}}`; r.body != want {
		t.Errorf("got %s, want %s", r.body, want)
	}
	if want := "/prefix/model/anthropic.claude-v2%3A1/converse"; r.target != want {
		t.Errorf("got %s, want %s", r.target, want)
	}
	again, err := http.NewRequest(http.MethodPost, s.URL+r.target, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	signed, _, _ := strings.Cut(r.header.Get("Authorization")[strings.Index(r.header.Get("Authorization"), "SignedHeaders=")+14:], ",")
	for name := range strings.SplitSeq(signed, ";") {
		if v := r.header.Get(name); v != "" {
			again.Header.Set(name, v)
		}
	}
	at, err := time.Parse("20060102T150405Z", r.header.Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(r.body))
	by := sdk.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "SECRET", SessionToken: "TOKEN"}
	if err := v4.NewSigner().SignHTTP(t.Context(), by, again, hex.EncodeToString(sum[:]), "bedrock", "eu-north-1", at); err != nil {
		t.Fatal(err)
	}
	if want, is := again.Header.Get("Authorization"), r.header.Get("Authorization"); is != want {
		t.Errorf("got %s, want %s", is, want)
	}
}

// TestCredentials: whose credentials a deployment is called with.
func TestCredentials(t *testing.T) {
	keys := secrets{"aws_access_key_id": "OWN", "aws_secret_access_key": "S"}
	with := func(more ...string) secrets {
		all := secrets{}
		for name, v := range keys {
			all[name] = v
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	for _, c := range []struct {
		name string
		to   llm.Deployment
		want string // begins the Authorization; "" when nothing is sent
	}{
		{"own key", llm.Deployment{Credential: with("api_key", "K")}, "Bearer K"},
		{"own AWS keys before the environment's key", llm.Deployment{Credential: with("AWS_BEARER_TOKEN_BEDROCK", "E")}, "AWS4-HMAC-SHA256 Credential=OWN/"},
		{"environment's key", llm.Deployment{Credential: secrets{"AWS_BEARER_TOKEN_BEDROCK": "E", "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "S"}}, "Bearer E"},
		{"environment's AWS keys", llm.Deployment{Credential: secrets{"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "S"}}, "AWS4-HMAC-SHA256 Credential=ENV/"},
		{"half a key", llm.Deployment{Credential: secrets{"aws_access_key_id": "OWN"}}, ""},
		{"a caller's address", llm.Deployment{Foreign: true, Credential: secrets{"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "S"}}, ""},
		{"a caller's address and keys", llm.Deployment{Foreign: true, Credential: keys}, "AWS4-HMAC-SHA256 Credential=OWN/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, got := answering(t, 200, spoken)
			err := do(t, s, c.to)
			all := got()
			if c.want == "" {
				if !errors.Is(err, llm.AuthenticationError) || len(all) != 0 {
					t.Errorf("got %v and %d requests, want an AuthenticationError and none", err, len(all))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if is := all[0].header.Get("Authorization"); !strings.HasPrefix(is, c.want) {
				t.Errorf("got %s, want %s", is, c.want)
			}
		})
	}
}

// TestOnce: the router counts tries, so the SDK makes none of its own.
func TestOnce(t *testing.T) {
	for _, status := range []int{429, 500, 503} {
		s, got := answering(t, status, `{"message":"no"}`)
		if err := do(t, s, llm.Deployment{Credential: secrets{"api_key": "SECRETKEY"}}); err == nil || strings.Contains(err.Error(), "SECRETKEY") {
			t.Errorf("%d: got %v, want an error without the key", status, err)
		}
		if n := len(got()); n != 1 {
			t.Errorf("%d: got %d requests, want 1", status, n)
		}
	}
}

// TestGone: what cannot be reached is said as for any provider, and a deadline
// is a Timeout.
func TestGone(t *testing.T) {
	s, _ := answering(t, 200, spoken)
	s.Close()
	if err := do(t, s, llm.Deployment{Credential: secrets{"api_key": "K"}}); !errors.Is(err, llm.APIConnectionError) {
		t.Errorf("got %v, want an APIConnectionError", err)
	}
	p := New(s.Client(), s.Client(), providertest.Now)
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	body, _ := raw.Parse([]byte(`{"messages":[{"role":"user","content":"hi"}]}`))
	to := &llm.Deployment{Provider: "bedrock", Model: "m", Base: s.URL, Credential: secrets{"api_key": "K"}}
	if _, err := p.Do(ctx, &llm.Call{Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{}, To: to}); !errors.Is(err, llm.Timeout) {
		t.Errorf("got %v, want a Timeout", err)
	}
}

// TestUnprepared: without what Auth knows nothing is sent.
func TestUnprepared(t *testing.T) {
	s, got := answering(t, 200, spoken)
	r, err := http.NewRequest(http.MethodPost, s.URL, bytes.NewReader(nil))
	if err != nil {
		t.Fatal(err)
	}
	if res, err := newTransport().send(s.Client(), r); err == nil {
		res.Body.Close()
		t.Error("got no error, want one")
	}
	if n := len(got()); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// keeping is a transport that answers at once and keeps the request's body.
type keeping struct{ body io.Reader }

// RoundTrip implements http.RoundTripper.
func (k *keeping) RoundTrip(r *http.Request) (*http.Response, error) {
	k.body = r.Body
	_, err := io.CopyN(io.Discard, r.Body, r.ContentLength)
	return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(spoken))}, err
}

// TestBodyAfterAnswer: net/http looks whether a body has ended when the answer
// may be there already; an error would close the connection that it comes from.
func TestBodyAfterAnswer(t *testing.T) {
	s, _ := answering(t, 200, spoken)
	k := &keeping{}
	s.Client().Transport = k
	if err := do(t, s, llm.Deployment{
		Settings:   map[string]string{"aws_region_name": "eu-north-1"},
		Credential: secrets{"aws_access_key_id": "AKIA", "aws_secret_access_key": "SECRET"},
	}); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, k.body); n != 0 || err != nil {
		t.Errorf("got %d bytes and %v after the answer, want none", n, err)
	}
}
