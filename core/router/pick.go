package router

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// pick chooses a member by weight among those that do not rest and were not
// tried yet by this call, and calls it.
type pick struct {
	next      llm.Provider
	cooldowns *Cooldowns
	shared    Rests // or nil
	now       func() time.Time
	random    func() float64 // in [0, 1)
	allowed   int
	rest      time.Duration // of a deployment that failed too often
}

// tries is what one call has tried of one group.
type tries struct {
	members []Member
	used    map[string]bool
	last    Member
}

// fresh reports whether a member is left that was not tried and does not rest.
func (p *pick) fresh(ctx context.Context, t *tries) bool {
	now := p.now()
	for _, m := range t.members {
		if !t.used[m.ID] && p.until(ctx, m.ID, now).IsZero() {
			return true
		}
	}
	return false
}

// until is when a deployment may be called again; zero when it may now.
func (p *pick) until(ctx context.Context, id string, now time.Time) time.Time {
	until := p.cooldowns.until(id, now)
	if p.shared == nil {
		return until
	}
	if theirs := p.shared.Until(ctx, id); theirs.After(now) && theirs.After(until) {
		return theirs
	}
	return until
}

func (p *pick) do(ctx context.Context, call *llm.Call, t *tries) (*llm.Reply, error) {
	m, err := p.choose(ctx, call, t)
	if err != nil {
		return nil, err
	}
	t.used[m.ID], t.last = true, m
	c := *call
	c.To = m.Deployment
	reply, err := p.next.Do(ctx, &c)
	if err != nil {
		p.failed(ctx, m, err, len(t.members))
		return nil, err
	}
	if reply.Events != nil {
		reply.Events = p.watch(ctx, reply.Events, m, len(t.members))
	}
	return reply, nil
}

// choose prefers members this call has not tried; all may be tried again when
// every one was.
func (p *pick) choose(ctx context.Context, call *llm.Call, t *tries) (Member, error) {
	if len(t.members) == 1 {
		return t.members[0], nil // there is nobody to take its place
	}
	now := p.now()
	var awake, untried []Member
	var earliest time.Time
	for _, m := range t.members {
		until := p.until(ctx, m.ID, now)
		if !until.IsZero() {
			if earliest.IsZero() || until.Before(earliest) {
				earliest = until
			}
			continue
		}
		awake = append(awake, m)
		if !t.used[m.ID] {
			untried = append(untried, m)
		}
	}
	if len(awake) == 0 {
		return Member{}, &llm.Error{
			Class: llm.RateLimitError, Model: call.Model, RetryAfter: earliest.Sub(now), Err: errAllRest,
			Message: "no deployment of " + call.Model + " is available: all of them failed or were rate limited recently",
		}
	}
	if len(untried) > 0 {
		awake = untried
	}
	return p.shuffle(awake), nil
}

// errAllRest marks the error for which waiting is no use while there is
// another group to go to.
var errAllRest = errors.New("all deployments rest")

// shuffle draws a member with a chance in proportion to its weight.
func (p *pick) shuffle(members []Member) Member {
	sum := 0.0
	for _, m := range members {
		sum += m.Weight
	}
	x := p.random()
	if sum <= 0 {
		return members[int(x*float64(len(members)))]
	}
	x *= sum
	for _, m := range members {
		if x -= m.Weight; x < 0 {
			return m
		}
	}
	return members[len(members)-1]
}

// failed counts a failure that is the deployment's. A caller who left, and a
// request that is wrong, are not.
func (p *pick) failed(ctx context.Context, m Member, err error, size int) {
	if size < 2 || !classOf(err).Cooldown() || context.Cause(ctx) != nil {
		return
	}
	allowed, rest := p.allowed, p.rest
	if m.AllowedFails != nil {
		allowed = *m.AllowedFails
	}
	if m.Cooldown != nil {
		rest = *m.Cooldown
	}
	p.cooldowns.failed(m.ID, err, allowed, rest, p.now())
	if p.shared != nil && rest > 0 {
		p.shared.Failed(ctx, m.ID, allowed, rest, asksFor(err))
	}
}

// watch counts a stream that breaks off.
func (p *pick) watch(ctx context.Context, events iter.Seq2[llm.Event, error], m Member, size int) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for ev, err := range events {
			if err != nil {
				p.failed(ctx, m, err, size)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}
