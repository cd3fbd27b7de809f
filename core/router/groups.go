// Package router finds a deployment for a call and tries others when it fails:
// fallback( retry( pick )), each an llm.Provider around the next. It knows
// models by the names of the configuration only; what a try is, and which
// vendor is called, is for the provider at the end of the chain.
package router

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Member is a deployment of a group, with its share and its own limits.
type Member struct {
	*llm.Deployment
	Weight float64 // share among the group's members; 0 counts as 1 when all are 0
	// AllowedFails and Cooldown replace the router's, unless nil; a Cooldown
	// of zero means that the deployment never rests.
	AllowedFails *int
	Cooldown     *time.Duration
	NumRetries   *int // replaces the router's after this deployment failed
}

// Group is a model as callers name it. A name with a "*" stands for all names
// that match; each "*" in a deployment's model is replaced by what it matched.
type Group struct {
	Name    string
	Members []Member
}

// Alias is another name for a group.
type Alias struct {
	Model  string
	Hidden bool // answers, but is not listed
}

// Groups are all models of a configuration. They do not change.
type Groups struct {
	Groups  []Group
	Aliases map[string]Alias
	// Infer names the provider of a model that no deployment spells out: one
	// that only a bare "*" matched. Its error is an *llm.Error.
	Infer func(model string) (provider, name string, err error)
}

// Default is the model of a call that names none: the first of the list.
func (g *Groups) Default() string {
	for _, group := range g.Groups {
		if !strings.Contains(group.Name, "*") {
			return group.Name
		}
	}
	return ""
}

// Names lists what a caller may ask for, in order, hidden aliases left out.
func (g *Groups) Names() []string {
	var names []string
	for _, group := range g.Groups {
		if group.Name != "*" { // which is not a name
			names = append(names, group.Name)
		}
	}
	for _, alias := range slices.Sorted(maps.Keys(g.Aliases)) {
		if !g.Aliases[alias].Hidden {
			names = append(names, alias)
		}
	}
	return names
}

// Resolve turns the name a caller used into a model's own: the default for "",
// the end of a chain of aliases, or the name itself. It returns an *llm.Error
// for a name that nothing answers to.
func (g *Groups) Resolve(name string) (string, error) {
	model := name
	if model == "" {
		model = g.Default()
	}
	if model == "" {
		return "", &llm.Error{Class: llm.BadRequestError, Param: "model", Message: "model is required"}
	}
	for range g.Aliases { // an alias may lead to another, but not in a circle
		a, ok := g.Aliases[model]
		if !ok {
			break
		}
		model = a.Model
	}
	if _, _, ok := g.match(model); !ok {
		return "", unknown(model)
	}
	return model, nil
}

// Owner is the provider of a model's first deployment.
func (g *Groups) Owner(name string) (provider string, ok bool) {
	d, err := g.First(name)
	if err != nil {
		return "", false
	}
	return d.Provider, true
}

// First is a model's first deployment, by the name that a caller uses.
func (g *Groups) First(name string) (*llm.Deployment, error) {
	model, err := g.Resolve(name)
	if err != nil {
		return nil, err
	}
	members, err := g.members(model)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, unknown(model)
	}
	return members[0].Deployment, nil
}

// match finds the group of a resolved name and what its "*" stands for. A
// group of that very name wins, then the longest pattern.
func (g *Groups) match(model string) (group *Group, star string, ok bool) {
	for i := range g.Groups {
		if g.Groups[i].Name == model {
			return &g.Groups[i], model, true
		}
	}
	for i := range g.Groups {
		before, after, isPattern := strings.Cut(g.Groups[i].Name, "*")
		fits := isPattern && len(model) >= len(before)+len(after) &&
			strings.HasPrefix(model, before) && strings.HasSuffix(model, after)
		if fits && (group == nil || len(g.Groups[i].Name) > len(group.Name)) {
			group, star, ok = &g.Groups[i], model[len(before):len(model)-len(after)], true
		}
	}
	return group, star, ok
}

// members returns the deployments of a resolved name, wildcards filled in.
func (g *Groups) members(model string) ([]Member, error) {
	group, star, ok := g.match(model)
	if !ok {
		return nil, unknown(model)
	}
	if !strings.Contains(group.Name, "*") {
		return group.Members, nil
	}
	filled := make([]Member, 0, len(group.Members))
	for _, m := range group.Members {
		d := *m.Deployment
		switch {
		case d.Provider == "":
			provider, name, err := g.Infer(star)
			if err != nil {
				return nil, err
			}
			d.Provider, d.Model = provider, name
		default:
			d.Model = strings.Replace(d.Model, "*", star, 1)
		}
		m.Deployment = &d
		filled = append(filled, m)
	}
	return filled, nil
}

// Deployments lists those with a model of their own: wildcards left out.
func (g *Groups) Deployments() []*llm.Deployment {
	var all []*llm.Deployment
	for _, group := range g.Groups {
		for _, m := range group.Members {
			if !strings.Contains(group.Name, "*") {
				all = append(all, m.Deployment)
			}
		}
	}
	return all
}

// All lists every deployment, in order.
func (g *Groups) All() []*llm.Deployment {
	var all []*llm.Deployment
	for _, group := range g.Groups {
		for _, m := range group.Members {
			all = append(all, m.Deployment)
		}
	}
	return all
}

// find returns the deployment of an id, wildcard ones left out.
func (g *Groups) find(id string) (Member, bool) {
	for _, group := range g.Groups {
		for _, m := range group.Members {
			if m.ID == id && !strings.Contains(group.Name, "*") {
				return m, true
			}
		}
	}
	return Member{}, false
}

func unknown(model string) *llm.Error {
	return &llm.Error{
		Class: llm.BadRequestError, Param: "model", Code: "model_not_found",
		Message: "Invalid model name passed in model=" + model + ". GET /v1/models lists the models of this gateway",
	}
}

// classOf is the class of any error: one of nobody's naming is our own fault.
func classOf(err error) llm.Class {
	var e *llm.Error
	if errors.As(err, &e) {
		return e.Class
	}
	return llm.InternalServerError
}

func wait(err error) time.Duration {
	var e *llm.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
