package cloud_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/cloud"
)

// account is one whose every service is at an address.
func account(t *testing.T, address string) *cloud.Account {
	t.Helper()
	for name, v := range map[string]string{
		"AWS_ENDPOINT_URL": address, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "planted-signing-key",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "", "AWS_CA_BUNDLE": "", "AWS_SESSION_TOKEN": "",
	} {
		t.Setenv(name, v)
	}
	return &cloud.Account{Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }}
}

// TestObject writes and reads objects whose names want escaping, in a bucket
// that answers as S3 documents.
func TestObject(t *testing.T) {
	const gone = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>`
	kept := map[string]string{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if want := "Credential=AKIDEXAMPLE/20261121/eu-west-1/s3/aws4_request, "; !strings.Contains(r.Header.Get("Authorization"), want) || len(r.Header.Get("X-Amz-Content-Sha256")) != 64 {
			t.Errorf("got %v, want it signed for S3", r.Header)
		}
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Method == http.MethodPut {
			w.Header().Set("X-Amz-Version-Id", fmt.Sprintf("v%d", len(kept)))
			kept[r.RequestURI] = string(b)
			return
		}
		body, ok := kept[strings.TrimSuffix(r.RequestURI, "?versionId=v0")]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			body = gone
		}
		w.Header().Set("X-Amz-Version-Id", "v0")
		fmt.Fprint(w, body)
	}))
	defer srv.Close()
	a := account(t, srv.URL)

	version, err := a.PutObject(t.Context(), "my.bucket", "config/a b+c=ü.yaml", []byte("model_list: []"))
	if err != nil || version != "v0" {
		t.Fatalf("got version %q, %v", version, err)
	}
	const want = "/my.bucket/config/a%20b%2Bc%3D%C3%BC.yaml"
	if kept[want] != "model_list: []" {
		t.Errorf("got %v, want an object at %s", kept, want)
	}
	for _, version := range []string{"", "v0"} {
		body, is, err := a.Object(t.Context(), "my.bucket", "config/a b+c=ü.yaml", version, 100)
		if string(body) != "model_list: []" || is != "v0" || err != nil {
			t.Errorf("version %q: got %q, %q, %v", version, body, is, err)
		}
	}
	if _, _, err := a.Object(t.Context(), "my.bucket", "gone", "", 1000); !errors.Is(err, cloud.ErrNoObject) || !strings.Contains(err.Error(), "s3.GetObject: AWS answered 404 NoSuchKey") {
		t.Errorf("got %v, want ErrNoObject", err)
	}
	if _, _, err := a.Object(t.Context(), "my.bucket", "config/a b+c=ü.yaml", "", 5); err == nil || !strings.Contains(err.Error(), "larger than 5 bytes") {
		t.Errorf("got %v, want an error for an object of more than 5 bytes", err)
	}
}
