package router

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestCooldownKeepsTheLater: calls that were under way together end one after
// the other, and the last to end need not ask for the longest rest.
func TestCooldownKeepsTheLater(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	limited := func(d time.Duration) error { return &llm.Error{Class: llm.RateLimitError, RetryAfter: d} }
	rapid.Check(t, func(t *rapid.T) {
		var c Cooldowns
		at, want := now, time.Time{}
		for range rapid.IntRange(1, 10).Draw(t, "failures") {
			at = at.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "pass")) * time.Second)
			asked := time.Duration(rapid.IntRange(1, 30).Draw(t, "asked")) * time.Second
			c.failed("a", limited(asked), math.MaxInt, time.Second, at)
			if until := at.Add(asked); until.After(want) {
				want = until
			}
			if got := c.until("a", at); !got.Equal(want) {
				t.Fatalf("got rest until %v, want %v", got, want)
			}
		}
		if got := c.until("a", want); !got.IsZero() {
			t.Fatalf("got rest until %v at its end, want none", got)
		}
	})
}

// TestShuffle: over draws spread evenly, members are picked in proportion.
func TestShuffle(t *testing.T) {
	for _, c := range []struct {
		name    string
		weights []float64
		want    []int // of 1200 draws
	}{
		{"alike without weights", []float64{0, 0, 0}, []int{400, 400, 400}},
		{"by weight", []float64{3, 1, 2}, []int{600, 200, 400}},
		{"by fractions", []float64{0.25, 0.75}, []int{300, 900}},
		{"none for zero", []float64{1, 0, 1}, []int{600, 0, 600}},
		{"alone", []float64{0}, []int{1200}},
	} {
		t.Run(c.name, func(t *testing.T) {
			draw := 0
			p := pick{random: func() float64 { draw++; return (float64(draw) - 0.5) / 1200 }}
			var members []Member
			for i, w := range c.weights {
				members = append(members, Member{Deployment: &llm.Deployment{Model: string(rune('a' + i))}, Weight: w})
			}
			got := make([]int, len(members))
			for range 1200 {
				got[p.shuffle(members).Model[0]-'a']++
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("got %v picks, want %v", got, c.want)
					break
				}
			}
		})
	}
}

// TestShuffleStaysInside: the largest draw and weights that do not add up
// exactly still pick a member.
func TestShuffleStaysInside(t *testing.T) {
	p := pick{random: func() float64 { return math.Nextafter(1, 0) }}
	for _, weights := range [][]float64{{0, 0, 0}, {0.1, 0.2, 0.3}, {1e-300, 1e300}} {
		var members []Member
		for i, w := range weights {
			members = append(members, Member{Deployment: &llm.Deployment{Model: string(rune('a' + i))}, Weight: w})
		}
		if got, want := p.shuffle(members).Model, members[len(members)-1].Model; got != want {
			t.Errorf("weights %v: got %q, want the last, %q", weights, got, want)
		}
	}
}

func TestClassOfForeignErrors(t *testing.T) {
	if got := classOf(errors.New("x")); got != llm.InternalServerError {
		t.Errorf("got %v, want InternalServerError", got)
	}
}
