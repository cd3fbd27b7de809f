// Package config reads LiteLLM's config.yaml into plain, checked structs.
//
// Users arrive with a file that works elsewhere, so the whole of LiteLLM's
// vocabulary is known here: a key is acted upon, or said to be without effect,
// or, when it protects something that would then be open, stops the start. All
// problems are collected with their place in the file; none is found at the
// first request.
//
// The package resolves no secret: credentials stay references such as
// os.environ/NAME, since what they name may rotate. It never changes the
// process environment, and nothing it prints holds a secret value.
package config

import (
	"encoding/json"
	"time"
)

// Config is a checked configuration. Its zero value is a gateway without
// models that keeps every default.
type Config struct {
	Models  []Model // in the order of the file: the first is the default
	Routing Routing

	Discounts  json.RawMessage            // cost_discount_config: an object by provider; nil: none
	Margins    json.RawMessage            // cost_margin_config: an object by provider; nil: none
	Prompts    map[string]json.RawMessage // custom_prompt_dict: an object as Model.Template, by model
	ToolPrompt bool                       // add_function_to_prompt: tools go into the prompt of models without tools
	DropParams bool                       // drop parameters a provider does not take instead of refusing the request
	ModelAlias map[string]string          // model_alias_map: another name for a model, applied before Routing.GroupAlias
	MasterKey  string                     // a reference or a literal; "": none
	Env        map[string]string          // environment_variables: references or literals, to be looked up after the process environment
	Named      []string                   // the variables that the file names, in its order

	PassThrough []PassThrough // in the order of the file
	Alerting    *Alerting     // nil: nobody is told of anything
	JWT         *JWT          // whose tokens are taken beside keys; nil: nobody's

	Access Access // keys, people, budgets, and who may ask for what

	// ChargePrompt says that a call nobody came back from is charged its prompt
	// only, not the most that it may have cost: crash_charge is prompt.
	ChargePrompt bool

	MaxRequestBytes        int64 // 0: the gateway's own limit
	AllowClientCredentials bool  // callers may send api_key and api_base of their own
}

// Model is one deployment: an entry of model_list.
type Model struct {
	Name     string // model_name: the group it belongs to; may hold "*"
	ID       string // model_info.id, else a hash that only changes with the entry
	Provider string // custom_llm_provider; "": to be told from Model
	Model    string // litellm_params.model: "azure/gpt-4"
	APIBase  string // "": the provider's own

	Secrets  map[string]string // references or literals by parameter: api_key, aws_session_token, ...
	Settings map[string]string // the provider's own settings: api_version, organization, ...
	Headers  map[string]string // sent to the provider
	Params   json.RawMessage   // an object of defaults for the provider's request, in the file's order; nil: none
	Prices   json.RawMessage   // an object of this deployment's own prices; nil: none
	Template json.RawMessage   // an object: roles, initial_prompt_value, ... of a text prompt; nil: none
	Mock     json.RawMessage   // mock_response; nil: none
	Info     json.RawMessage   // model_info as it stands; nil: none
	Tags     []string

	Timeout       time.Duration // of one attempt; 0: Routing.Timeout
	StreamTimeout time.Duration // silence allowed before an event; 0: Routing.StreamTimeout
	NumRetries    *int          // nil: Routing.NumRetries
	CooldownTime  *time.Duration
	AllowedFails  *int
	DropParams    *bool

	// The shares of the weighted shuffle. Only the first of the three that
	// any deployment of the group sets counts; a deployment without it is then
	// not picked.
	Weight float64
	RPM    int64 // requests per minute
	TPM    int64 // tokens per minute

	Parallel int64 // max_parallel_requests: at a time; 0: as many as come

	Budget Spending // max_budget, budget_duration: of this deployment alone

	File         string // where the entry stands
	Line, Column int
}

// Routing is what router_settings and litellm_settings say of retries,
// fallbacks and cooldowns. Where both speak, router_settings counts.
type Routing struct {
	NumRetries    *int
	Timeout       time.Duration // of one attempt; 0: the gateway's default
	StreamTimeout time.Duration // 0: as Timeout
	RetryAfter    time.Duration // the least to wait before a retry

	AllowedFails     *int           // failures in a minute before a cooldown
	CooldownTime     *time.Duration // 0: never cool down
	DisableCooldowns bool

	MaxFallbacks           *int
	Fallbacks              map[string][]string // by group, "*" for any
	ContextWindowFallbacks map[string][]string
	ContentPolicyFallbacks map[string][]string
	DefaultFallbacks       []string // after those of the group

	GroupAlias map[string]Alias

	// EnforceLimits says that RPM and TPM of deployments are limits, too:
	// optional_pre_call_checks has enforce_model_rate_limits.
	EnforceLimits bool
}

// Alias is another name for a group.
type Alias struct {
	Model  string
	Hidden bool // not listed among the models
}
