package utils

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Public answers what anybody may know. All fields are required.
type Public struct {
	Names  func() []string                  // of the providers
	Models func() (map[string]Facts, error) // what is known of each, by its name
}

// Providers answers LiteLLM's GET /public/providers.
func (p *Public) Providers(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	return w.Value(p.Names())
}

// CostMap answers LiteLLM's GET /public/litellm_model_cost_map: the price file.
func (p *Public) CostMap(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	all, err := p.Models()
	if err != nil {
		return err
	}
	return w.Value(all)
}
