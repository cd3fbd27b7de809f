package boot

import (
	"maps"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/router"
)

// What LiteLLM's constants say when a configuration does not.
const (
	defaultRetries      = 2
	defaultAllowedFails = 3
	defaultCooldown     = 5 * time.Second
	defaultMaxFallbacks = 5
)

func routing(r config.Routing) router.Config {
	c := router.Config{
		NumRetries:   value(r.NumRetries, defaultRetries),
		RetryAfter:   r.RetryAfter,
		AllowedFails: value(r.AllowedFails, defaultAllowedFails),
		Cooldown:     value(r.CooldownTime, defaultCooldown),
		MaxFallbacks: value(r.MaxFallbacks, defaultMaxFallbacks),

		Fallbacks:              withDefaults(r.Fallbacks, r.DefaultFallbacks),
		ContextWindowFallbacks: r.ContextWindowFallbacks,
		ContentPolicyFallbacks: r.ContentPolicyFallbacks,
	}
	if r.DisableCooldowns {
		c.Cooldown = 0
	}
	return c
}

// withDefaults puts the fallbacks of every group after those of its own.
func withDefaults(by map[string][]string, all []string) map[string][]string {
	if len(all) == 0 {
		return by
	}
	out := maps.Clone(by)
	if out == nil {
		out = map[string][]string{}
	}
	if _, ok := out["*"]; !ok {
		out["*"] = nil
	}
	for group, to := range out {
		out[group] = slices.Concat(to, all)
	}
	return out
}

func value[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
