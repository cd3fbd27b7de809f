package aws_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestSigned: signatures are those of botocore==1.44.5,
// SigV4Auth(credentials, "sagemaker", "eu-west-1").add_auth(request).
func TestSigned(t *testing.T) {
	const before = "AWS4-HMAC-SHA256 Credential=AKIA/20261121/eu-west-1/sagemaker/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;"
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	sign := aws.New(nil, func() time.Time { return at }).Signed("sagemaker")
	body := []byte(`{"inputs":"hi"}`)
	for _, c := range []struct{ token, want string }{
		{"", before + "x-amzn-sagemaker-inference-component, Signature=b25d9e8d327377446d5e6cd0687fe1b6628481cb1e8ee17ec7dd25dd6c399534"},
		{"TOKEN", before + "x-amz-security-token;x-amzn-sagemaker-inference-component, Signature=133eff11031e5ad13e411c8900e5ef92011560b22baf1b755910b3ef34799a3e"},
	} {
		u, err := url.Parse("https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/my%20endpoint/invocations")
		if err != nil {
			t.Fatal(err)
		}
		r := &http.Request{Method: "POST", URL: u, Host: u.Host, ContentLength: int64(len(body)), Header: http.Header{
			"Content-Type": {"application/json"}, "X-Amzn-Sagemaker-Inference-Component": {"c"},
		}}
		d := &llm.Deployment{
			Credential: secrets{"aws_access_key_id": "AKIA", "aws_secret_access_key": "SECRET", "aws_session_token": c.token},
			Settings:   map[string]string{"aws_region_name": "eu-west-1"},
		}
		if err := sign(t.Context(), r, body, d, ""); err != nil {
			t.Fatal(err)
		}
		if got := r.Header.Get("Authorization"); got != c.want || r.Header.Get("X-Amz-Security-Token") != c.token {
			t.Errorf("got %s and token %q, want %s and %q", got, r.Header.Get("X-Amz-Security-Token"), c.want, c.token)
		}
	}
}

// TestSignedRefused: what cannot be read is an error, and nothing is signed.
func TestSignedRefused(t *testing.T) {
	sign := aws.New(nil, time.Now).Signed("sagemaker")
	for _, d := range []*llm.Deployment{
		{Credential: broken{}},
		{Credential: broken{}, Settings: map[string]string{"aws_region_name": "eu-west-1"}},
	} {
		r := &http.Request{Header: http.Header{}}
		if err := sign(t.Context(), r, nil, d, ""); err == nil || len(r.Header) > 0 {
			t.Errorf("got %v and headers %v, want an error and none", err, r.Header)
		}
	}
}

// TestHost: a service's address, and that no setting names another.
func TestHost(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":     "https://runtime.sagemaker.eu-west-1.amazonaws.com",
		"us-gov-west-1": "https://runtime.sagemaker.us-gov-west-1.amazonaws.com",
		"cn-north-1":    "https://runtime.sagemaker.cn-north-1.amazonaws.com.cn",
		"":              "https://runtime.sagemaker.us-west-2.amazonaws.com",
		"evil.test/":    "",
	} {
		got, err := aws.Host(t.Context(), &llm.Deployment{Settings: map[string]string{"aws_region_name": region}}, "", "runtime.sagemaker")
		if got != want || want == "" && !errors.Is(err, llm.BadRequestError) {
			t.Errorf("%q: got %q, %v, want %q", region, got, err, want)
		}
	}
	if _, err := aws.Host(t.Context(), &llm.Deployment{Credential: broken{}}, "", "x"); err == nil {
		t.Error("got no error, want the vault's")
	}
}

// TestKind: where an exception's type stands, and what is around it.
func TestKind(t *testing.T) {
	for _, c := range []struct{ header, body, want string }{
		{"ThrottlingException", `{"__type":"Other"}`, "ThrottlingException"},
		{"ValidationException:http://internal.amazon.com/", "", "ValidationException"},
		{"", `{"__type":"com.amazon.coral.service#ExpiredTokenException"}`, "ExpiredTokenException"},
		{"", `{"message":"x"}`, ""},
		{"", "<html>", ""},
	} {
		got := aws.Kind(&wire.Response{Header: http.Header{"X-Amzn-Errortype": {c.header}}, Body: []byte(c.body)})
		if got != c.want {
			t.Errorf("%q, %s: got %q, want %q", c.header, c.body, got, c.want)
		}
	}
}
