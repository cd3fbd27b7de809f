// Package secret turns references of the configuration into the secrets they
// name, at the moment they are used, so that a secret may rotate.
//
// A reference it does not understand is an error, never a value: otherwise
// "kms/prod-key" would be sent to a provider as if it were a key.
package secret

import (
	"context"
	"fmt"
	"strings"
)

// envPrefix starts a reference to an environment variable.
const envPrefix = "os.environ/"

// Source looks references up. Its zero value knows no variable and no vault.
type Source struct {
	Getenv func(name string) (string, bool) // the process environment: os.LookupEnv
	Map    map[string]string                // environment_variables of the configuration, asked second
	Vaults map[string]*Cache                // by the scheme of their references: "secretsmanager"
}

// Env finds an environment variable: "" when it is not set, or set to "". A
// value may itself be a reference into a vault and, in Map, one to the process
// environment.
func (s Source) Env(ctx context.Context, name string) (string, error) {
	v := s.Written(name)
	r, ok := refers(v)
	if !ok || s.Vaults[r.scheme] == nil && s.process(name) != "" { // the process may have "file/..." for a value
		return v, nil
	}
	return s.fetch(ctx, r)
}

// Written is an environment variable as it stands, without asking a vault: a
// value, or the reference that leads to it.
func (s Source) Written(name string) string {
	if v := s.process(name); v != "" {
		return v
	}
	v := s.Map[name]
	if again, ok := strings.CutPrefix(v, envPrefix); ok {
		return s.process(again)
	}
	return v
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
func (s Source) Resolve(ctx context.Context, ref string) (string, error) {
	name, ok := strings.CutPrefix(ref, envPrefix)
	if !ok {
		if r, ok := refers(ref); ok {
			return s.fetch(ctx, r)
		}
		if err := refuseARN(ref); err != nil {
			return "", err
		}
		return ref, nil
	}
	v, err := s.Env(ctx, name)
	if err == nil && v == "" {
		err = fmt.Errorf("environment variable %s is not set", name)
	}
	return v, err
}

// Expand resolves a text that is a reference or has one to a variable in it, as
// headers do: "Bearer os.environ/NAME". The name ends where it can be no
// variable's. A reference into a vault stands alone, or behind "Bearer " or
// another single word, for its name may go on to the end.
func (s Source) Expand(ctx context.Context, text string) (string, error) {
	before, rest, ok := strings.Cut(text, envPrefix)
	if !ok {
		if word, ref, ok := strings.Cut(text, " "); ok && Refers(ref) {
			v, err := s.Resolve(ctx, ref)
			return word + " " + v, err
		}
		return s.Resolve(ctx, text)
	}
	end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		end = len(rest)
	}
	v, err := s.Resolve(ctx, envPrefix+rest[:end])
	return before + v + rest[end:], err
}

// Stale has what a reference names fetched again before it is used next, if it
// is in a vault that was not asked for it within the last minute.
func (s Source) Stale(ref string) {
	if name, ok := strings.CutPrefix(ref, envPrefix); ok {
		ref = s.Written(name)
	}
	r, _ := refers(ref)
	if vault := s.Vaults[r.scheme]; vault != nil {
		vault.Stale(r.name)
	}
}
