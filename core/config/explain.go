package config

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/secret"
)

// Place is where a deployment's calls go, as the providers know it.
type Place struct {
	Provider string
	Model    string // the provider's name for it
	Base     string // "": not known
	KeyEnv   string // the variable read when the configuration names no key
}

// Line is one statement about a configuration. It holds no secret.
type Line struct {
	Subject string `json:"subject"` // a group, an alias, or "routing"
	Text    string `json:"text"`
}

// Explain says what a configuration does: each group with its deployments,
// then aliases, fallbacks and the rest. Place, which may be nil, tells where a
// deployment's calls go.
func Explain(c *Config, place func(Model) Place) []Line {
	if place == nil {
		place = written
	}
	mask := newMasker()
	var out []Line
	say := func(subject, format string, args ...any) {
		out = append(out, Line{subject, mask.mask(fmt.Sprintf(format, args...))})
	}
	var groups []string
	byGroup := map[string][]Model{}
	for _, m := range c.Models {
		if byGroup[m.Name] == nil {
			groups = append(groups, m.Name)
		}
		byGroup[m.Name] = append(byGroup[m.Name], m)
	}
	for i, g := range groups {
		if i == 0 && !strings.Contains(g, "*") {
			say(g, "is the default model")
		}
		for _, m := range byGroup[g] {
			say(g, "%s", deployment(m, place(m), share(m, byGroup[g])))
		}
	}
	for _, alias := range slices.Sorted(maps.Keys(c.ModelAlias)) {
		say(alias, "stands for %s", c.ModelAlias[alias])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Routing.GroupAlias)) {
		alias, hidden := c.Routing.GroupAlias[name], ""
		if alias.Hidden {
			hidden = ", and is not listed"
		}
		say(name, "stands for the group %s%s", alias.Model, hidden)
	}
	fallbacks := func(when string, by map[string][]string) {
		for _, g := range slices.Sorted(maps.Keys(by)) {
			say(g, "%s falls back to %s", when, strings.Join(by[g], ", then "))
		}
	}
	fallbacks("on failure", c.Routing.Fallbacks)
	fallbacks("on a context too long", c.Routing.ContextWindowFallbacks)
	fallbacks("on refused content", c.Routing.ContentPolicyFallbacks)
	if d := c.Routing.DefaultFallbacks; len(d) > 0 {
		say("*", "on failure falls back to %s", strings.Join(d, ", then "))
	}
	if s := settings(c); s != "" {
		say("routing", "%s", s)
	}
	for _, p := range c.PassThrough {
		say(p.Path, "%s", p.explain())
	}
	c.Access.explain(say)
	if c.Alerting != nil {
		say("alerts", "%s", c.Alerting.explain())
	}
	if j := c.JWT; j != nil {
		say("access", "%s", j.explain())
	}
	switch {
	case c.MasterKey == "":
		say("access", "no master key in the configuration")
	case strings.HasPrefix(c.MasterKey, envPrefix):
		say("access", "the master key is the environment variable %s", whence(c.MasterKey))
	case secret.Refers(c.MasterKey):
		say("access", "the master key is kept elsewhere: %s", whence(c.MasterKey))
	default:
		say("access", "the master key stands in the file")
	}
	return out
}

// written is a deployment's place as far as the configuration tells it.
func written(m Model) Place {
	provider, model, ok := strings.Cut(m.Model, "/")
	switch {
	case m.Provider != "":
		return Place{Provider: m.Provider, Model: strings.TrimPrefix(m.Model, m.Provider+"/")}
	case ok:
		return Place{Provider: provider, Model: model}
	}
	return Place{Model: m.Model}
}

func deployment(m Model, p Place, share string) string {
	parts := []string{"calls " + p.Model}
	if p.Provider != "" {
		parts[0] += " of " + p.Provider
	}
	if base := cmp.Or(m.APIBase, p.Base); base != "" {
		parts[0] += " at " + shown(base)
	}
	parts = append(parts, credentials(m, p)...)
	for _, key := range slices.Sorted(maps.Keys(m.Settings)) {
		parts = append(parts, key+"="+m.Settings[key])
	}
	for _, own := range []json.RawMessage{m.Params, m.Template, m.Prices} {
		parts = append(parts, rawMembers(own)...)
	}
	if len(m.Headers) > 0 {
		parts = append(parts, "headers "+strings.Join(slices.Sorted(maps.Keys(m.Headers)), " "))
	}
	if share != "" {
		parts = append(parts, share)
	}
	if m.Timeout > 0 {
		parts = append(parts, fmt.Sprintf("timeout %v", m.Timeout))
	}
	if m.StreamTimeout > 0 {
		parts = append(parts, fmt.Sprintf("stream timeout %v", m.StreamTimeout))
	}
	if m.NumRetries != nil {
		parts = append(parts, fmt.Sprintf("%d retries", *m.NumRetries))
	}
	if s := m.Budget.explain(); s != "" {
		parts = append(parts, "at most "+s)
	}
	if m.Mock != nil {
		parts = append(parts, "answers with its mock_response")
	}
	if len(m.Tags) > 0 {
		parts = append(parts, "tags "+strings.Join(m.Tags, " "))
	}
	return strings.Join(parts, "; ")
}

// credentials names what a deployment's secrets come from, never what they are.
func credentials(m Model, p Place) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(m.Secrets)) {
		out = append(out, name+" from "+whence(m.Secrets[name]))
	}
	if _, ok := m.Secrets["api_key"]; !ok && p.KeyEnv != "" {
		out = append(out, "api_key from "+p.KeyEnv)
	}
	return out
}

// whence is what a reference names, or where it is that a secret stands.
func whence(v string) string {
	switch {
	case isReference(v):
		return strings.TrimPrefix(v, envPrefix)
	case strings.HasPrefix(v, "kms/"):
		return "a ciphertext of KMS"
	}
	return "the file"
}

// share is a deployment's part of its group's calls, when they are not equal.
func share(m Model, group []Model) string {
	for _, by := range []func(Model) float64{
		func(m Model) float64 { return m.Weight },
		func(m Model) float64 { return float64(m.RPM) },
		func(m Model) float64 { return float64(m.TPM) },
	} {
		total := 0.0
		for _, other := range group {
			total += by(other)
		}
		if total > 0 && len(group) > 1 {
			return fmt.Sprintf("%.0f%% of the calls", 100*by(m)/total)
		}
	}
	return ""
}

// shown is a base without user, password and query.
func shown(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return "an address that cannot be read"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

func settings(c *Config) string {
	var parts []string
	r := c.Routing
	if r.NumRetries != nil {
		parts = append(parts, fmt.Sprintf("%d retries", *r.NumRetries))
	}
	if r.Timeout > 0 {
		parts = append(parts, fmt.Sprintf("timeout %v", r.Timeout))
	}
	if r.StreamTimeout > 0 {
		parts = append(parts, fmt.Sprintf("stream timeout %v", r.StreamTimeout))
	}
	if r.AllowedFails != nil {
		parts = append(parts, fmt.Sprintf("allowed_fails %d", *r.AllowedFails))
	}
	switch {
	case r.DisableCooldowns || r.CooldownTime != nil && *r.CooldownTime == 0:
		parts = append(parts, "no cooldowns")
	case r.CooldownTime != nil:
		parts = append(parts, fmt.Sprintf("cooldown of %v", *r.CooldownTime))
	}
	if c.DropParams {
		parts = append(parts, "parameters a provider does not take are dropped")
	}
	return strings.Join(parts, "; ")
}

// rawMembers lists a JSON object's members.
func rawMembers(object json.RawMessage) []string {
	d := json.NewDecoder(strings.NewReader(string(object)))
	d.UseNumber()
	var out []string
	if _, err := d.Token(); err != nil {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return out
		}
		var v json.RawMessage
		if d.Decode(&v) != nil {
			return out
		}
		out = append(out, fmt.Sprintf("%s=%s", key, v))
	}
	return out
}
