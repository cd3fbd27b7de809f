package wire

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// source reads one stream's events and names its failures.
type source struct {
	p       *Provider
	call    *llm.Call
	secrets hidden // of the request
	body    io.Reader
	ended   bool // the format's own end was reached
}

func (s *source) events(codec Codec) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		frames := codec.Frames
		if frames == nil {
			frames = sse.Read
		}
		for ev, err := range codec.Events(s.call, frames(s.body)) {
			if err != nil {
				yield(llm.Event{}, s.fail(err))
				return
			}
			if !yield(ev, nil) {
				return
			}
		}
		s.ended = true
	}
}

func (s *source) fail(err error) error {
	var e *llm.Error
	if errors.As(err, &e) {
		return s.p.fault(s.call, scrub(e, s.secrets))
	}
	var odd *raw.SyntaxError
	var odder *json.SyntaxError
	if errors.As(err, &odd) || errors.As(err, &odder) {
		return s.p.broken(s.call, llm.BadGatewayError, s.p.Name+" sent an event that is not its format", err)
	}
	if errors.Is(err, sse.ErrTooLarge) {
		return s.p.broken(s.call, llm.BadGatewayError, s.p.Name+" sent an event that is too large", err)
	}
	return s.p.broken(s.call, llm.APIConnectionError, "the stream of "+s.p.Name+" broke off before its end", err)
}

// ErrCut is the error of a stream that ended before its format's own end.
var ErrCut = errors.New("stream ended before its last event")

// refused is a provider's own error.
func (p *Provider) refused(call *llm.Call, answer *Response, secrets hidden) *llm.Error {
	e := p.Dialect.Fail(call, answer)
	if e.Message == "" {
		e.Message = http.StatusText(answer.Status)
		if e.Message == "" {
			e.Message = "status " + strconv.Itoa(answer.Status)
		}
	}
	if e.RetryAfter == 0 {
		e.RetryAfter = retryAfter(answer.Header)
	}
	return p.fault(call, scrub(e, secrets))
}

// unreachable is a request that got no answer.
func (p *Provider) unreachable(ctx context.Context, call *llm.Call, err error) *llm.Error {
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return p.broken(call, llm.Timeout, p.Name+" did not answer in time", err)
	case errors.Is(err, context.Canceled):
		return p.broken(call, llm.APIConnectionError, "the request was given up", err)
	}
	return p.broken(call, llm.APIConnectionError, p.Name+" cannot be reached", err)
}

// broken is our own error about a call. An *llm.Error stays what it is.
func (p *Provider) broken(call *llm.Call, class llm.Class, message string, err error) *llm.Error {
	var e *llm.Error
	if !errors.As(err, &e) {
		e = &llm.Error{Class: class, Message: message, Err: err}
	}
	return p.fault(call, e)
}

func (p *Provider) fault(call *llm.Call, e *llm.Error) *llm.Error {
	e.Provider, e.Model = p.Name, call.To.Model
	return e
}

// shortest is how long a text must be to be taken for a secret wherever it
// stands.
const shortest = 6

// scrub takes secrets out of what the provider said, should it repeat them.
func scrub(e *llm.Error, secrets hidden) *llm.Error {
	if secrets == nil {
		return e
	}
	for _, secret := range secrets() {
		if len(secret) < shortest {
			continue
		}
		for _, said := range []*string{&e.Message, &e.Type, &e.Param, &e.Code} {
			*said = strings.ReplaceAll(*said, secret, "[key]")
		}
	}
	return e
}

// bare is an error without the URL that net/http and net/url repeat in it: a
// signed or password-protected address is a secret.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// retryAfter reads how long to wait: Retry-After in seconds or as a date (RFC
// 9110 section 10.2.3), or OpenAI's and Anthropic's retry-after-ms. A day is
// the most that is believed.
func retryAfter(h http.Header) time.Duration {
	const most = 24 * time.Hour
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(min(ms*float64(time.Millisecond), float64(most)))
	}
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil && s > 0 {
		return time.Duration(min(s*float64(time.Second), float64(most)))
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date")) // the provider's own clock
	if err != nil || at.Before(now) {
		return 0
	}
	return min(at.Sub(now), most)
}
