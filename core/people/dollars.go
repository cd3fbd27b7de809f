package people

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Dollars is an amount in pico-dollars (10^-12 of a dollar). In JSON it is a
// number of dollars, or one in quotes, which LiteLLM takes too; it is read
// digit by digit, so that $0.1 is $0.1. What is below a pico-dollar is dropped.
type Dollars int64

// MaxDollars is the most that a budget may be: $9,000,000.
const MaxDollars Dollars = 9_000_000 * dollar

const (
	dollar = 1_000_000_000_000
	digits = 12 // of a dollar, after the point
)

// MarshalJSON writes the amount without an exponent and without needless zeros.
func (d Dollars) MarshalJSON() ([]byte, error) {
	if d < 0 {
		return nil, fmt.Errorf("a negative amount: %d", int64(d))
	}
	s := fmt.Sprintf("%d.%0*d", d/dollar, digits, d%dollar)
	return []byte(strings.TrimSuffix(strings.TrimRight(s, "0"), ".")), nil
}

// UnmarshalJSON reads an amount of 0 to $9,000,000.
func (d *Dollars) UnmarshalJSON(b []byte) error {
	text := string(b)
	if s, err := strconv.Unquote(text); err == nil {
		text = strings.TrimSpace(s)
	}
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	exponent := 0
	if power != "" {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil || exponent < -99 || exponent > 99 {
			return fmt.Errorf("%.40q is no amount of dollars", text)
		}
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "+"), ".")
	all := whole + fraction
	if strings.HasPrefix(all, "-") && strings.Trim(all, "-0") != "" {
		return fmt.Errorf("an amount cannot be negative: %.40s", text)
	}
	all = strings.TrimPrefix(all, "-")
	if all == "" || len(all) > 100 || strings.Trim(all, "0123456789") != "" {
		return fmt.Errorf("%.40q is no amount of dollars", text)
	}
	shift := exponent - len(fraction) + digits
	if shift < 0 {
		all = all[:max(0, len(all)+shift)]
		shift = 0
	}
	if all = strings.TrimLeft(all, "0"); all == "" {
		*d = 0
		return nil
	}
	n := int64(math.MaxInt64)
	if len(all)+shift <= 19 {
		if exact, err := strconv.ParseInt(all+strings.Repeat("0", shift), 10, 64); err == nil {
			n = exact
		}
	}
	if Dollars(n) > MaxDollars {
		return fmt.Errorf("an amount is at most $9,000,000: %.40s", text)
	}
	*d = Dollars(n)
	return nil
}
