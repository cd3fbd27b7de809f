package config

import (
	"encoding/json"
	"net/netip"
	"time"
)

// Access is what the settings say of keys and people, of what they may spend,
// and of what may be asked for from where.
type Access struct {
	NewKeys       KeyParams // default_key_generate_params: what a key has that asks for nothing else
	MostKeys      KeyParams // upperbound_key_generate_params: what no key may have more of
	SoftBudget    *int64    // default_soft_budget of a new key, in pico-dollars; nil: none
	TeamKeys      KeyRules  // key_generation_settings.team_key_generation
	PersonalKeys  KeyRules  // key_generation_settings.personal_key_generation
	NoPersonal    bool      // default_team_disabled: a key of nobody's team is for administrators to make
	NewUsers      UserParams
	InternalUsers Spending // max_internal_user_budget, internal_user_budget_duration: of new users of that role
	TeamBudget    *int64   // max_budget of the first of default_team_settings; nil: none

	Budget         Spending            // max_budget, budget_duration: of all calls together
	CustomerBudget *int64              // max_end_user_budget: of each customer without one of its own
	CustomerTakes  string              // max_end_user_budget_id: a Budget of such a customer; "": none
	Tags           map[string]Spending // tag_budget_config
	Providers      map[string]Spending // provider_budget_config
	KeepRows       time.Duration       // maximum_spend_logs_retention_period, an hour at least; 0: for ever
	HashNames      bool                // hash_spend_log_names: the spend log has hashes of customers' names and callers' addresses
	NoSpendLogs    bool                // disable_spend_logs: calls that no budget pays for are not written down
	HideCustomers  bool                // disable_end_user_cost_tracking: the spend log does not name customers
	BlockedUsers   []string            // blocked_user_list
	RequireUser    bool                // enforce_user_param
	RequireParams  []string            // enforced_params
	ServiceParams  []string            // service_account_settings.enforced_params
	RejectTags     bool                // reject_clientside_metadata_tags
	CustomerHeader string              // user_header_name, or of user_header_mappings: who the customer is; "": none
	KeyHeader      string              // litellm_key_header_name: where alone a key is looked for; "": where clients put it
	TokenLimits    string              // token_rate_limit_type: input, output or total; "": total
	KeyParallel    int64               // max_parallel_requests of a key that has no such limit; 0: none
	AllParallel    int64               // global_max_parallel_requests; 0: none
	MaxReplyBytes  int64               // max_response_size_mb; 0: none
	AllowedRoutes  []string            // nil: all; see Routes
	PublicRoutes   []string            // public_routes: no key is needed there
	AdminRoutes    []string            // admin_only_routes
	AllowedIPs     []netip.Prefix      // nil: all
	ForwardedFor   bool                // use_x_forwarded_for, which only TrustedProxies are believed
	TrustedProxies []netip.Prefix      // mcp_trusted_proxy_ranges
}

// Spending is what may be spent and how fast. What is absent is unlimited.
type Spending struct {
	MaxBudget *int64 // pico-dollars
	Duration  string // after which the budget begins anew: "30d"; "": never
	Parallel  *int64 // requests at a time
	TPM, RPM  *int64 // tokens and requests a minute
}

// KeyParams are the settings of a key that an operator may say.
type KeyParams struct {
	Spending
	Lasts          string // how long it works: "30d"; "": for ever
	UserID, TeamID string
	Models         []string
	Metadata       json.RawMessage // an object; nil: none
}

// KeyRules say who may make keys, and how.
type KeyRules struct {
	Roles    []string // nil: all
	Required []string // what a request for a key must say
}

// UserParams are default_internal_user_params: what a new user has that the
// request for it does not say.
type UserParams struct {
	Spending
	Role   string
	Models []string
}
