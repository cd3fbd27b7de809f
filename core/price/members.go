package price

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// All gives every model by the name that the catalogue has for it. It reads all
// of the catalogue: not for the way of a request.
func (c *Catalogue) All() (map[string]Model, error) {
	names, err := c.ModelsByProvider("")
	if err != nil {
		return nil, err
	}
	all := make(map[string]Model, len(names))
	for _, name := range names {
		m, err := c.Info(name, "")
		if err != nil {
			return nil, err
		}
		all[name] = m
	}
	return all, nil
}

// Members are what is known of a model in the words of LiteLLM's price file:
// ParseModels reads them again. Prices are dollars.
func (m Model) Members() map[string]any {
	out := m.Prices.members()
	for name, v := range map[string]string{"litellm_provider": m.Provider, "mode": m.Mode, "deprecation_date": m.Retires, "source": m.Source} {
		if v != "" {
			out[name] = v
		}
	}
	for name, n := range map[string]int64{
		"max_input_tokens": m.MaxInput, "max_output_tokens": m.MaxOutput, "max_tokens": m.MaxTokens,
		"rpm": m.RPM, "tpm": m.TPM, "output_vector_size": m.Vector,
	} {
		if n > 0 {
			out[name] = n
		}
	}
	for what, can := range m.Supports {
		out["supports_"+string(what)] = can
	}
	if len(m.Endpoints) > 0 {
		out["supported_endpoints"] = m.Endpoints
	}
	if len(m.Bands) > 0 {
		var bands []map[string]any
		from := int64(0)
		for _, b := range m.Bands {
			band := b.Prices.members()
			band["range"] = []int64{from, b.To}
			bands, from = append(bands, band), b.To
		}
		out["tiered_pricing"] = bands
	}
	return out
}

// members are prices under LiteLLM's names.
func (p Prices) members() map[string]any {
	out := map[string]any{}
	searches := map[string]any{}
	var results []int64 // from how many on each price of a query holds
	names := keys()
	for r, n := range p {
		switch {
		case r.Unit == SearchLow || r.Unit == SearchMedium || r.Unit == SearchHigh:
			searches["search_context_size_"+string(r.Unit[len("search_"):])] = dollars(n, 1)
		case r.Unit == Query && r.Above > 0:
			results = append(results, r.Above)
		default:
			units := int64(1)
			if r.Unit == MegapixelIn || r.Unit == MegapixelOut {
				units = 1e6
			}
			out[names[r.Unit]+r.suffix()] = dollars(n, units)
		}
	}
	if len(searches) > 0 {
		out["search_context_cost_per_query"] = searches
	}
	if slices.Sort(results); len(results) > 0 {
		out["tiered_pricing"] = p.queries(results)
	}
	return out
}

// queries lists what a query costs by how many results are asked for.
func (p Prices) queries(above []int64) []map[string]any {
	var steps []map[string]any
	for i, from := range above {
		to := int64(1e6) // no search engine has as many
		if i+1 < len(above) {
			to = above[i+1]
		}
		steps = append(steps, map[string]any{"max_results_range": []int64{from + 1, to}, "input_cost_per_query": dollars(p[Rate{Unit: Query, Above: from}], 1)})
	}
	return steps
}

// suffix is what LiteLLM's key of a rate has after its unit's.
func (r Rate) suffix() string {
	s := ""
	if r.Above > 0 {
		s = fmt.Sprintf("_above_%dk_tokens", r.Above/1000)
	}
	switch r.Tier {
	case Priority:
		s += "_priority"
	case Flex:
		s += "_flex"
	case Batch:
		s += "_batches"
	}
	return s
}

// keys gives our units LiteLLM's names, the first in the alphabet of several.
func keys() map[Unit]string {
	out := make(map[Unit]string, len(units))
	for _, name := range slices.Sorted(maps.Keys(units)) {
		if _, has := out[units[name]]; !has {
			out[units[name]] = name
		}
	}
	return out
}

// dollars is a price in femto-dollars for a number of units, as dollars for one.
func dollars(femto, units int64) json.Number {
	return json.Number(strconv.FormatFloat(float64(femto)/(1e15*float64(units)), 'g', -1, 64))
}
