// Package providertest plays golden files against a dialect, through the real
// wire.Provider and over HTTP. A file has five parts, and a new case is a new
// file:
//
//	-- source --             where the vendor's side comes from: a pinned
//	                         package and what to run with it, or a page
//	-- call --               the body a caller sends, with LiteLLM's members
//	                         drop_params, extra_headers and model_info
//	-- upstream request --   what the vendor must get, or "none"
//	-- upstream response --  what it answers
//	-- reply --              what the caller gets, and what is counted
//
// -update writes replies only, and only those that OpenAI's own types accept:
// a golden file of our own output alone would prove nothing.
package providertest

import (
	"context"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var update = flag.Bool("update", false, "write the replies of golden files")

// Now is the time that dialects under test stamp replies with.
func Now() time.Time { return time.Unix(1763683200, 0) }

// Run plays the files that match pattern against p, whose address and client
// it sets. It also cuts every stream at each of its events, leaves it early,
// and compares it to the plain case of the same name without "_stream".
func Run(t *testing.T, p wire.Provider, pattern string) {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("got no golden files for %s (%v), want some", pattern, err)
	}
	said := map[string]speech{}
	for _, name := range names {
		short := strings.TrimSuffix(filepath.Base(name), ".txt")
		t.Run(short, func(t *testing.T) {
			c := read(t, name)
			got := play(t, p, c, c.answer, -1)
			said[short] = got.speech
			checkRequest(t, c.request, got.request)
			checkReply(t, c, got)
			unchanged(t, p, c)
			if c.call.Stream && got.err == nil {
				checkCuts(t, p, c, got)
				leave(t, p, c)
			}
		})
	}
	for name, stream := range said {
		if plain, ok := said[strings.TrimSuffix(name, "_stream")]; ok && strings.HasSuffix(name, "_stream") {
			checkTwins(t, name, plain, stream)
		}
	}
}

// result is what one playing of a case gave.
type result struct {
	request *recorded // nil when nothing was sent
	lines   []string  // of the reply part
	bodies  []string  // for the validator
	speech  speech
	last    bool // an event was the last one
	err     error
}

// play does a call against a server that gives the answer. It reads no more
// events than asked for, all when that is negative.
func play(t *testing.T, p wire.Provider, c golden, a answer, events int) result {
	t.Helper()
	s := serve(a)
	defer s.Close()
	p.Client, p.Guarded = s.Client(), s.Client()
	call := c.call
	to := *call.To
	to.Provider, to.Base = p.Name, s.URL
	call.To, call.Record = &to, &llm.Record{RequestID: "test"}
	reply, err := p.Do(context.Background(), &call)
	out := result{request: s.got.Load(), err: err}
	if err != nil {
		out.lines = []string{failure(err)}
		return out
	}
	defer func() {
		if err := reply.Close(); err != nil {
			t.Errorf("close: got %v, want nil", err)
		}
	}()
	if reply.Events == nil {
		out.plain(t, reply)
		return out
	}
	for ev, err := range reply.Events {
		if events == 0 {
			return out
		}
		events--
		if err != nil {
			out.err = err
			out.lines = append(out.lines, failure(err))
			return out
		}
		out.event(t, ev)
	}
	return out
}

// unchanged holds the promise of Do: the caller's call stays as it was.
func unchanged(t *testing.T, p wire.Provider, c golden) {
	t.Helper()
	before := string(slices.Clone(c.call.Body.Bytes()))
	first := play(t, p, c, c.answer, -1)
	if got := string(c.call.Body.Bytes()); got != before {
		t.Errorf("after Do the call is %s, want %s", got, before)
	}
	if again := play(t, p, c, c.answer, -1); !slices.Equal(again.lines, first.lines) {
		t.Errorf("the second Do got\n%s\nwant\n%s", strings.Join(again.lines, "\n"), strings.Join(first.lines, "\n"))
	}
}
