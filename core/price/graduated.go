package price

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
)

// takeSearches reads what a search of the web costs by context size.
func (m *Model) takeSearches(v any) error {
	sizes, _ := v.(map[string]any)
	for name, unit := range map[string]Unit{
		"search_context_size_low": SearchLow, "search_context_size_medium": SearchMedium, "search_context_size_high": SearchHigh,
	} {
		if price := sizes[name]; price != nil {
			if err := m.setPrice(Rate{Unit: unit}, price); err != nil {
				return err
			}
		}
	}
	return nil
}

var errBand = errors.New("want an object with a range [from, to]")

// takeBands reads tiered_pricing: a list of {"range": [from, to], prices...},
// or of {"max_results_range": [from, to], "input_cost_per_query": ...}, which
// is chosen by the number of results and is no graduated price.
func (m *Model) takeBands(v any) error {
	list, _ := v.([]any)
	m.Bands = nil
	for _, e := range list {
		step, _ := e.(map[string]any)
		if from, _, ok := limits(step["max_results_range"]); ok && step["input_cost_per_query"] != nil {
			if err := m.setPrice(Rate{Unit: Query, Above: max(0, from-1)}, step["input_cost_per_query"]); err != nil {
				return err
			}
			continue
		}
		_, to, ok := limits(step["range"])
		if !ok {
			return errBand
		}
		var priced Model
		for key, price := range step {
			if rate, ok := rateOf(key); ok {
				if err := priced.setPrice(rate, price); err != nil {
					return err
				}
			}
		}
		m.Bands = append(m.Bands, Band{To: to, Prices: priced.Prices})
	}
	slices.SortFunc(m.Bands, func(a, b Band) int { return int(max(-1, min(1, a.To-b.To))) })
	return nil
}

func limits(v any) (from, to int64, ok bool) {
	pair, _ := v.([]any)
	if len(pair) != 2 {
		return 0, 0, false
	}
	_, isA := pair[0].(json.Number)
	_, isB := pair[1].(json.Number)
	return count(pair[0]), count(pair[1]), isA && isB
}

// graduated adds n tokens, each at the price of the band it falls in. A band
// without a price for the unit has the one of its base.
func (m *Model) graduated(s *sum, unit Unit, n int64, share uint64) {
	done := int64(0)
	for i, band := range m.Bands {
		to := band.To
		if i == len(m.Bands)-1 {
			to = math.MaxInt64
		}
		if in := min(n, to) - done; in > 0 {
			s.add(bandPrice(band.Prices, unit), in, share)
			done += in
		}
	}
}

func bandPrice(p Prices, unit Unit) int64 {
	for ; unit != ""; unit = base(unit) {
		if price := p[Rate{Unit: unit}]; price > 0 {
			return price
		}
	}
	return 0
}
