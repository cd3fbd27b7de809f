package secret_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/secret"
)

const object = `{"OPENAI_API_KEY":"sk-1","nested":{"type":"service_account"},"port":5,"none":null,"empty":"","line":"sk-2\n"}`

func vaulted(s *safe) secret.Source {
	c, _ := cached(s, 0)
	return secret.Source{
		Getenv: func(name string) (string, bool) {
			v, ok := map[string]string{"IN_PROCESS": "secretsmanager/prod#OPENAI_API_KEY", "A_FILE": "file/x"}[name]
			return v, ok
		},
		Map:    map[string]string{"IN_FILE": "secretsmanager/prod#OPENAI_API_KEY", "BY_NAME": "os.environ/IN_PROCESS", "ROLE": "arn:aws:iam::1:role/x"},
		Vaults: map[string]*secret.Cache{"secretsmanager": c},
	}
}

// TestVault resolves references into a vault. No error may hold a value.
func TestVault(t *testing.T) {
	for _, c := range []struct{ kept, text, want, err string }{
		{object, "secretsmanager/prod#OPENAI_API_KEY", "sk-1", ""},
		{object, "secretsmanager/prod", object, ""},
		{object, "secretsmanager/prod#nested", `{"type":"service_account"}`, ""},
		{object, "secretsmanager/prod#port", "5", ""},
		{object, "secretsmanager/prod#line", "sk-2", ""},
		{object, "secretsmanager/prod#openai_api_key", "", "secretsmanager/prod#openai_api_key: it has no key"},
		{object, "secretsmanager/prod#none", "", "it has no key none"},
		{object, "secretsmanager/prod#empty", "", "it is empty"},
		{"sk-plain\r\n", "secretsmanager/a/b", "sk-plain", ""},
		{"sk-plain", "secretsmanager/prod#KEY", "", "no JSON object"},
		{`["sk-plain"]`, "secretsmanager/prod#KEY", "", "no JSON object"},
		{"", "secretsmanager/prod", "", "it is empty"},
		{object, "os.environ/IN_FILE", "sk-1", ""},
		{object, "os.environ/IN_PROCESS", "sk-1", ""},
		{object, "os.environ/BY_NAME", "sk-1", ""},
		{object, "os.environ/A_FILE", "file/x", ""},
		{object, "os.environ/ROLE", "arn:aws:iam::1:role/x", ""},
		{object, "Bearer secretsmanager/prod#OPENAI_API_KEY", "Bearer sk-1", ""},
		{object, "ssm/prod", "", "ssm/... are not supported"},
	} {
		got, err := vaulted(&safe{value: c.kept}).Expand(t.Context(), c.text)
		if (c.err == "") != (err == nil) || c.err == "" && got != c.want {
			t.Errorf("Expand(%q): got %q, %v, want %q, %s", c.text, got, err, c.want, c.err)
			continue
		}
		if err == nil {
			continue
		}
		for _, value := range []string{"sk-", "plain", "service_account"} {
			if !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), value) {
				t.Errorf("Expand(%q): got the error %q, want %q in it, and not %s", c.text, err, c.err, value)
			}
		}
	}
}

func TestVaultFails(t *testing.T) {
	s := vaulted(&safe{err: errors.New("denied")})
	_, err := s.Resolve(t.Context(), "secretsmanager/"+strings.Repeat("long", 100)+"#KEY")
	if err == nil || !strings.Contains(err.Error(), "denied") || !strings.Contains(err.Error(), "...#KEY") || len(err.Error()) > 200 {
		t.Errorf("got %v, want a short error that says denied and names the secret", err)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ text, err string }{
		{"sk-literal", ""},
		{"", ""},
		{"os.environ/NAME", ""},
		{"secretsmanager/prod/openai#KEY", ""},
		{"secretsmanager/prod", ""},
		{"secretsmanager/", "names no secret"},
		{"secretsmanager/#KEY", "names no secret"},
		{"secretsmanager/prod#", "names no key"},
		{"secretsmanager/prod!", "secretsmanager/prod!: want a name without a shout"},
		{"ssm/prod-key", "ssm/..."},
		{"aws_secret_manager/prod-key", "aws_secret_manager/..."},
		{"arn:aws:secretsmanager:eu-west-1:1:secret:prod-key", "arn:..."},
	} {
		s := &safe{}
		err := vaulted(s).Check(c.text)
		if (err == nil) != (c.err == "") || err != nil && (!strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "prod-key")) {
			t.Errorf("Check(%q): got %v, want %q", c.text, err, c.err)
		}
		if s.asked > 0 {
			t.Errorf("Check(%q) asked the vault", c.text)
		}
	}
}

// TestRefused: a provider's refusal has the deployment's own secrets fetched
// again, wherever the configuration names them, and never for a caller's key.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		ref   string
		call  map[string]string
		asked int
	}{
		{"secretsmanager/prod#OPENAI_API_KEY", nil, 2},
		{"os.environ/IN_FILE", nil, 2},
		{"os.environ/IN_PROCESS", nil, 2},
		{"secretsmanager/prod#OPENAI_API_KEY", map[string]string{"api_key": "the caller's"}, 1},
		{"sk-literal", nil, 1},
	} {
		s := &safe{value: object}
		kept, now := cached(s, 0)
		from := vaulted(s)
		from.Vaults["secretsmanager"] = kept
		cred := secret.Credential{Source: from, Refs: map[string]string{"api_key": c.ref}}
		for range 2 {
			if _, err := from.Resolve(t.Context(), "secretsmanager/prod"); err != nil {
				t.Fatal(err)
			}
			now.pass(time.Minute)
			cred.With(c.call).Refused()
		}
		if s.asked != c.asked {
			t.Errorf("%s with %v: got the vault asked %d times, want %d", c.ref, c.call, s.asked, c.asked)
		}
	}
}

// FuzzReference: no text panics, none that is not a reference is asked for, and
// what is resolved is never what a vault's error would hide.
func FuzzReference(f *testing.F) {
	for _, text := range []string{"secretsmanager/prod#KEY", "secretsmanager/", "ssm/x", "kms/AQ==", "os.environ/IN_FILE", "Bearer secretsmanager/a b", "arn:x", "#", "/"} {
		f.Add(text, object)
	}
	f.Fuzz(func(t *testing.T, text, kept string) {
		s := &safe{value: kept}
		from := vaulted(s)
		checked := from.Check(text)
		v, err := from.Resolve(t.Context(), text)
		if err == nil && v == "" && text != "" {
			t.Errorf("Resolve(%q) of %q: got nothing, want an error", text, kept)
		}
		if err != nil && v != "" {
			t.Errorf("Resolve(%q): got %q with the error %v", text, v, err)
		}
		if s.asked > 0 && !secret.Refers(text) && !strings.HasPrefix(text, "os.environ/") {
			t.Errorf("Resolve(%q) asked a vault for what is no reference", text)
		}
		if _, named := strings.CutPrefix(text, "secretsmanager/"); !named && s.asked == 0 && (checked == nil) != (err == nil) && !strings.HasPrefix(text, "os.environ/") {
			t.Errorf("Check(%q): got %v, but Resolve %v", text, checked, err)
		}
	})
}

// TestMembers: all that a secret has, as references to each would give it.
func TestMembers(t *testing.T) {
	got, err := secret.Members(`{"A":"sk-1\n","B":7,"C":null,"D":{"e":1}}`)
	if want := map[string]string{"A": "sk-1", "B": "7", "D": `{"e":1}`}; err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for _, text := range []string{"", "planted", `["planted"]`, `{"planted":`} {
		if got, err := secret.Members(text); err == nil || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: got %v, %v, want an error without it", text, got, err)
		}
	}
}
