package price

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
)

// Adjustments are what an operator changes about costs, after they are worked
// out: first a discount, then a margin.
type Adjustments struct {
	Discounts map[string]float64 // cost_discount_config: by provider, 0.05 takes off 5 %
	Margins   map[string]Margin  // cost_margin_config: by provider, "global" for those it does not name
}

// Margin is put on top of a cost: a share of it and an amount.
type Margin struct {
	Percentage  float64 `json:"percentage"`   // 0.1 adds 10 %
	FixedAmount float64 `json:"fixed_amount"` // dollars per request
}

// UnmarshalJSON reads {"percentage": 0.08, "fixed_amount": 0.0005}, or a
// number that is the percentage.
func (m *Margin) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &m.Percentage); err == nil {
		m.FixedAmount = 0
		return nil
	}
	type plain Margin
	if err := json.Unmarshal(b, (*plain)(m)); err != nil {
		return fmt.Errorf("read margin: %w", err)
	}
	return nil
}

// Apply is what a cost at a provider becomes, in pico-dollars, rounded half up
// once and never below zero.
func (a Adjustments) Apply(provider string, cost int64) int64 {
	discount, off := a.Discounts[provider]
	margin, on := a.Margins[provider]
	if !on {
		margin, on = a.Margins["global"]
	}
	if !off && !on {
		return cost
	}
	whole := new(big.Rat).SetInt64(1)
	adjusted := new(big.Rat).SetInt64(cost)
	adjusted.Mul(adjusted, new(big.Rat).Sub(whole, decimal(discount)))
	adjusted.Mul(adjusted, new(big.Rat).Add(whole, decimal(margin.Percentage)))
	adjusted.Add(adjusted, new(big.Rat).Mul(decimal(margin.FixedAmount), big.NewRat(1e12, 1)))
	return max(0, nearest(adjusted))
}

// decimal is the decimal number that a person would have written for x; zero
// for what is no number.
func decimal(x float64) *big.Rat {
	if r, ok := new(big.Rat).SetString(strconv.FormatFloat(x, 'e', -1, 64)); ok {
		return r
	}
	return new(big.Rat)
}
