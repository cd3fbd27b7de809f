package price

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ModelsByProvider lists the models of a provider, or of all if it is "", in
// alphabetical order and by the names they have in the catalogue. It reads all
// of the catalogue: not for the way of a request.
func (c *Catalogue) ModelsByProvider(provider string) ([]string, error) {
	byName, err := c.all()
	if err != nil {
		return nil, err
	}
	var names []string
	for name, of := range byName {
		if provider == "" || of == provider {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// all gives the provider of each model.
func (c *Catalogue) all() (map[string]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open()
	providers := map[string]string{}
	for line, err := range c.file.All() {
		if err != nil {
			return nil, fmt.Errorf("list models: %w", err)
		}
		var m struct{ Name, Provider string }
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, fmt.Errorf("list models: %w", err)
		}
		if m.Provider != "" {
			providers[m.Name] = m.Provider
		}
	}
	for name, m := range c.models {
		providers[name] = m.Provider
	}
	return providers, nil
}

// ValidModels lists the models of those providers whose key is set, in
// alphabetical order (get_valid_models). getenv is like os.Getenv; keys gives
// the variables of a provider, of which one is enough.
func (c *Catalogue) ValidModels(getenv func(string) string, keys func(provider string) []string) ([]string, error) {
	byName, err := c.all()
	if err != nil {
		return nil, err
	}
	set := func(variable string) bool { return getenv(variable) != "" }
	ready := map[string]bool{}
	var names []string
	for name, provider := range byName {
		if _, known := ready[provider]; !known {
			ready[provider] = slices.ContainsFunc(keys(provider), set)
		}
		if ready[provider] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Environment is what ValidateEnvironment found. Its JSON is LiteLLM's.
type Environment struct {
	KeysInEnvironment bool     `json:"keys_in_environment"`
	MissingKeys       []string `json:"missing_keys"`
}

// ValidateEnvironment says whether the environment has a key for a model's
// provider, and if not, which variables it could be in. getenv and keys are as
// for ValidModels. A provider without keys needs none. The error wraps
// ErrUnknownModel when the name says no provider.
func (c *Catalogue) ValidateEnvironment(model string, getenv func(string) string, keys func(provider string) []string) (Environment, error) {
	var provider string
	if m := c.find(place{model: model}); m != nil {
		provider = m.Provider
	}
	if prefix, _, ok := strings.Cut(model, "/"); ok && (provider == "" || len(keys(prefix)) > 0) {
		provider = prefix
	}
	if provider == "" {
		return Environment{}, unknown(model, "")
	}
	variables := keys(provider)
	for _, variable := range variables {
		if getenv(variable) != "" {
			return Environment{KeysInEnvironment: true, MissingKeys: []string{}}, nil
		}
	}
	return Environment{KeysInEnvironment: len(variables) == 0, MissingKeys: append([]string{}, variables...)}, nil
}
