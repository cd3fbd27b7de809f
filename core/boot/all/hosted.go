package all

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/secret"
)

// hostedTime is how long a vault may take for the variables that a start asks it
// for. Lambda gives an environment ten seconds to start.
const hostedTime = 4 * time.Second

// hosted are variables that are kept in a vault, for those that the environment
// has not. Credentials are references to them, which are followed when they are
// used; what is no credential is what it was at the start.
type hosted struct {
	refs   map[string]string
	values map[string]string
	err    error // why some could not be read
}

// primary are the members of the one secret that has them all; as they were when
// they were read last, if they cannot be read now.
func (s *Setup) primary(ctx context.Context, scheme, name string) hosted {
	ctx, cancel := context.WithTimeout(ctx, hostedTime)
	defer cancel()
	ref := scheme + "/" + name
	if err := (secret.Source{Vaults: s.shared.vaults}).Check(ref); err != nil {
		return hosted{err: err}
	}
	text, fault := s.shared.vaults[scheme].Fresh(ctx, name)
	err := fault
	if fault != nil {
		text, err = s.shared.vaults[scheme].Secret(ctx, name)
	}
	var members map[string]string
	if err == nil {
		members, err = secret.Members(text)
	}
	if err != nil {
		return hosted{err: fmt.Errorf("read secret %s: %w", ref, err)}
	}
	h := hosted{refs: map[string]string{}, values: members}
	if fault != nil {
		h.err = fmt.Errorf("read secret %s again: %w", ref, fault)
	}
	for member := range members {
		h.refs[member] = ref + "#" + member
	}
	return h
}

// each are variables that have a secret each, of their name.
func (s *Setup) each(ctx context.Context, scheme string, names []string) hosted {
	ctx, cancel := context.WithTimeout(ctx, hostedTime)
	defer cancel()
	h := hosted{refs: map[string]string{}, values: map[string]string{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			ref := scheme + "/" + name
			v, err := secret.Source{Vaults: s.shared.vaults}.Resolve(ctx, ref)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				h.err = err
				return
			}
			h.refs[name], h.values[name] = ref, v
		})
	}
	all.Wait()
	return h
}

// schemeOf is how references begin that one of LiteLLM's systems follows.
func schemeOf(system string) string {
	if system == "aws_secret_manager" {
		return "secretsmanager"
	}
	return system
}

// manage is a config.Options' Hosted.
func (s *Setup) manage(ctx context.Context, k config.Keys, named []string) map[string]string {
	scheme := schemeOf(k.System)
	var found hosted
	switch {
	case k.Primary != "":
		found = s.primary(ctx, scheme, k.Primary)
		if k.Hosted != nil {
			other := func(name, _ string) bool { return !slices.Contains(k.Hosted, name) }
			maps.DeleteFunc(found.refs, other)
			maps.DeleteFunc(found.values, other)
		}
	default:
		names := k.Hosted
		if names == nil {
			names = named
		}
		missing := func(name string) bool { return s.process(name) != "" || s.hosted.refs[name] != "" }
		found = s.each(ctx, scheme, slices.DeleteFunc(slices.Clone(names), missing))
	}
	s.hosted = s.hosted.and(found)
	return found.values
}

// and are these variables and, behind them, others.
func (h hosted) and(others hosted) hosted {
	both := hosted{refs: maps.Clone(others.refs), values: maps.Clone(others.values), err: h.err}
	if both.refs == nil {
		both.refs, both.values = map[string]string{}, map[string]string{}
	}
	if both.err == nil {
		both.err = others.err
	}
	maps.Copy(both.refs, h.refs)
	maps.Copy(both.values, h.values)
	return both
}

// process is a variable of the process; "" when it is not set.
func (s *Setup) process(name string) string {
	v, _ := s.options.Getenv(name)
	return v
}

// getenv is os.LookupEnv with references to what a vault has for it.
func (s *Setup) getenv(name string) (string, bool) {
	if v, ok := s.options.Getenv(name); ok && v != "" {
		return v, true
	}
	v, ok := s.hosted.refs[name]
	return v, ok
}

// value is getenv for what is no credential: what the vault had at the start.
func (s *Setup) value(name string) (string, bool) {
	if v, ok := s.options.Getenv(name); ok && v != "" {
		return v, true
	}
	v, ok := s.hosted.values[name]
	return v, ok
}
