package router

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Fallbacks say which groups to go to when one fails, in order. A group is
// named by itself or by an alias; the name "*" stands for every group without
// an entry of its own.
type Fallbacks map[string][]string

func (f Fallbacks) of(model string) []string {
	if to, ok := f[model]; ok {
		return to
	}
	return f["*"]
}

// resolved adds each entry under an alias to the group it stands for, unless
// the group has its own.
func (f Fallbacks) resolved(g *Groups) Fallbacks {
	out := maps.Clone(f)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if _, alias := g.Aliases[name]; !alias {
			continue
		}
		model, err := g.Resolve(name)
		if _, own := out[model]; err == nil && !own {
			out[model] = f[name]
		}
	}
	return out
}

// Config is how a Router routes.
type Config struct {
	Groups       *Groups
	NumRetries   int           // after the first try, per group
	RetryAfter   time.Duration // least pause before the same deployment is tried again
	AllowedFails int           // failures within a minute before a deployment rests
	Cooldown     time.Duration // how long it rests; 0: never
	Rests        Rests         // shared with other processes; nil: each has its own only
	Cooldowns    *Cooldowns    // of this process; nil: nobody else's
	MaxFallbacks int           // groups to go to at most

	Fallbacks              Fallbacks
	ContextWindowFallbacks Fallbacks // for a prompt that is too long
	ContentPolicyFallbacks Fallbacks // for content that a policy refuses

	Now    func() time.Time
	Random func() float64 // in [0, 1)
	Sleep  func(ctx context.Context, d time.Duration) error
}

// Router sends each call to a deployment of the model it asks for. It
// implements llm.Provider.
type Router struct {
	config Config
	retry  *retry
}

// New returns a Router in front of next, which does one try.
func New(c Config, next llm.Provider) *Router {
	for _, f := range []*Fallbacks{&c.Fallbacks, &c.ContextWindowFallbacks, &c.ContentPolicyFallbacks} {
		*f = f.resolved(c.Groups)
	}
	if c.Cooldowns == nil {
		c.Cooldowns = &Cooldowns{}
	}
	p := &pick{
		next: next, cooldowns: c.Cooldowns, shared: c.Rests, now: c.Now, random: c.Random,
		allowed: c.AllowedFails, rest: c.Cooldown,
	}
	return &Router{c, &retry{pick: p, groups: c.Groups, sleep: c.Sleep, most: c.NumRetries, least: c.RetryAfter}}
}

// Do implements llm.Provider. call.Model is a resolved name that the caller
// may use. When every fallback fails too, the first error is returned: it is
// about what the caller asked for.
func (r *Router) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	queue := r.targets(call, call.Model)
	reply, err := r.retry.do(ctx, call, len(queue.general) > 0)
	if err == nil {
		return reply, nil
	}
	first := err
	tried := []string{call.Model}
	c := *call
	for next := slices.Clip(queue.after(err)); len(next) > 0 && ctx.Err() == nil && len(tried) <= r.config.MaxFallbacks; {
		model, unknown := r.config.Groups.Resolve(next[0])
		next = next[1:]
		if unknown != nil || slices.Contains(tried, model) || !call.Caller.Allows(model) {
			continue
		}
		tried = append(tried, model)
		call.Record.Fallbacks++
		c.Model = model
		queue = r.targets(call, model)
		if reply, err = r.retry.do(ctx, &c, len(next)+len(queue.general) > 0); err == nil {
			return reply, nil
		}
		next = append(next, queue.after(err)...)
	}
	return nil, first
}

// targets are the ways on from one group.
type targets struct{ general, window, policy []string }

// targets gives a caller's own fallbacks precedence over the configured ones.
// A call to one specific deployment has none.
func (r *Router) targets(call *llm.Call, model string) targets {
	o := call.Options
	if o.DisableFallbacks || o.Deployment != "" {
		return targets{}
	}
	choose := func(own, configured Fallbacks) []string {
		if own != nil {
			return own.resolved(r.config.Groups).of(model)
		}
		return configured.of(model)
	}
	return targets{
		choose(o.Fallbacks, r.config.Fallbacks),
		choose(o.ContextWindowFallbacks, r.config.ContextWindowFallbacks),
		choose(o.ContentPolicyFallbacks, r.config.ContentPolicyFallbacks),
	}
}

// after picks the way on after a failure: the one made for it, else the
// general one.
func (t targets) after(err error) []string {
	if errors.Is(err, llm.ContextWindowExceededError) && len(t.window) > 0 {
		return t.window
	}
	if errors.Is(err, llm.ContentPolicyViolationError) && len(t.policy) > 0 {
		return t.policy
	}
	return t.general
}
