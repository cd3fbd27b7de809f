package stack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/cloud"
	"github.com/tollgate-llm/tollgate/core/routes"
)

func secretsManager(operation string) cloud.Operation {
	return cloud.Operation{Service: cloud.Service{ID: "Secrets Manager", Host: "secretsmanager"}, Target: "secretsmanager." + operation}
}

// Variables are those of an environment that a configuration reads: the file's
// or, without one, the stack's. Those that are not set are left out.
func (s *Stack) Variables(file string, getenv func(name string) (string, bool)) (map[string]string, error) {
	bucket := map[string]string{"LITELLM_CONFIG_BUCKET_NAME": s.Bucket, "LITELLM_CONFIG_BUCKET_OBJECT_KEY": routes.ConfigKey}
	setup, _, err := all.Load(all.Options{ConfigPath: file, Store: s.store, Getenv: func(name string) (string, bool) {
		if v, ok := bucket[name]; ok {
			return v, true
		}
		return getenv(name)
	}})
	if setup == nil { // one with errors in it names variables all the same
		return nil, err
	}
	set := map[string]string{}
	for _, name := range setup.Variables() {
		if v, ok := getenv(name); ok && v != "" {
			set[name] = v
		}
	}
	return set, nil
}

// Variable is one that a configuration, or a provider of it, reads.
type Variable struct {
	Name string
	New  bool // the stack's secret has none of that name; else it has another value
}

// Secrets are what the stack's secret has, and what is to be put there.
type Secrets struct {
	Changed []Variable // by name
	Paths   []string   // variables that name a file of this machine, and so stay here

	kept   map[string]json.RawMessage
	values map[string]string
}

// Compare finds which of these variables the stack's secret has not, or has
// other values for.
func (s *Stack) Compare(ctx context.Context, variables map[string]string) (*Secrets, error) {
	var out struct{ SecretString string }
	if err := s.account.Ask(ctx, secretsManager("GetSecretValue"), map[string]any{"SecretId": s.Secret}, &out); err != nil {
		return nil, fmt.Errorf("read the stack's secret: %w", err)
	}
	c := &Secrets{values: variables}
	if json.Unmarshal([]byte(out.SecretString), &c.kept) != nil || c.kept == nil { // whose error would quote it
		return nil, errors.New("the stack's secret is no JSON object: other members could not be kept")
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		var there string
		v, ok := c.kept[name]
		switch {
		case own(name) || variables[name] == "":
		case name == "GOOGLE_APPLICATION_CREDENTIALS" && !strings.HasPrefix(strings.TrimSpace(variables[name]), "{"):
			c.Paths = append(c.Paths, name)
		case ok && json.Unmarshal(v, &there) == nil && there == variables[name]:
		default:
			c.Changed = append(c.Changed, Variable{name, !ok})
		}
	}
	return c, nil
}

// own reports whether a variable is Lambda's own: a function has its role's, and
// those of whoever deploys are nobody's business there.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func own(name string) bool {
	return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "LAMBDA_")
}

// Put writes what was changed into the stack's secret, beside what is there, and
// has every process read it.
func (s *Stack) Put(ctx context.Context, c *Secrets) error {
	members := maps.Clone(c.kept)
	for _, v := range c.Changed {
		text, err := json.Marshal(c.values[v.Name])
		if err != nil {
			return fmt.Errorf("write %s: %w", v.Name, err)
		}
		members[v.Name] = text
	}
	text, err := json.Marshal(members)
	if err != nil {
		return fmt.Errorf("write the stack's secret: %w", err)
	}
	var out struct{ VersionId string }
	in := map[string]any{"SecretId": s.Secret, "SecretString": string(text), "ClientRequestToken": rand.Text() + rand.Text()}
	if err := s.account.Ask(ctx, secretsManager("PutSecretValue"), in, &out); err != nil {
		return fmt.Errorf("write the stack's secret: %w", err)
	}
	return all.Renew(ctx, s.store, out.VersionId)
}
