package secret

import (
	"context"
	"strings"
)

// Credential gives one deployment its secrets; it is an llm.Credential. What
// the caller sent with the request counts before the configuration, and that
// before the environment, which a provider asks for under the variable's name
// when the parameter has no value.
type Credential struct {
	Source Source
	Refs   map[string]string // references or literals of the configuration, by parameter
	Call   map[string]string // what the caller sent, by parameter: values, never references
}

// With is the credential for one call, with the values its caller sent. They
// are taken literally: a caller who sends os.environ/NAME learns nothing.
func (c Credential) With(call map[string]string) Credential {
	c.Call = call
	return c
}

// Value gives the secret of a parameter ("api_key") or, for a name in
// capitals, of an environment variable ("OPENAI_API_KEY"). One that is not
// configured is "" without an error; a reference that leads nowhere is an
// error.
func (c Credential) Value(ctx context.Context, name string) (string, error) {
	if name == strings.ToUpper(name) {
		return c.Source.Env(ctx, name)
	}
	if v := c.Call[name]; v != "" {
		return v, nil
	}
	if ref := c.Refs[name]; ref != "" {
		return c.Source.Resolve(ctx, ref)
	}
	return "", nil
}

// Refused is told that a provider did not take the credential: the secrets of
// the configuration may have been changed where they are kept. What a caller
// brought is the caller's to change.
func (c Credential) Refused() {
	if len(c.Call) > 0 {
		return
	}
	for _, ref := range c.Refs {
		c.Source.Stale(ref)
	}
}
