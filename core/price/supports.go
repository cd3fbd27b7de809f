package price

import "strings"

// Supports reports whether a model can do something: LiteLLM's supports_*
// functions. What is not said of the provider's model is looked up for the
// bare name, then for all models of the provider; what nobody says is false.
// The provider may be "", as in Info.
func (c *Catalogue) Supports(model, provider string, what Capability) bool {
	m := c.find(place{model: model, provider: provider})
	if m != nil {
		if says, ok := m.Supports[what]; ok {
			return says
		}
		provider = m.Provider
	} else if provider == "" {
		provider, _, _ = strings.Cut(model, "/")
	}
	if bare := c.row(strings.TrimPrefix(model, provider+"/")); bare != nil && m != nil && bare.Supports[what] {
		return true
	}
	return c.vendor(provider).Supports[what]
}

// MaxTokens is the most tokens that a model answers with (get_max_tokens), or
// those of prompt and answer together where nothing else is known; 0 if not
// even that. The error wraps ErrUnknownModel.
func (c *Catalogue) MaxTokens(model, provider string) (int64, error) {
	m, err := c.Info(model, provider)
	if err != nil {
		return 0, err
	}
	if m.MaxOutput > 0 {
		return m.MaxOutput, nil
	}
	return m.MaxTokens, nil
}
