// Package providertest plays golden files against a dialect (Run) or against
// finished providers (RunSet), over HTTP. A file has five parts, and a new case
// is a new file:
//
//	-- source --             where the vendor's side comes from: a pinned
//	                         package and what to run with it, or a page
//	-- call --               the body a caller sends, with LiteLLM's members
//	                         drop_params, extra_headers, model_info, api_base
//	                         and those of a deployment's settings and secrets;
//	                         op and format when it is not OpenAI's chat; a
//	                         form's files as "@name" of those in the folder
//	                         files beside the golden ones
//	-- upstream request --   what the vendor must get, or "none": with Run the
//	                         path after the base, with RunSet the whole URL;
//	                         a form as a line for each part, other media as
//	                         one line
//	-- upstream response --  what it answers
//	-- reply --              what the caller gets, and what is counted
//
// A call that makes several requests has a line "---- next" between them and
// between their answers.
//
// -update writes replies only, and only those that OpenAI's own types accept:
// a golden file of our own output alone would prove nothing.
//
// The same files are what a dialect's fuzz targets start from (FuzzEncode,
// FuzzDecode, FuzzReply), and Check functions say what no input may break.
package providertest

import (
	"context"
	"flag"
	"net/http"
	"path/filepath"
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
// it sets: what a dialect says, wherever it is spoken.
func Run(t *testing.T, p wire.Provider, pattern string) {
	run(t, pattern, func(_ *testing.T, way line, to *llm.Deployment) llm.Provider {
		p.Client, p.Guarded = way.client, way.every
		p.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		to.Provider, to.Base = p.Name, way.base
		return &p
	})
}

// Lookup finds the provider of that name. It makes its calls with client.
type Lookup func(client *http.Client, name string) (llm.Speaker, bool)

// RunSet plays the files that match pattern, each against the provider that
// its call's model begins with, at that provider's own address: who is called
// where, with which credentials.
func RunSet(t *testing.T, find Lookup, pattern string) {
	run(t, pattern, func(t *testing.T, way line, to *llm.Deployment) llm.Provider {
		t.Helper()
		p, ok := find(way.every, to.Provider)
		if !ok {
			t.Fatalf("got no provider %q, want the one that the call's model begins with", to.Provider)
		}
		return p
	})
}

// vendor gives the provider that a case is for, and completes the deployment,
// so that its calls go by the line.
type vendor func(*testing.T, line, *llm.Deployment) llm.Provider

// line leads to whoever answers: client to an address, every to any.
type line struct {
	client, every *http.Client
	base          string
}

// run plays each file. It also cuts every stream at each of its bytes, leaves it
// early, and compares it to the plain case of the same name without
// "_stream".
func run(t *testing.T, pattern string, v vendor) {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("got no golden files for %s (%v), want some", pattern, err)
	}
	said := map[string]speech{}
	for _, name := range names {
		short := strings.TrimSuffix(filepath.Base(name), ".txt")
		t.Run(short, func(t *testing.T) {
			c := read(t, name)
			got := play(t, v, c, c.answers, -1)
			if got.key == chat {
				said[short] = got.speech
			}
			checkRequests(t, c, got.requests)
			checkReply(t, c, got)
			unchanged(t, v, c)
			if c.call.Stream && got.err == nil {
				checkCuts(t, v, c, got)
				leave(t, v, c)
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
	key      llm.Key
	requests []recorded // empty when nothing was sent
	lines    []string   // of the reply part
	bodies   []string   // for the validator
	speech   speech
	last     bool // an event was the last one
	err      error
}

// play does a call against a server that gives the answer. It reads no more
// events than asked for, all when that is negative.
func play(t *testing.T, v vendor, c golden, a []answer, events int) (out result) {
	t.Helper()
	s := serve(a)
	defer s.Close()
	out = ask(t, v, c, line{s.Client(), &http.Client{Transport: everyHost{s}}, s.URL}, events)
	out.requests = s.requests()
	return out
}

// ask does a call by a line.
func ask(t *testing.T, v vendor, c golden, way line, events int) (out result) {
	t.Helper()
	call := c.call
	out.key = call.Key()
	to := *call.To
	call.To, call.Record = &to, &llm.Record{RequestID: "test"}
	reply, err := v(t, way, &to).Do(context.Background(), &call)
	out.err = err
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
