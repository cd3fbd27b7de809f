// Package secret turns references of the configuration into the secrets they
// name, at the moment they are used, so that a secret may rotate.
//
// A reference it does not understand is an error, never a value: otherwise
// "kms/prod-key" would be sent to a provider as if it were a key.
package secret

import (
	"fmt"
	"strings"
)

// envPrefix starts a reference to an environment variable.
const envPrefix = "os.environ/"

// Source looks references up. Its zero value knows no variable.
type Source struct {
	Getenv func(name string) (string, bool) // the process environment: os.LookupEnv
	Map    map[string]string                // environment_variables of the configuration, asked second
}

// Env finds an environment variable: "" when it is not set, or set to "". A
// value of Map may itself be a reference, to the process environment only.
func (s Source) Env(name string) (string, error) {
	if v := s.process(name); v != "" {
		return v, nil
	}
	v := s.Map[name]
	if again, ok := strings.CutPrefix(v, envPrefix); ok {
		return s.process(again), nil
	}
	if err := refuse(v); err != nil {
		return "", err
	}
	return v, nil
}

func (s Source) process(name string) string {
	if s.Getenv == nil {
		return ""
	}
	v, _ := s.Getenv(name)
	return v
}

// Resolve gives what a reference names, or a literal as it is. A variable that
// is not set is an error that names it: whoever named one key did not mean
// another one that happens to be there.
func (s Source) Resolve(ref string) (string, error) {
	name, ok := strings.CutPrefix(ref, envPrefix)
	if !ok {
		if err := refuse(ref); err != nil {
			return "", err
		}
		return ref, nil
	}
	v, err := s.Env(name)
	if err == nil && v == "" {
		err = fmt.Errorf("environment variable %s is not set", name)
	}
	return v, err
}

// Expand resolves a text that is a reference or has one in it, as headers do:
// "Bearer os.environ/NAME". The name ends where it can be no variable's.
func (s Source) Expand(text string) (string, error) {
	before, rest, ok := strings.Cut(text, envPrefix)
	if !ok {
		return s.Resolve(text)
	}
	end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		end = len(rest)
	}
	v, err := s.Resolve(envPrefix + rest[:end])
	return before + v + rest[end:], err
}

// schemes are the ways LiteLLM and others name a secret that is kept
// elsewhere. They come with the deployments that have such a place.
var schemes = [...]string{
	"arn:", "aws_kms/", "aws_secret_manager/", "aws_secretmanager/", "aws_secretsmanager/", "azure_key_vault/",
	"cyberark/", "file/", "google_kms/", "google_secret_manager/", "hashicorp_vault/", "kms/", "oidc/",
	"secretsmanager/", "ssm/", "vault/",
}

// refuse is an error for a reference of a scheme that is not supported. It
// names the scheme and not the rest, which may be a key after all.
func refuse(ref string) error {
	for _, s := range schemes {
		if strings.HasPrefix(ref, s) {
			return fmt.Errorf("secret references of the form %s... are not supported in this version: use %sNAME", s, envPrefix)
		}
	}
	return nil
}
