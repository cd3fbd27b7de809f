package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/secret"
)

// config reads the whole tree.
func (r *reader) config(root *node) *Config {
	r.checkKeys(root, r.words.top, "")
	c := &Config{}
	litellm := r.section(root.get(litellmName), litellmName)
	general := r.section(root.get(generalName), generalName)
	router := r.section(root.get(routerName), routerName)
	r.env = r.environment(root.get("environment_variables"))
	c.Env = r.env
	c.Named = namedIn(root, nil)
	if k := r.keys(general); k != nil && r.opts.Hosted != nil {
		r.hosted = r.opts.Hosted(*k, c.Named)
	}
	if litellm != nil {
		r.checkKeys(litellm, r.words.litellm, litellmName)
		r.checkCallbacks(litellm)
	}
	if router != nil {
		r.checkKeys(router, r.words.router, routerName)
		r.checkRouter(router)
	}
	r.credentials = r.credentialList(root.get("credential_list"))
	c.Models = r.models(root.get("model_list"), r.defaults(litellm, router))
	c.Routing = r.routing(router, litellm)
	c.ModelAlias = r.modelAlias(litellm.get("model_alias_map"))
	if v := r.boolean(litellm.get("drop_params"), litellmName+".drop_params"); v != nil {
		c.DropParams = *v
	}
	if v := r.boolean(litellm.get("add_function_to_prompt"), litellmName+".add_function_to_prompt"); v != nil {
		c.ToolPrompt = *v
	}
	c.Prompts = r.prompts(litellm.get("custom_prompt_dict"))
	c.Discounts = r.optional(litellm.get("cost_discount_config"), litellmName+".cost_discount_config")
	c.Margins = r.optional(litellm.get("cost_margin_config"), litellmName+".cost_margin_config")
	r.kept = true
	r.accessOfLitellm(&c.Access, litellm)
	c.Access.Providers = r.spendings(router.get("provider_budget_config"), routerName+".provider_budget_config", `max_budget budget_limit budget_duration time_period`)
	r.accessOfGeneral(&c.Access, general)
	r.kept = false
	if general != nil {
		r.checkKeys(general, r.words.general, generalName)
		r.general(c, general)
	}
	r.checkMentions(c)
	return c
}

// prompts reads the templates that LiteLLM's register_prompt_template would
// register.
func (r *reader) prompts(n *node) map[string]json.RawMessage {
	const key = litellmName + ".custom_prompt_dict"
	if n = r.section(n, key); n == nil {
		return nil
	}
	out := map[string]json.RawMessage{}
	for _, m := range n.members {
		if template := r.optional(m.value, join(key, m.key)); template != nil {
			out[m.key] = template
		}
	}
	return out
}

// optional is a mapping as JSON; nil when there is none.
func (r *reader) optional(n *node, key string) json.RawMessage {
	if n = r.section(n, key); n == nil {
		return nil
	}
	return r.json(n, key)
}

// environment reads environment_variables as text. References in it stay.
func (r *reader) environment(n *node) map[string]string {
	const key = "environment_variables"
	out := map[string]string{}
	if n = r.section(n, key); n == nil {
		return out
	}
	for _, m := range n.members {
		switch {
		case m.value.null():
		case m.value.kind != scalar:
			r.wrong(m.value, join(key, m.key), "text")
		default:
			if secret.Refers(m.value.text) {
				r.checkSecret(m.value, join(key, m.key))
			}
			out[m.key] = m.value.text
		}
	}
	return out
}

func (r *reader) general(c *Config, n *node) {
	c.MasterKey = r.masterKey(n.get("master_key"))
	c.MaxRequestBytes = r.megabytes(n.get("max_request_size_mb"), generalName+".max_request_size_mb")
	if v := r.boolean(n.get("allow_client_side_credentials"), generalName+".allow_client_side_credentials"); v != nil {
		c.AllowClientCredentials = *v
	}
	c.PassThrough = r.passThrough(n.get("pass_through_endpoints"))
	c.Alerting = r.alerting(n)
	c.JWT = r.jwt(n)
	const crash = generalName + ".crash_charge"
	switch v := n.get("crash_charge"); r.str(v, crash) {
	case "", "upper":
	case "prompt":
		c.ChargePrompt = true
	default:
		r.wrong(v, crash, "upper or prompt")
	}
}

// masterKey keeps the reference. One that names nothing would leave the
// gateway open, which nobody who wrote the line meant.
func (r *reader) masterKey(n *node) string {
	const key = generalName + ".master_key"
	if n.null() {
		return ""
	}
	if n.kind != scalar {
		r.wrong(n, key, "text")
		return ""
	}
	if name, ok := strings.CutPrefix(n.text, envPrefix); ok {
		if _, set := r.lookup(name); !set {
			r.report(n.place, Error, key, fmt.Sprintf("the environment variable %s is not set: the gateway would be open to everyone", name))
		}
	} else {
		r.checkSecret(n, key)
	}
	return n.text
}

// checkCallbacks singles out the callbacks that refuse or change requests.
func (r *reader) checkCallbacks(litellm *node) {
	for _, key := range []string{"callbacks", "success_callback", "failure_callback", "input_callback"} {
		r.checkProtectors(litellm.get(key), join(litellmName, key), guards)
	}
}

func (r *reader) checkRouter(router *node) {
	const key = routerName + ".routing_strategy"
	strategy := r.str(router.get("routing_strategy"), key)
	switch strategy {
	case "", "simple-shuffle", "weighted-random":
	case "least-busy", "latency-based-routing", "usage-based-routing", "usage-based-routing-v2",
		"cost-based-routing", "provider-budget-routing":
		r.report(router.get("routing_strategy").place, Warning, key,
			fmt.Sprintf("routing_strategy %s is not active in this version: simple-shuffle is used", strategy))
	default:
		r.wrong(router.get("routing_strategy"), key, "one of simple-shuffle, least-busy, latency-based-routing, "+
			"usage-based-routing, usage-based-routing-v2, cost-based-routing")
	}
}

func (r *reader) checkProtectors(n *node, key, protectors string) {
	if n == nil {
		return
	}
	names := n.items
	if n.kind == scalar {
		names = []*node{n}
	}
	for _, item := range names {
		if item.kind == scalar && slices.Contains(strings.Fields(protectors), item.text) {
			r.unenforced(item.place, key, item.text)
		}
	}
}

// routing merges both sections: router_settings counts where it speaks.
func (r *reader) routing(router, litellm *node) Routing {
	var out Routing
	pick := func(keys ...string) (*node, string) {
		for _, key := range keys {
			if v := router.get(key); v != nil && !v.null() && !v.empty() {
				return v, join(routerName, key)
			}
		}
		for _, key := range keys {
			if v := litellm.get(key); v != nil {
				return v, join(litellmName, key)
			}
		}
		return nil, ""
	}
	out.NumRetries = r.count(pick("num_retries"))
	out.AllowedFails = r.count(pick("allowed_fails"))
	out.MaxFallbacks = r.count(pick("max_fallbacks"))
	out.Timeout = r.span(pick("timeout", "request_timeout"))
	out.StreamTimeout = r.span(pick("stream_timeout"))
	out.RetryAfter = r.span(router.get("retry_after"), routerName+".retry_after")
	out.CooldownTime = r.duration(router.get("cooldown_time"), routerName+".cooldown_time")
	if v := r.boolean(router.get("disable_cooldowns"), routerName+".disable_cooldowns"); v != nil {
		out.DisableCooldowns = *v
	}
	out.Fallbacks = r.fallbacks(pick("fallbacks"))
	out.ContextWindowFallbacks = r.fallbacks(pick("context_window_fallbacks"))
	out.ContentPolicyFallbacks = r.fallbacks(pick("content_policy_fallbacks"))
	out.DefaultFallbacks = r.targets(pick("default_fallbacks"))
	out.GroupAlias = r.groupAlias(router.get("model_group_alias"))
	out.EnforceLimits = r.enforcesLimits(router.get("optional_pre_call_checks"))
	return out
}

// enforcesLimits reads optional_pre_call_checks, one of which is active here.
func (r *reader) enforcesLimits(n *node) bool {
	const key, active = routerName + ".optional_pre_call_checks", "enforce_model_rate_limits"
	checks := r.strs(n, key)
	for _, name := range checks {
		if name != active && name != "router_budget_limiting" {
			r.report(n.place, Warning, key, fmt.Sprintf("%s has no effect in this version", name))
		}
	}
	return slices.Contains(checks, active)
}

// empty reports whether a list or mapping holds nothing.
func (n *node) empty() bool { return n.kind != scalar && n.off() }

// span is a duration for which zero and absent mean the same.
func (r *reader) span(n *node, key string) time.Duration {
	if d := r.duration(n, key); d != nil {
		return *d
	}
	return 0
}
