package price

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestAdjustments(t *testing.T) {
	var a Adjustments
	if err := json.Unmarshal([]byte(`{"Discounts": {"a": 0.05, "b": 2, "c": 0.5},
		"Margins": {"a": 0.1, "b": {"percentage": 0.2}, "d": {"fixed_amount": 0.0005}, "global": {"percentage": 0.08, "fixed_amount": 1e-12}}}`), &a); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		provider   string
		cost, want int64
	}{
		{"a", 1_000_000, 1_045_000},
		{"b", 1_000_000, 0},
		{"c", 1_000_000, 540_001},
		{"d", 1_000_000, 501_000_000},
		{"e", 1_000_000, 1_080_001},
		{"e", 0, 1},
		{"c", 1, 2}, // 0.54 + 1, rounded half up
		{"e", math.MaxInt64, math.MaxInt64},
	} {
		if got := a.Apply(tc.provider, tc.cost); got != tc.want {
			t.Errorf("%d at %s: got %d, want %d", tc.cost, tc.provider, got, tc.want)
		}
	}
}

func TestMarginRefuses(t *testing.T) {
	for _, text := range []string{`"10%"`, `[]`, `{"percentage": "1"}`} {
		var m Margin
		if err := json.Unmarshal([]byte(text), &m); err == nil {
			t.Errorf("%s: got %+v, want an error", text, m)
		}
	}
}

// TestNothingToAdjust holds that without discounts and margins a cost stays.
func TestNothingToAdjust(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := rapid.Int64Range(0, math.MaxInt64).Draw(t, "cost")
		if got := (Adjustments{Discounts: map[string]float64{"other": 0.5}}).Apply("p", cost); got != cost {
			t.Errorf("got %d, want %d", got, cost)
		}
		free := Adjustments{Discounts: map[string]float64{"p": 0}, Margins: map[string]Margin{"p": {}}}
		if got := free.Apply("p", cost); got != cost {
			t.Errorf("got %d, want %d", got, cost)
		}
	})
}
