package boot

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/router"
	"github.com/tollgate-llm/tollgate/core/secret"
)

// newGroups makes the groups of a configuration, and says which deployments
// will not work.
func newGroups(c *config.Config, secrets secret.Source, vendors Providers) (*router.Groups, []string, error) {
	g := &router.Groups{
		Aliases: map[string]router.Alias{},
		Infer:   func(model string) (string, string, error) { return vendors.Infer(model, "", "") },
	}
	var warnings []string
	at := map[string]int{}
	for _, m := range c.Models {
		member, err := deployment(m, c, secrets)
		if err != nil {
			return nil, nil, fmt.Errorf("model %s: %w", m.Name, err)
		}
		if m.Model != "*" || m.Provider != "" { // else each request names its own
			member.Provider, member.Model, err = vendors.Infer(m.Model, m.Provider, m.APIBase)
			if err != nil {
				member.Provider, _, _ = strings.Cut(m.Model, "/")
				warnings = append(warnings, fmt.Sprintf("model %s: %s", m.Name, message(err)))
			} else if _, ok := vendors.Lookup(member.Provider); !ok {
				warnings = append(warnings, fmt.Sprintf("model %s: there is no provider %s", m.Name, member.Provider))
			}
		}
		i, ok := at[m.Name]
		if !ok {
			i = len(g.Groups)
			at[m.Name] = i
			g.Groups = append(g.Groups, router.Group{Name: m.Name})
		}
		g.Groups[i].Members = append(g.Groups[i].Members, member)
	}
	for i := range g.Groups {
		weigh(g.Groups[i].Members, modelsOf(c, g.Groups[i].Name))
	}
	for alias, model := range c.ModelAlias {
		g.Aliases[alias] = router.Alias{Model: model, Hidden: true}
	}
	for alias, a := range c.Routing.GroupAlias {
		g.Aliases[alias] = router.Alias{Model: a.Model, Hidden: a.Hidden}
	}
	return g, warnings, nil
}

func modelsOf(c *config.Config, group string) []config.Model {
	var models []config.Model
	for _, m := range c.Models {
		if m.Name == group {
			models = append(models, m)
		}
	}
	return models
}

// weigh gives members their shares: by weight if any has one, else by rpm,
// else by tpm, else alike.
func weigh(members []router.Member, models []config.Model) {
	for _, share := range []func(config.Model) float64{
		func(m config.Model) float64 { return m.Weight },
		func(m config.Model) float64 { return float64(m.RPM) },
		func(m config.Model) float64 { return float64(m.TPM) },
	} {
		sum := 0.0
		for i, m := range models {
			members[i].Weight = share(m)
			sum += members[i].Weight
		}
		if sum > 0 {
			return
		}
	}
}

func deployment(m config.Model, c *config.Config, secrets secret.Source) (router.Member, error) {
	d := &llm.Deployment{
		ID: m.ID, Group: m.Name, Model: m.Model, Base: m.APIBase,
		Credential: secret.Credential{Source: secrets, Refs: m.Secrets},
		Settings:   settings(m, c), DropParams: m.DropParams,
		Timeout: m.Timeout, StreamTimeout: m.StreamTimeout, Mock: m.Mock,
	}
	if d.DropParams == nil && c.DropParams {
		d.DropParams = &c.DropParams
	}
	if len(m.Headers) > 0 {
		d.Headers = http.Header{}
		for name, v := range m.Headers {
			d.Headers.Set(name, v)
		}
	}
	if m.Params != nil {
		params, err := raw.Parse(m.Params)
		if err != nil {
			return router.Member{}, err
		}
		d.Params = params
	}
	d.Info = info(m.Info)
	d.Limits.Parallel = m.Parallel
	if c.Routing.EnforceLimits {
		d.Limits.RPM, d.Limits.TPM = m.RPM, m.TPM
	}
	return router.Member{Deployment: d, AllowedFails: m.AllowedFails, Cooldown: m.CooldownTime, NumRetries: m.NumRetries}, nil
}

// settings are a deployment's own, and how prompts are written for models that
// take text.
func settings(m config.Model, c *config.Config) map[string]string {
	template := m.Template
	if template == nil {
		template = c.Prompts[m.Model]
	}
	if _, bare, ok := strings.Cut(m.Model, "/"); ok && template == nil {
		template = c.Prompts[bare]
	}
	if template == nil && !c.ToolPrompt {
		return m.Settings
	}
	all := maps.Clone(m.Settings)
	if all == nil {
		all = map[string]string{}
	}
	if template != nil {
		all["prompt_template"] = string(template)
	}
	if c.ToolPrompt {
		all["add_function_to_prompt"] = "true"
	}
	return all
}

// info reads the limits of a model_info; what it does not say is unknown.
func info(v json.RawMessage) llm.Model {
	var i struct {
		MaxInput  json.Number `json:"max_input_tokens"`
		MaxOutput json.Number `json:"max_output_tokens"`
	}
	if json.Unmarshal(v, &i) != nil {
		return llm.Model{}
	}
	in, _ := i.MaxInput.Int64() // not an integer: unknown
	out, _ := i.MaxOutput.Int64()
	return llm.Model{MaxInput: int(in), MaxOutput: int(out)}
}

func message(err error) string {
	if e, ok := err.(*llm.Error); ok {
		return e.Message
	}
	return err.Error()
}

// NewID is a request's id: 128 random bits in hex.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand.Read
	return hex.EncodeToString(b[:])
}
