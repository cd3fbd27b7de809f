package providertest

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Ended says whether a stream that was read as whole has an end: what the
// vendor wrote, and what came of it.
type Ended func(body, sent []byte) bool

// Says is an end that has one of the words in it.
func Says(words ...string) Ended {
	return func(body, _ []byte) bool {
		for _, word := range words {
			if bytes.Contains(body, []byte(word)) {
				return true
			}
		}
		return false
	}
}

// FuzzEvents does CheckEvents with golden answers that say mark, and what
// becomes of them, and holds that a stream is whole only where it has ended.
func FuzzEvents(f *testing.F, d wire.Dialect, callOf CallOf, mark string, ended Ended) {
	fuzzStreams(f, d, callOf, mark, ended, CheckEvents)
}

// FuzzEnd is FuzzEvents for a dialect that passes on what is no JSON: it does
// CheckEnd.
func FuzzEnd(f *testing.F, d wire.Dialect, callOf CallOf, mark string, ended Ended) {
	fuzzStreams(f, d, callOf, mark, ended, CheckEnd)
}

func fuzzStreams(f *testing.F, d wire.Dialect, callOf CallOf, mark string, ended Ended, check func(*testing.T, wire.Dialect, *llm.Call, []byte) ([]byte, bool)) {
	for _, body := range Answers(f, mark) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, counted := range []bool{true, false} {
			call := callOf(raw.Object{})
			call.Options.IncludeUsage = counted
			if sent, whole := check(t, d, call, body); whole && ended != nil && !ended(body, sent) {
				t.Fatalf("got Last without an end in %s", body)
			}
		}
	})
}
