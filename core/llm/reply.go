package llm

import (
	"errors"
	"io"
	"iter"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Reply is what a Provider answers: a Body, Events when the call asked for a
// stream, or Media where the answer is not JSON. Whoever holds it closes it,
// also when it was never read.
type Reply struct {
	Format Format
	Header http.Header // the provider's response headers
	Body   raw.Object
	Media  io.Reader // of the type Type; read as it comes, and never held whole
	Type   string
	Events iter.Seq2[Event, error] // nil for a plain reply; may be ranged over once
	Usage  Usage                   // of a plain reply

	closers []func() error
}

// OnClose adds something to do when the reply is closed, last added first.
func (r *Reply) OnClose(f func() error) { r.closers = append(r.closers, f) }

// Close releases what the reply holds. Only the first call does anything.
func (r *Reply) Close() error {
	var errs []error
	for len(r.closers) > 0 {
		last := r.closers[len(r.closers)-1]
		r.closers = r.closers[:len(r.closers)-1]
		errs = append(errs, last())
	}
	return errors.Join(errs...)
}

// Event is one event of a stream, in the format of its Reply.
type Event struct {
	// Name is the event's, in formats whose events have names.
	Name string
	// Data is valid until the next event. Empty data is not written: the
	// event only carries facts.
	Data []byte
	// Usage is set on the event that reports it.
	Usage *Usage
	// Head marks what comes before content (a role, a ping): a caller who got
	// no more has got nothing, so another deployment may still be tried.
	Head bool
	// Last marks the event after which nothing that counts can come: the
	// record is complete before it is released.
	Last bool
	// More says that another event is waiting already: writing may be delayed.
	More bool
}

// Usage counts what a call used, in tokens where nothing else is said. In and
// the cache's counts are disjoint; AudioIn and ImageIn are parts of In, and
// Reasoning, AudioOut and ImageOut parts of Out. Known is false when the
// provider said nothing, which is not the same as zero.
type Usage struct {
	Known        bool
	In           int64
	CacheRead    int64
	CacheWrite5m int64
	CacheWrite1h int64
	AudioIn      int64
	ImageIn      int64
	Out          int64
	Reasoning    int64
	AudioOut     int64
	ImageOut     int64
	Images       int64 // pictures made
	Characters   int64 // of text spoken
	Millis       int64 // milliseconds of sound or film
	Pages        int64
	Searches     int64  // of the web, or reranking queries
	Tier         string // the service_tier that was billed: "", "batch", "flex" or "priority"
}

// Prompt is the number of prompt tokens as OpenAI counts them: cached ones
// included.
func (u Usage) Prompt() int64 { return u.In + u.CacheRead + u.CacheWrite5m + u.CacheWrite1h }
