package providertest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// unchanged holds the promise of Do: the caller's call stays as it was.
func unchanged(t *testing.T, v vendor, c golden) {
	t.Helper()
	before := string(slices.Clone(c.call.Body.Bytes()))
	first := play(t, v, c, c.answers, -1)
	if got := string(c.call.Body.Bytes()); got != before {
		t.Errorf("after Do the call is %s, want %s", got, before)
	}
	if again := play(t, v, c, c.answers, -1); !slices.Equal(again.lines, first.lines) {
		t.Errorf("the second Do got\n%s\nwant\n%s", strings.Join(again.lines, "\n"), strings.Join(first.lines, "\n"))
	}
}

// stream is the answer that streams: the last one.
func (c golden) stream() answer { return c.answers[len(c.answers)-1] }

// leave breaks out of a stream after each number of its events; play closes it.
func leave(t *testing.T, v vendor, c golden) {
	t.Helper()
	for n := range c.stream().frames() {
		play(t, v, c, c.answers, n)
	}
}

// checkTwins compares what a stream says to what the plain reply says.
func checkTwins(t *testing.T, name string, plain, stream speech) {
	t.Helper()
	if !reflect.DeepEqual(plain, stream) {
		t.Errorf("%s: got %+v, want %+v as in the plain case", name, stream, plain)
	}
}
