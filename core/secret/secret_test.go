package secret_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/secret"
)

var _ llm.Credential = secret.Credential{}

func source(env map[string]string) secret.Source {
	return secret.Source{
		Getenv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		Map: map[string]string{
			"BOTH":      "from the file",
			"FILE_ONLY": "from the file",
			"EMPTY_ENV": "from the file",
			"NAMED":     "os.environ/OTHER",
			"LOOP":      "os.environ/LOOP",
			"VAULTED":   "ssm/prod",
		},
	}
}

func TestResolve(t *testing.T) {
	s := source(map[string]string{"BOTH": "from the process", "OTHER": "another", "EMPTY_ENV": ""})
	for _, c := range []struct{ ref, want, err string }{
		{"sk-literal", "sk-literal", ""},
		{"", "", ""},
		{"a/literal/with/slashes", "a/literal/with/slashes", ""},
		{"os.environ/BOTH", "from the process", ""},
		{"os.environ/FILE_ONLY", "from the file", ""},
		{"os.environ/EMPTY_ENV", "from the file", ""},
		{"os.environ/NAMED", "another", ""},
		{"os.environ/LOOP", "", "environment variable LOOP is not set"},
		{"os.environ/NONE", "", "environment variable NONE is not set"},
		{"os.environ/VAULTED", "", "ssm/..."},
		{"aws_secretsmanager/prod-key", "", "aws_secretsmanager/..."},
		{"secretsmanager/prod-key", "", "secretsmanager/..."},
		{"ssm/prod-key", "", "ssm/..."},
		{"kms/prod-key", "", "kms/..."},
		{"oidc/google/prod-key", "", "oidc/..."},
		{"arn:aws:secretsmanager:eu-west-1:1:secret:prod-key", "", "arn:..."},
	} {
		got, err := s.Resolve(t.Context(), c.ref)
		if c.err == "" && (err != nil || got != c.want) {
			t.Errorf("Resolve(%q): got %q, %v, want %q", c.ref, got, err, c.want)
		}
		if c.err == "" {
			continue
		}
		if err == nil || got != "" || !strings.Contains(err.Error(), c.err) {
			t.Errorf("Resolve(%q): got %q, %v, want an error with %q", c.ref, got, err, c.err)
		} else if strings.Contains(err.Error(), "prod-key") {
			t.Errorf("Resolve(%q): the error %q tells the secret's name", c.ref, err)
		}
	}
}

func TestZeroSource(t *testing.T) {
	if v, err := (secret.Source{}).Env(t.Context(), "HOME"); v != "" || err != nil {
		t.Errorf("Env: got %q, %v, want nothing", v, err)
	}
}

// TestPriority asks as a provider does: for the parameter, and when it has no
// value for the variable.
func TestPriority(t *testing.T) {
	s := source(map[string]string{"KEY": "environment", "CONFIGURED": "configuration"})
	for _, c := range []struct {
		name string
		cred secret.Credential
		want string
	}{
		{"call", secret.Credential{Source: s, Refs: map[string]string{"api_key": "os.environ/CONFIGURED"}}.With(map[string]string{"api_key": "call"}), "call"},
		{"configuration", secret.Credential{Source: s, Refs: map[string]string{"api_key": "os.environ/CONFIGURED"}}, "configuration"},
		{"environment", secret.Credential{Source: s}, "environment"},
		{"empty call", secret.Credential{Source: s, Refs: map[string]string{"api_key": "literal"}}.With(map[string]string{"api_key": ""}), "literal"},
		{"a caller's reference is not followed", secret.Credential{Source: s}.With(map[string]string{"api_key": "os.environ/KEY"}), "os.environ/KEY"},
	} {
		got, err := c.cred.Value(t.Context(), "api_key")
		if got == "" && err == nil {
			got, err = c.cred.Value(t.Context(), "KEY")
		}
		if got != c.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestValueOfAReferenceThatLeadsNowhere(t *testing.T) {
	c := secret.Credential{Source: source(map[string]string{"KEY": "another account's"}), Refs: map[string]string{"api_key": "os.environ/GONE"}}
	if got, err := c.Value(t.Context(), "api_key"); err == nil || got != "" {
		t.Errorf("Value: got %q, %v, want an error", got, err)
	}
}

func TestWithLeavesTheDeploymentAlone(t *testing.T) {
	c := secret.Credential{}
	c.With(map[string]string{"api_key": "call"})
	if got, err := c.Value(t.Context(), "api_key"); got != "" || err != nil {
		t.Errorf("Value: got %q, %v, want nothing", got, err)
	}
}

func TestExpand(t *testing.T) {
	s := source(map[string]string{"OTHER": "another"})
	for _, c := range []struct{ text, want, err string }{
		{"Bearer os.environ/OTHER", "Bearer another", ""},
		{"os.environ/FILE_ONLY", "from the file", ""},
		{"token=os.environ/OTHER;v=1", "token=another;v=1", ""},
		{"application/json", "application/json", ""},
		{"ssm/prod", "", "not supported"},
		{"Bearer os.environ/NOBODY", "", "NOBODY is not set"},
	} {
		got, err := s.Expand(t.Context(), c.text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("Expand(%q): got %v, want an error with %q", c.text, err, c.err)
			}
			continue
		}
		if got != c.want || err != nil {
			t.Errorf("Expand(%q): got %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}
