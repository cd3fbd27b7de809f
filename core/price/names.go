package price

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Info finds what is known of a model, by LiteLLM's order of names. The
// provider may be "" when the model's name says it (groq/llama-3.1-8b-instant)
// or only one provider has such a model (gpt-4o). The error wraps
// ErrUnknownModel. The maps and slices of the result must not be changed.
func (c *Catalogue) Info(model, provider string) (Model, error) {
	if m := c.find(place{model: model, provider: provider}); m != nil {
		return *m, nil
	}
	return Model{}, unknown(model, provider)
}

func unknown(model, provider string) error {
	if provider != "" && !strings.HasPrefix(model, provider+"/") {
		model = provider + "/" + model
	}
	return fmt.Errorf("%w: %s", ErrUnknownModel, model)
}

// place is a model and where it runs.
type place struct {
	model, provider, region string
	own                     bool // at an address of the operator's own
}

// maxFound is how many answers of find are kept: callers may make names up.
const maxFound = 4096

// find returns the model at a place, or nil if it is unknown. Every call asks
// for the same few, so an answer is kept.
func (c *Catalogue) find(at place) *Model {
	c.mu.Lock()
	m, ok := c.found[at]
	version := c.version
	c.mu.Unlock()
	if ok {
		return m
	}
	m = c.look(at)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version == version {
		if c.found == nil || len(c.found) >= maxFound {
			c.found = map[place]*Model{}
		}
		c.found[at] = m
	}
	return m
}

// look looks a model up. In order:
//
//  1. provider/region/model, provider/model
//  2. the bare name, if it is the provider's model
//  3. both without a version, route or region in the name
//  4. the provider's other forms of a name, and its renamed models
//  5. its price for models of that size, and for any model
func (c *Catalogue) look(at place) *Model {
	model, provider := at.model, at.provider
	if provider == "" {
		if m := c.row(model); m != nil {
			return m
		}
		first, rest, ok := strings.Cut(model, "/")
		if !ok {
			if stripped := new(vendor).stripped(model); stripped != model {
				return c.row(stripped)
			}
			return nil
		}
		provider, model = first, rest
	}
	model = strings.TrimPrefix(model, provider+"/")
	v := c.vendor(provider)
	names := []string{provider + "/" + model, model}
	if at.region != "" {
		names = append([]string{provider + "/" + at.region + "/" + model}, names...)
	}
	if stripped := v.stripped(model); stripped != model {
		names = append(names, provider+"/"+stripped, stripped)
	}
	for _, pattern := range v.Also {
		names = append(names, strings.ReplaceAll(pattern, "*", model))
	}
	for _, prefix := range slices.Sorted(maps.Keys(v.Aliases)) {
		if name := v.Aliases[prefix]; strings.HasPrefix(model, prefix) {
			names = append(names, provider+"/"+name, name)
		}
	}
	for _, name := range names {
		if m := c.row(name); m != nil && (m.Provider == provider || v.borrows(m.Provider)) {
			return m
		}
	}
	if row := v.sized(model); row != "" {
		return c.row(row)
	}
	if v.Unlisted == always || v.Unlisted == atOwn && at.own {
		return &Model{Name: provider + "/" + model, Provider: provider, Prices: v.Prices}
	}
	return nil
}

// borrows reports whether a provider's models are known by another's.
func (v *vendor) borrows(provider string) bool {
	for _, name := range v.Borrows {
		if name == provider || name == "*" {
			return true
		}
	}
	return false
}
