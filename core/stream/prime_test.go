package stream_test

import (
	"bytes"
	"errors"
	"iter"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errCut = errors.New("cut")

// source yields events written as words: "h" is a head, "." an empty event, "$"
// the last, "!" an error, anything else content. All share one buffer, as a
// provider's do. read counts what was asked for, closed says that it ended.
type source struct {
	words  string
	read   int
	closed bool
}

func (s *source) events() iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		defer func() { s.closed = true }()
		var buffer [128 << 10]byte
		for word := range strings.FieldsSeq(s.words) {
			s.read++
			for i := range buffer {
				buffer[i] = '#' // what was there before is not valid any more
			}
			n := copy(buffer[:], word)
			if word == "big" {
				n = headBytes
			}
			ev := llm.Event{Data: buffer[:n]}
			switch word {
			case "h":
				ev.Head = true
			case "big":
				ev.Head = true
			case ".":
				ev.Data = nil
			case "$":
				ev.Last = true
			case "!":
				yield(llm.Event{}, errCut)
				return
			}
			if !yield(ev, nil) {
				return
			}
		}
	}
}

const headBytes = 64 << 10

// primed starts a reply and primes it.
func primed(words string) (*source, *llm.Reply, error) {
	s := &source{words: words}
	r := &llm.Reply{Events: s.events()}
	return s, r, stream.Prime(r)
}

// TestPrime: how much is read ahead, and what comes out afterwards.
func TestPrime(t *testing.T) {
	for _, c := range []struct {
		name, words string
		ahead       int
		err         error
		want        string // what ranging yields
	}{
		{"content first", "a b $", 1, nil, "a b $"},
		{"after heads", "h h a b $", 3, nil, "h h a b $"},
		{"empty events are no content", ". h . a $", 4, nil, ". h . a $"},
		{"nothing but an end", "$", 1, nil, "$"},
		{"heads and an end", "h $", 2, nil, "h $"},
		{"error at once", "! a", 1, errCut, ""},
		{"error after heads", "h . !", 3, errCut, ""},
		{"error after content", "a !", 1, nil, "a !"},
		{"error after an end", "$ !", 1, nil, "$ !"},
		{"no more than 8 events", "h h h h h h h h h !", 8, nil, "h h h h h h h h h !"},
		{"no more than 64 KB", "big h !", 1, nil, "big h !"},
		{"nothing", "", 0, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, r, err := primed(c.words)
			if s.read != c.ahead || !errors.Is(err, c.err) {
				t.Errorf("got %d events ahead and error %v, want %d and %v", s.read, err, c.ahead, c.err)
			}
			if err != nil {
				if !s.closed {
					t.Error("the source is open after an error")
				}
				return
			}
			var got []string
			for ev, err := range r.Events {
				word := string(ev.Data)
				switch {
				case err != nil:
					word = "!"
				case ev.Data == nil:
					word = "."
				case len(ev.Data) == headBytes && bytes.HasPrefix(ev.Data, []byte("big")):
					word = "big"
				}
				got = append(got, word)
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if err := r.Close(); err != nil || !s.closed {
				t.Errorf("close: got %v, source closed: %v", err, s.closed)
			}
		})
	}
}

// TestPrimeIsMore: what was read ahead waits, so it need not be flushed one by
// one; the newest may be all there is.
func TestPrimeIsMore(t *testing.T) {
	_, r, err := primed("h h a b $")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []bool
	for ev := range r.Events {
		got = append(got, ev.More)
	}
	want := []bool{true, true, false, false, false}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d: got More %v, want %v", i, got[i], want[i])
		}
	}
}

// TestPrimeCloses: whoever stops early, or never begins, leaves nothing
// running: TestMain looks for goroutines.
func TestPrimeCloses(t *testing.T) {
	for _, read := range []int{0, 1, 2, 3} {
		s, r, err := primed("h a b c d $")
		if err != nil {
			t.Fatal(err)
		}
		if read > 0 {
			n := 0
			for range r.Events {
				if n++; n == read {
					break
				}
			}
		}
		for range 2 {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
		if !s.closed {
			t.Errorf("after %d events: the source is open", read)
		}
	}
}

// TestPrimeErrorClosesReply: on an error nobody gets the reply to close it.
func TestPrimeErrorClosesReply(t *testing.T) {
	closed := 0
	s := &source{words: "h !"}
	r := &llm.Reply{Events: s.events()}
	r.OnClose(func() error { closed++; return errors.New("close") })
	if err := stream.Prime(r); !errors.Is(err, errCut) || closed != 1 {
		t.Errorf("got %v and %d closes, want the stream's error and 1", err, closed)
	}
}
