package boot

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/callback"
	"github.com/tollgate-llm/tollgate/core/people"
)

// amounts are those of an account's spend that are told of: its soft budget, what
// leads there by the end of the month, and what leaves 15 % and 5 % of its limit,
// as in LiteLLM.
func amounts(a people.Account, now time.Time) []int64 {
	var all []int64
	if projects(a) {
		all = append(all, onTheWay(int64(*a.Soft), now))
	}
	if a.Soft != nil {
		all = append(all, int64(*a.Soft))
	}
	if a.Limit != nil && *a.Limit > 0 {
		limit := int64(*a.Limit)
		all = append(all, limit-twentieths(limit, 3), limit-twentieths(limit, 1))
	}
	return all
}

func twentieths(n, of int64) int64 { return n/20*of + n%20*of/20 }

// projects reports whether somebody is told when the soft budget of an account
// will not do for the month: a key's, below anything that is told of its limit.
func projects(a people.Account) bool {
	return a.Kind == "api_key" && a.Soft != nil && *a.Soft > 0 && a.Window().Unit == "month" &&
		(a.Limit == nil || int64(*a.Soft) <= int64(*a.Limit)-twentieths(int64(*a.Limit), 3))
}

// monthAt is how many days of a month are over, at least one, and how many are
// to come after today: LiteLLM's reckoning, in UTC.
func monthAt(now time.Time) (over, left int64) {
	year, month, day := now.UTC().Date()
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return int64(max(1, day-1)), int64(last - day)
}

// onTheWay is the spend now that leads beyond an amount by the end of the month,
// and is not there yet.
func onTheWay(amount int64, now time.Time) int64 {
	over, left := monthAt(now)
	all := over + left
	return min(amount, amount/all*over+amount%all*over/all+1)
}

// projection is what a spend comes to by the end of the month, and the day when it
// passes an amount.
func projection(spent, amount int64, now time.Time) (pico int64, day time.Time) {
	over, left := monthAt(now)
	whole := float64(spent) * (1 + float64(left)/float64(over))
	days := float64(amount-spent) * float64(over) / float64(spent)
	return int64(math.Min(whole, float64(people.MaxDollars))), now.UTC().Add(time.Duration(days * float64(24*time.Hour)))
}

// crossing says what it means that an account's spend has reached an amount: in
// LiteLLM's words, and of a soft budget too that was passed on the way.
func crossing(a *callback.Alert, of people.Account, amount int64, now time.Time) {
	spent := *a.Spend
	if projects(of) && amount < int64(*of.Soft) {
		soft := int64(*of.Soft)
		pico, day := projection(spent, soft, now)
		a.Projected, a.ProjectedOn = &pico, day
		a.Event, a.Message = "projected_limit_exceeded", label(of)+"Projected Limit Exceeded: Total Soft Budget:`"+dollars(soft)+"`"
		return
	}
	a.Message = label(of)
	if of.Soft != nil && spent >= int64(*of.Soft) {
		a.Event, a.Message = "soft_budget_crossed", a.Message+fmt.Sprintf("Soft Budget Crossed: Total Soft Budget:`%s` ", dollars(int64(*of.Soft)))
	}
	if of.Limit == nil || of.Soft != nil && amount == int64(*of.Soft) {
		return
	}
	limit := int64(*of.Limit)
	if amount < limit-twentieths(limit, 3) {
		return // a soft budget that was passed before it came here
	}
	left := 15
	if limit-spent <= twentieths(limit, 1) {
		left = 5
	}
	a.Event, a.Message = "threshold_crossed", a.Message+strconv.Itoa(left)+"% Threshold Crossed"
}
