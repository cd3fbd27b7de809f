package all

import (
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/secret"
	"github.com/tollgate-llm/tollgate/providers"
)

// Line is one statement about a configuration.
type Line = config.Line

// Explain says what the configuration does, without a secret and without a
// call to anybody.
func (s *Setup) Explain() []Line {
	return config.Explain(s.config, func(m config.Model) config.Place {
		d := s.deployment(m)
		if d.Provider == "" && m.Model == "*" {
			d.Model = "whichever model the request names"
		}
		return config.Place{Provider: d.Provider, Model: d.Model, Base: d.Base, KeyEnv: strings.Join(d.Key, " or ")}
	})
}

// Deployment is where the calls of one deployment go, and with what key.
type Deployment struct {
	ID       string
	Group    string
	Provider string   // "" when it is not known, or told by each request
	Model    string   // the provider's name for it
	Base     string   // "" when it is not known
	Key      []string // the variable of the environment that holds its key or, when Lacks, those that may
	Lacks    bool     // it has no key and needs one
}

// Deployments lists all of them, in the configuration's order.
func (s *Setup) Deployments() []Deployment {
	var all []Deployment
	for _, m := range s.config.Models {
		all = append(all, s.deployment(m))
	}
	return all
}

func (s *Setup) deployment(m config.Model) Deployment {
	d := Deployment{ID: m.ID, Group: m.Name, Model: m.Model, Base: m.APIBase}
	if m.Model == "*" && m.Provider == "" {
		return d
	}
	provider, model, err := providers.Infer(m.Model, m.Provider, m.APIBase)
	if err != nil { // Open warns of it
		return d
	}
	d.Provider, d.Model = provider, model
	info, _ := providers.Describe(provider)
	if d.Base == "" && provider != providers.Demo { // which has no address
		if !strings.Contains(info.Base, "{") { // else it depends on more than a base
			d.Base = info.Base
		}
		if name := s.firstSet(info.BaseEnv); name != "" {
			d.Base = s.env(name)
		}
	}
	switch name := s.firstSet(info.KeyEnv); {
	case len(m.Secrets) > 0: // its own; a reference that leads nowhere is a Problem
	case name != "":
		d.Key = []string{name}
	case info.NoKey, m.APIBase != "" && info.Base != "": // an address of one's own may need none
	default:
		d.Key, d.Lacks = info.KeyEnv, true
	}
	return d
}

// Variables lists those that the configuration reads, each once: those that it
// names, and those that the providers of its models read when it names none.
func (s *Setup) Variables() []string {
	names := slices.Clone(s.config.Named)
	for _, d := range s.Deployments() {
		info, _ := providers.Describe(d.Provider)
		names = slices.Concat(names, info.KeyEnv, info.BaseEnv)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Found is a variable that makes a provider usable.
type Found struct{ Provider, Variable string }

// Ready lists the providers that the environment alone is enough to use.
func (s *Setup) Ready() []Found {
	var found []Found
	for _, name := range providers.Ready(s.env) {
		if info, _ := providers.Describe(name); name != providers.Demo {
			found = append(found, Found{name, s.firstSet(slices.Concat(info.KeyEnv, info.BaseEnv))})
		}
	}
	return found
}

func (s *Setup) firstSet(names []string) string {
	for _, name := range names {
		if s.env(name) != "" {
			return name
		}
	}
	return ""
}

// env is a variable of the process or, behind it, of the configuration.
func (s *Setup) env(name string) string {
	return secret.Source{Getenv: s.getenv, Map: s.config.Env}.Written(name)
}
