package boot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/api/utils"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/price"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// prices knows deployments' models and what they cost: what the configuration
// says of one, else what the catalogue does.
type prices struct {
	catalogue price.Catalogue
	adjust    price.Adjustments
	own       map[string]terms // by deployment id
	// all is what is known of every model, read once: anybody may ask.
	all func() (map[string]utils.Facts, error)
}

// terms are what the configuration says of a deployment's prices.
type terms struct {
	prices    price.Prices // nil: none of its own
	baseModel string
	said      utils.Facts // of model_info
}

func newPrices(c *config.Config) (*prices, error) {
	p := &prices{own: map[string]terms{}}
	p.all = sync.OnceValues(p.every)
	for member, into := range map[*json.RawMessage]any{&c.Discounts: &p.adjust.Discounts, &c.Margins: &p.adjust.Margins} {
		if *member == nil {
			continue
		}
		if err := json.Unmarshal(*member, into); err != nil {
			return nil, fmt.Errorf("read cost_discount_config and cost_margin_config: %w", err)
		}
	}
	for _, m := range c.Models {
		t, err := termsOf(m)
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", m.Name, err)
		}
		p.own[m.ID] = t
	}
	return p, nil
}

// termsOf reads model_info and, over it, the prices of litellm_params.
func termsOf(m config.Model) (terms, error) {
	var t terms
	info, err := object(m.Info)
	if err != nil {
		return t, err
	}
	own, err := object(m.Prices)
	if err != nil {
		return t, err
	}
	t.baseModel, _ = info.Text("base_model")
	if v := m.Settings["base_model"]; v != "" {
		t.baseModel = v
	}
	t.said = facts(info)
	t.prices, err = price.ParsePrices(info.Merged(own).Bytes())
	return t, err
}

// facts are the members of a model_info, as model/info says them.
func facts(info raw.Object) utils.Facts {
	all := utils.Facts{}
	for name, v := range info.Without("id").All() {
		var n int64
		var value any
		d := json.NewDecoder(bytes.NewReader(v))
		d.UseNumber()
		switch {
		case !strings.Contains(name, "cost") && json.Unmarshal(v, &n) == nil:
			all[name] = n
		case d.Decode(&value) == nil && value != nil:
			all[name] = value
		}
	}
	return all
}

func object(v json.RawMessage) (raw.Object, error) {
	if v == nil {
		return raw.Object{}, nil
	}
	return raw.Parse(v)
}

// cost is attempt.Attempt's Price.
func (p *prices) cost(to *llm.Deployment, body raw.Object, u llm.Usage, took time.Duration) (int64, bool) {
	own := p.own[to.ID]
	call := price.Call{
		Model: to.Model, Provider: to.Provider, BaseModel: own.baseModel, Region: to.Settings["aws_region_name"],
		OwnBase: to.Base != "", Usage: u, Elapsed: took, Prices: own.prices, SearchContext: searchContext(body),
	}
	cost, err := p.catalogue.CompletionCost(call)
	if err != nil {
		return 0, false
	}
	return p.adjust.Apply(to.Provider, cost.Total()), true
}

// searchContext is how much of the web a request wants searched, which some
// vendors charge for.
func searchContext(body raw.Object) string {
	if !body.Has("web_search_options") {
		return ""
	}
	v, _ := body.Raw("web_search_options")
	o, err := raw.Parse(v)
	if err != nil {
		return ""
	}
	size, _ := o.Text("search_context_size")
	return size
}

// facts are what model/info says of a deployment, under LiteLLM's names. Prices
// are dollars.
func (p *prices) facts(to *llm.Deployment) utils.Facts {
	f := utils.Facts{}
	name := to.Model
	if base := p.own[to.ID].baseModel; base != "" {
		name, f["base_model"] = base, base
	}
	m, err := p.catalogue.Info(name, to.Provider)
	if err == nil {
		f["key"] = m.Name
	}
	if own := p.own[to.ID].prices; own != nil {
		m.Prices, m.Bands = own, nil
	}
	m.Provider = to.Provider
	maps.Copy(f, m.Members())
	maps.Copy(f, p.own[to.ID].said)
	return f
}

// every is what is known of every model. It reads the whole catalogue.
func (p *prices) every() (map[string]utils.Facts, error) {
	models, err := p.catalogue.All()
	if err != nil {
		return nil, err
	}
	all := make(map[string]utils.Facts, len(models))
	for name, m := range models {
		all[name] = m.Members()
	}
	return all, nil
}

// know is attempt.Attempt's Know.
func (p *prices) know(to *llm.Deployment) llm.Model {
	model := to.Model
	if base := p.own[to.ID].baseModel; base != "" {
		model = base
	}
	m, err := p.catalogue.Info(model, to.Provider)
	if err != nil && model != to.Model { // a base model may be another provider's
		m, err = p.catalogue.Info(model, "")
	}
	if err != nil {
		return llm.Model{}
	}
	return llm.Model{MaxInput: int(m.MaxInput), MaxOutput: int(m.MaxOutput)}
}
