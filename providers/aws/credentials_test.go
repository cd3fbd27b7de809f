package aws_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/aws"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type secrets map[string]string

// Value implements llm.Credential.
func (s secrets) Value(_ context.Context, name string) (string, error) { return s[name], nil }

type broken struct{}

// Value implements llm.Credential.
func (broken) Value(context.Context, string) (string, error) {
	return "", errors.New("vault is sealed")
}

// service stands in for AWS's token service.
type service struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string // action, role, session, external id, token, who signed
	status int
	now    time.Time
}

func tokenService(t *testing.T) *service {
	t.Helper()
	s := &service{status: 200, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		form, fault := url.ParseQuery(string(b))
		if err != nil || fault != nil {
			t.Error(err, fault)
		}
		_, signer, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		signer, _, _ = strings.Cut(signer, "/")
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, strings.Join([]string{
			form.Get("Action"), form.Get("RoleArn"), form.Get("RoleSessionName"), form.Get("ExternalId"), form.Get("WebIdentityToken"), signer,
		}, " "))
		w.WriteHeader(s.status)
		if s.status != 200 {
			_, _ = io.WriteString(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized: SECRET</Message></Error></ErrorResponse>`)
			return
		}
		fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>ROLE%[2]d</AccessKeyId><SecretAccessKey>RS</SecretAccessKey><SessionToken>RT</SessionToken><Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
			form.Get("Action"), len(s.asked), s.now.Add(time.Hour).Format(time.RFC3339))
	}))
	t.Cleanup(s.Close)
	return s
}

// alone keeps what the machine has of AWS out of a test.
func alone(t *testing.T) {
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
}

// TestOf: whose credentials a deployment has, as "id secret token".
func TestOf(t *testing.T) {
	alone(t)
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("[work]\naws_access_key_id = FILE\naws_secret_access_key = FS\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_ACCESS_KEY_ID", "FUNCTION")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "S")
	t.Setenv("AWS_SESSION_TOKEN", "T")
	own := secrets{"aws_access_key_id": "OWN", "aws_secret_access_key": "S"}
	role := map[string]string{"aws_role_name": "arn:aws:iam::1:role/r", "aws_session_name": "me", "aws_external_id": "x"}
	for _, c := range []struct {
		name string
		to   llm.Deployment
		want string
		asks []string
	}{
		{"own keys", llm.Deployment{Credential: own}, "OWN S ", nil},
		{"own keys and token", llm.Deployment{Credential: secrets{"aws_access_key_id": "OWN", "aws_secret_access_key": "S", "aws_session_token": "T"}}, "OWN S T", nil},
		{"environment's token is not for own keys", llm.Deployment{Credential: secrets{"aws_access_key_id": "OWN", "aws_secret_access_key": "S", "AWS_SESSION_TOKEN": "T"}}, "OWN S ", nil},
		{"function's", llm.Deployment{Credential: secrets{"AWS_ACCESS_KEY_ID": "FUNCTION", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"}}, "FUNCTION S T", nil},
		{"configured variables with the function's token", llm.Deployment{Credential: secrets{"AWS_ACCESS_KEY_ID": "CONF", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T"}}, "CONF S ", nil},
		{"chain", llm.Deployment{}, "FUNCTION S T", nil},
		{"profile", llm.Deployment{Settings: map[string]string{"aws_profile_name": "work"}}, "FILE FS ", nil},
		{"role", llm.Deployment{Credential: own, Settings: role}, "ROLE1 RS RT", []string{"AssumeRole arn:aws:iam::1:role/r me x  OWN"}},
		{
			"role of the function",
			llm.Deployment{Settings: map[string]string{"aws_role_name": "arn:aws:iam::1:role/q"}},
			"ROLE1 RS RT",
			[]string{"AssumeRole arn:aws:iam::1:role/q tollgate   FUNCTION"},
		},
		{
			"web identity",
			llm.Deployment{Credential: secrets{"aws_web_identity_token": "JWT"}, Settings: role},
			"ROLE1 RS RT",
			[]string{"AssumeRoleWithWebIdentity arn:aws:iam::1:role/r me  JWT "},
		},
		{"role by a variable", llm.Deployment{Credential: secrets{"AWS_ROLE_NAME": "r"}}, "ROLE1 RS RT", []string{"AssumeRole r tollgate   FUNCTION"}},
		{"a caller's address", llm.Deployment{Foreign: true, Credential: own}, "OWN S ", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tokenService(t)
			found := aws.New(s.Client(), func() time.Time { return s.now })
			c.to.Settings = with(c.to.Settings, "aws_sts_endpoint", s.URL)
			for range 2 { // the second time from what is kept
				v, err := found.Of(t.Context(), &c.to, "eu-west-1")
				if err != nil {
					t.Fatal(err)
				}
				if got := v.AccessKeyID + " " + v.SecretAccessKey + " " + v.SessionToken; got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			}
			if !slices.Equal(s.asked, c.asks) {
				t.Errorf("got asked %q, want %q", s.asked, c.asks)
			}
		})
	}
}

func with(m map[string]string, name, v string) map[string]string {
	all := map[string]string{name: v}
	for name, v := range m {
		all[name] = v
	}
	return all
}

// TestExpiry: a role is assumed anew a minute before its credentials end.
func TestExpiry(t *testing.T) {
	s := tokenService(t)
	now := s.now
	found := aws.New(s.Client(), func() time.Time { return now })
	d := &llm.Deployment{
		Credential: secrets{"aws_access_key_id": "OWN", "aws_secret_access_key": "S"},
		Settings:   map[string]string{"aws_role_name": "r", "aws_sts_endpoint": s.URL},
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "ROLE1"}, {58 * time.Minute, "ROLE1"}, {time.Minute, "ROLE2"}} {
		now = now.Add(step.after)
		v, err := found.Of(t.Context(), d, "eu-west-1")
		if err != nil || v.AccessKeyID != step.want {
			t.Errorf("after %v: got %s and %v, want %s", step.after, v.AccessKeyID, err, step.want)
		}
	}
	if v, err := found.Of(t.Context(), d, "us-east-1"); err != nil || v.AccessKeyID != "ROLE3" {
		t.Errorf("in another region: got %s and %v, want its own", v.AccessKeyID, err)
	}
}

// TestRefused: what a caller is told when there are no credentials.
func TestRefused(t *testing.T) {
	alone(t)
	assumes := func(s *service) *llm.Deployment {
		return &llm.Deployment{
			Credential: secrets{"aws_access_key_id": "OWN", "aws_secret_access_key": "S"},
			Settings:   map[string]string{"aws_role_name": "r", "aws_sts_endpoint": s.URL},
		}
	}
	for _, c := range []struct {
		name   string
		status int
		to     func(*service) *llm.Deployment
		want   error
	}{
		{"role refused", 403, assumes, llm.AuthenticationError},
		{"service fails", 500, assumes, llm.ServiceUnavailableError},
		{"none", 200, func(*service) *llm.Deployment { return &llm.Deployment{} }, llm.AuthenticationError},
		{"half a key", 200, func(*service) *llm.Deployment {
			return &llm.Deployment{Credential: secrets{"aws_secret_access_key": "S"}}
		}, llm.AuthenticationError},
		{"no profile", 200, func(*service) *llm.Deployment {
			return &llm.Deployment{Settings: map[string]string{"aws_profile_name": "gone"}}
		}, llm.AuthenticationError},
		{"a caller's address without keys", 200, func(*service) *llm.Deployment {
			return &llm.Deployment{Foreign: true, Credential: secrets{"AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "S"}}
		}, llm.AuthenticationError},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tokenService(t)
			s.status = c.status
			_, err := aws.New(s.Client(), func() time.Time { return s.now }).Of(t.Context(), c.to(s), "eu-west-1")
			var e *llm.Error
			if !errors.As(err, &e) || !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if strings.Contains(e.Message, "SECRET") {
				t.Errorf("got the service's words in %q, want none", e.Message)
			}
		})
	}
	if _, err := aws.New(http.DefaultClient, time.Now).Of(t.Context(), &llm.Deployment{Credential: broken{}}, "r"); err == nil || !strings.Contains(err.Error(), "sealed") {
		t.Errorf("got %v, want what the vault said", err)
	}
}

func TestOwn(t *testing.T) {
	for _, c := range []struct {
		to   llm.Deployment
		want bool
	}{
		{llm.Deployment{}, false},
		{llm.Deployment{Credential: secrets{"AWS_ACCESS_KEY_ID": "E"}}, false},
		{llm.Deployment{Credential: secrets{"aws_access_key_id": "O"}}, true},
		{llm.Deployment{Settings: map[string]string{"aws_role_name": "r"}}, true},
		{llm.Deployment{Settings: map[string]string{"aws_profile_name": "p"}}, true},
	} {
		if got, err := aws.Own(t.Context(), &c.to); got != c.want || err != nil {
			t.Errorf("%+v: got %v and %v, want %v", c.to, got, err, c.want)
		}
	}
}

// TestRegion: LiteLLM's order.
func TestRegion(t *testing.T) {
	all := secrets{"AWS_REGION_NAME": "b", "AWS_REGION": "c", "AWS_DEFAULT_REGION": "d"}
	d := &llm.Deployment{Credential: all, Settings: map[string]string{"aws_region_name": "a"}}
	for _, c := range []struct{ drop, named, want string }{
		{"", "n", "a"}, {"aws_region_name", "n", "n"}, {"", "", "b"}, {"AWS_REGION_NAME", "", "c"}, {"AWS_REGION", "", "d"}, {"AWS_DEFAULT_REGION", "", "us-west-2"},
	} {
		delete(all, c.drop)
		delete(d.Settings, c.drop)
		if got, err := aws.Region(t.Context(), d, c.named); got != c.want || err != nil {
			t.Errorf("without %q: got %q and %v, want %q", c.drop, got, err, c.want)
		}
	}
	if _, err := aws.Region(t.Context(), &llm.Deployment{Credential: broken{}}, ""); err == nil {
		t.Error("got no error, want the vault's")
	}
}
