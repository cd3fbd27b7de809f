package formattest

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// checkStream does to a good stream what may happen to one.
func (k Kit) checkStream(t *testing.T, g golden, asked *llm.Call, whole story) {
	t.Helper()
	all, err := k.upstream(g, asked)
	if err != nil {
		t.Fatal(err)
	}
	want := listen(t, k.Bridge.Events(g.call, events(all, nil)))
	k.checkEnd(t, g.call, all, want)
	for n := range all {
		k.checkCut(t, g.call, all[:n])
	}
	for n := range want.events {
		for range k.Bridge.Events(g.call, events(all, nil)) { // who leaves is told nothing more
			if n--; n < 0 {
				break
			}
		}
	}
	k.checkBytes(t, g, asked, whole)
}

// checkEnd holds that it makes no difference whether a provider ends with its
// last words or after them, and that the usage comes through.
func (k Kit) checkEnd(t *testing.T, call *llm.Call, all []llm.Event, want heard) {
	t.Helper()
	var counts *llm.Usage
	for _, ev := range want.events {
		if ev.Usage != nil {
			counts = ev.Usage
		}
	}
	end := all[len(all)-1]
	if end.Usage != nil && (counts == nil || *counts != *end.Usage) {
		t.Errorf("got the usage %+v, want %+v", counts, end.Usage)
	}
	if len(end.Data) > 0 || len(all) < 2 || all[len(all)-2].Usage != nil {
		return
	}
	short := append([]llm.Event(nil), all[:len(all)-1]...)
	for i := range short {
		short[i].More = i < len(short)-1
	}
	last := &short[len(short)-1]
	last.Last, last.Usage = true, end.Usage
	if got := listen(t, k.Bridge.Events(call, events(short, nil))); got.lines(true) != want.lines(true) {
		t.Errorf("with its end on the last chunk: got\n%s\nwant\n%s", got.lines(true), want.lines(true))
	}
}

// checkCut ends a stream too soon, silently and with an error: the caller must
// hear of it, and of no end of what the model says.
func (k Kit) checkCut(t *testing.T, call *llm.Call, some []llm.Event) {
	t.Helper()
	h := listen(t, k.Bridge.Events(call, events(some, nil)))
	if e := (*llm.Error)(nil); !errors.As(h.err, &e) {
		t.Errorf("cut after %d chunks: got %v, want an llm.Error", len(some), h.err)
	}
	k.Said(t, call, h.events)
	want := &llm.Error{Class: llm.RateLimitError, Message: "slow down"}
	if h := listen(t, k.Bridge.Events(call, events(some, want))); h.err != error(want) {
		t.Errorf("an error after %d chunks: got %v, want %v", len(some), h.err, want)
	}
}

// checkBytes ends an answer where a provider's connection may break: around the
// end of each line, and in the midst of it. That must be heard of, unless all
// that was said had arrived, the reason why it ends too.
func (k Kit) checkBytes(t *testing.T, g golden, asked *llm.Call, whole story) {
	t.Helper()
	text := g.stream()
	for n := range len(text) + 1 {
		if around := text[max(n-2, 0):min(n+1, len(text))]; n%16 != 0 && n < len(text) && !strings.Contains(around, "\n") {
			continue
		}
		h := listen(t, k.Bridge.Events(g.call, provided(asked, text[:n])))
		said, _ := k.Said(t, g.call, h.events) // the usage may come after it
		if h.err == nil && !reflect.DeepEqual(said, whole.said) {
			t.Fatalf("cut after %d of %d bytes: got no error and %+v, want an error", n, len(text), said)
		}
		if h.err != nil && n == len(text) {
			t.Fatalf("got %v, want no error of the whole", h.err)
		}
	}
}
