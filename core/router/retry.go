package router

import (
	"context"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const (
	firstPause = 500 * time.Millisecond
	maxPause   = 8 * time.Second
	// maxWait is the longest a provider's Retry-After is waited for; beyond
	// it the caller is told instead.
	maxWait = 60 * time.Second
)

// retry tries a group: at once on another deployment while there is one, else
// after a pause that doubles each time, with jitter, and is at least what the
// provider asked for.
type retry struct {
	pick   *pick
	groups *Groups
	sleep  func(ctx context.Context, d time.Duration) error
	most   int           // retries after the first try
	least  time.Duration // pause before trying the same deployment again
}

// do tries the group of call.Model. elsewhere says that a fallback waits: then
// a group that rests as a whole is not waited for.
func (r *retry) do(ctx context.Context, call *llm.Call, elsewhere bool) (*llm.Reply, error) {
	t, err := r.tries(call)
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		reply, err := r.pick.do(ctx, call, t)
		if err == nil || n >= r.limit(call, t) || ctx.Err() != nil {
			return reply, err
		}
		class := classOf(err)
		switch fresh := r.pick.fresh(ctx, t); {
		case fresh && (class.Retry() || class.Cooldown()):
			// another deployment may do better at once
		case !class.Retry() || elsewhere && errors.Is(err, errAllRest):
			return nil, err
		default:
			pause := r.pause(n, err)
			if end, ok := ctx.Deadline(); pause > maxWait || ok && time.Until(end) <= pause {
				return nil, err
			}
			if r.sleep(ctx, pause) != nil {
				return nil, err
			}
		}
		call.Record.Retries++
	}
}

// limit is the caller's, else that of the deployment tried last, else the
// router's.
func (r *retry) limit(call *llm.Call, t *tries) int {
	if n := call.Options.NumRetries; n != nil {
		return *n
	}
	if n := t.last.NumRetries; n != nil {
		return *n
	}
	return r.most
}

func (r *retry) tries(call *llm.Call) (*tries, error) {
	used := map[string]bool{}
	if id := call.Options.Deployment; id != "" {
		m, ok := r.groups.find(id)
		if !ok || !call.Caller.Allows(m.Group) {
			return nil, &llm.Error{Class: llm.BadRequestError, Param: "specific_deployment", Message: "there is no deployment " + id}
		}
		return &tries{members: []Member{m}, used: used}, nil
	}
	members, err := r.groups.members(call.Model)
	return &tries{members: members, used: used}, err
}

func (r *retry) pause(n int, err error) time.Duration {
	pause := min(firstPause<<min(n, 10), maxPause)
	pause = pause/2 + time.Duration(r.pick.random()*float64(pause/2))
	return max(pause, wait(err), r.least)
}
