// Package limit holds callers and deployments to requests a minute, tokens a
// minute and requests at a time, however many processes serve them: every count
// is one item of a store, changed under a condition, so a limit is never passed.
// A minute is a minute of the clock.
//
// A request takes all of its scopes or none. One that is refused counts nowhere:
// what it had taken of other scopes is given back before Take returns. (LiteLLM
// counts the first refused request of a process in every scope, and those after
// it in none.) When the store does not say whether something was taken it counts
// as taken, so a failing store makes a limit narrower, never wider.
//
// The package knows neither keys nor teams nor configurations. Who calls it
// names the scopes, and gives what it counts a deadline.
package limit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Scope is who or what is limited, and to how much. A limit of zero is none; one
// below zero lets nothing through.
type Scope struct {
	// Kind is LiteLLM's word: api_key, user, team, team_member, project,
	// organization, end_user, model_per_key, model_per_team, deployment.
	Kind string
	// ID is the one of that kind; of a key its hash, never the key. It is
	// shown to callers who are refused.
	ID       string
	RPM      int64 // requests a minute
	TPM      int64 // tokens a minute, of the kind that the Limiter counts
	Parallel int64 // requests at a time
}

// name is the scope within a store's keys, which have an end.
func (s Scope) name() string {
	name := s.Kind + ":" + s.ID
	if len(name) > 300 {
		sum := sha256.Sum256([]byte(name))
		return "#" + hex.EncodeToString(sum[:]) // no Kind begins so
	}
	return name
}

// Request is what is about to be asked of a model.
type Request struct {
	Scopes    []Scope // all different
	Prompt    int64   // tokens, estimated; for Strict an upper bound
	MaxTokens int64   // of output, if the caller said; 0: not said
	Bound     int64   // the most tokens that the model may put out; only Strict uses it
	// Until is when the request is certainly over: its deadline and a margin.
	// A process that dies keeps its places among the parallel ones until then.
	// At most Longest from now, which is also what zero means.
	Until time.Time
}

// Longest is how far in the future a Request's Until may be: more than a Lambda
// function can run.
const Longest = 16 * time.Minute

// Limiter takes requests' shares of their limits. Its fields do not change after
// the first use; it is safe for concurrent use.
type Limiter struct {
	Store store.Store
	Now   func() time.Time
	// Sleep waits before a busy store is asked again, for less than 100 ms.
	Sleep func(ctx context.Context, d time.Duration) error
	// Count says which tokens TPM is about.
	Count Tokens
	// Strict reserves as many tokens as a request may use at most, so that no
	// minute ever has more than TPM of them. Without it a request without
	// MaxTokens reserves its prompt only, and the rest is charged when known.
	Strict bool
	// FailOpen lets requests through when the store fails. Without it they end
	// in a ServiceUnavailableError.
	FailOpen bool

	refusals refusals
}

// patience is how long the store may take to grant or to settle a lease. It is
// far less than a minute's item is kept, so whatever is granted is counted.
const patience = 5 * time.Second

// claim is one request's part of one item.
type claim interface {
	// known is the refusal that an earlier request's makes certain, or nil.
	known(now time.Time) *Limited
	// take returns a *Limited, or an error of the store.
	take(ctx context.Context) error
	// back undoes what take did, as far as that is certain.
	back(ctx context.Context) error
	// settle ends the claim, with what was used.
	settle(ctx context.Context, used llm.Usage) error
	// limits adds what is left to a lease's list.
	limits(all []Left) []Left
}

// Take takes a request's share of every scope, with one write for each scope's
// minute and one for its parallel requests, all at the same time. The error is a
// *Limited, or an *llm.Error of class ServiceUnavailableError when the store
// fails. The lease must be settled, whatever becomes of the request.
func (l *Limiter) Take(ctx context.Context, r Request) (*Lease, error) {
	now := l.Now()
	claims := l.claims(r, now)
	for _, c := range claims {
		if refused := c.known(now); refused != nil {
			return nil, refused
		}
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	errs := each(claims, func(c claim) error { return c.take(within) })
	lease := &Lease{claims: claims}
	for _, err := range errs {
		if refused, ok := errors.AsType[*Limited](err); ok {
			refused.Err = lease.back(ctx)
			return nil, refused
		}
	}
	failed := errors.Join(errs...)
	if failed != nil && !l.FailOpen {
		return nil, &llm.Error{
			Class: llm.ServiceUnavailableError, Message: "rate limits cannot be checked at the moment",
			Err: errors.Join(failed, lease.back(ctx)),
		}
	}
	lease.Unchecked = failed
	return lease, nil
}

// claims are the parts of a request, one or two for each scope.
func (l *Limiter) claims(r Request, now time.Time) []claim {
	id := rand.Text()
	until := now.Add(Longest)
	if !r.Until.IsZero() && r.Until.Before(until) {
		until = r.Until
	}
	var all []claim
	for _, s := range r.Scopes {
		if s.RPM != 0 || s.TPM != 0 {
			all = append(all, newWindow(l, s, id, l.Count.reserved(r, l.Strict), now))
		}
		if s.Parallel != 0 {
			all = append(all, newPlace(l, s, id, until))
		}
	}
	return all
}

// each does something with all claims at once and waits for them.
func each(claims []claim, do func(claim) error) []error {
	errs := make([]error, len(claims))
	if len(claims) == 1 {
		errs[0] = do(claims[0])
		return errs
	}
	var wait sync.WaitGroup
	for i, c := range claims {
		wait.Go(func() { errs[i] = do(c) })
	}
	wait.Wait()
	return errs
}
