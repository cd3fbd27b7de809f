// Package cost says what a deployment on AWS costs, and what a container costs
// that does the same: formulae over one table of prices, and nothing measured.
//
// Amounts are US dollars before tax. Nothing here is billed: no real account was
// ever asked what it owed.
package cost

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed prices.json
var file []byte

// Price is one line of a price list.
type Price struct {
	Name   string  `json:"name"`
	USD    float64 `json:"usd"`
	Per    string  `json:"per"`    // what one costs so much
	Free   float64 `json:"free"`   // how many a month cost nothing, in an account
	Page   string  `json:"page"`   // AWS's own, which counts
	Source string  `json:"source"` // where the figure was read; Unread: nowhere that day
}

// Unread is the Source of a figure that is known and was not looked up again.
const Unread = "unread"

// Table is a region's prices.
type Table struct {
	Region string  `json:"region"`
	Read   string  `json:"read"` // the day, as YYYY-MM-DD
	Prices []Price `json:"prices"`
	byName map[string]Price
}

// Prices is the table that both sides of the comparison are paid from.
func Prices() (*Table, error) {
	var t Table
	if err := json.Unmarshal(file, &t); err != nil {
		return nil, fmt.Errorf("read prices.json: %w", err)
	}
	t.byName = make(map[string]Price, len(t.Prices))
	for _, p := range t.Prices {
		if _, twice := t.byName[p.Name]; twice {
			return nil, fmt.Errorf("prices.json has %s twice", p.Name)
		}
		t.byName[p.Name] = p
	}
	return &t, nil
}

// Line is one position of a bill.
type Line struct {
	What     string
	Quantity float64
	Price    Price
	USD      float64
}

// of is a quantity at a price, without what is free in a month.
func (t *Table) of(what string, quantity float64, name string) Line {
	p, ok := t.byName[name]
	if !ok {
		panic("prices.json has no " + name) // a test asks for every name
	}
	return Line{What: what, Quantity: quantity, Price: p, USD: quantity * p.USD}
}

// afterFree is of, less what is free.
func (t *Table) afterFree(what string, quantity float64, name string) Line {
	l := t.of(what, quantity, name)
	l.USD = max(0, quantity-l.Price.Free) * l.Price.USD
	return l
}

// Sum is what lines come to.
func Sum(lines []Line) float64 {
	sum := 0.0
	for _, l := range lines {
		sum += l.USD
	}
	return sum
}
