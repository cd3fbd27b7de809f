package people

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
)

// Key is a virtual key, under LiteLLM's names. The key itself is not kept, only
// its hash.
type Key struct {
	Stamp
	Spending

	Token string `json:"token,omitempty"`    // hex SHA-256 of the key: its id
	ID    string `json:"id,omitempty"`       // stays when the key is regenerated: the ledger's name for it
	Name  string `json:"key_name,omitempty"` // "sk-...AbCd"
	Alias string `json:"key_alias,omitempty"`

	UserID         string `json:"user_id,omitempty"`
	TeamID         string `json:"team_id,omitempty"`
	ProjectID      string `json:"project_id,omitempty"`
	OrganizationID string `json:"organization_id,omitempty"`

	Models         []string          `json:"models,omitempty"` // names, patterns, access groups; none: all
	AccessGroupIDs []string          `json:"access_group_ids,omitempty"`
	Aliases        map[string]string `json:"aliases,omitempty"` // a name to the model it stands for
	Routes         []string          `json:"allowed_routes,omitempty"`
	Passthrough    []string          `json:"allowed_passthrough_routes,omitempty"`
	AllowedIPs     []string          `json:"allowed_ips,omitempty"` // addresses and networks
	EnforcedParams []string          `json:"enforced_params,omitempty"`
	CacheControls  []string          `json:"allowed_cache_controls,omitempty"`
	Tags           []string          `json:"tags,omitempty"`
	Guardrails     []string          `json:"guardrails,omitempty"`
	Policies       []string          `json:"policies,omitempty"`
	Prompts        []string          `json:"prompts,omitempty"`

	Expires *Time   `json:"expires,omitempty"`
	Blocked bool    `json:"blocked,omitempty"`
	Spend   Dollars `json:"spend,omitempty"` // spent before the key came here

	TempBudgetIncrease *Dollars `json:"temp_budget_increase,omitempty"`
	TempBudgetExpiry   *Time    `json:"temp_budget_expiry,omitempty"`

	RPMType          string `json:"rpm_limit_type,omitempty"`
	TPMType          string `json:"tpm_limit_type,omitempty"`
	AutoRotate       bool   `json:"auto_rotate,omitempty"`
	RotationInterval string `json:"rotation_interval,omitempty"`
	RotationCount    int64  `json:"rotation_count,omitempty"`
	LastRotation     *Time  `json:"last_rotation_at,omitempty"`
	NextRotation     *Time  `json:"key_rotation_at,omitempty"`

	Permissions      Free `json:"permissions,omitempty"`
	Metadata         Free `json:"metadata,omitempty"`
	Config           Free `json:"config,omitempty"`
	RouterSettings   Free `json:"router_settings,omitempty"`
	ObjectPermission Free `json:"object_permission,omitempty"`
}

// Hash is what is kept of a key: the hex SHA-256 of all of it.
func Hash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// keyName is what is shown of a key. Of one that is too short for four
// characters to be a small part of it nothing is.
func keyName(key string) string {
	if len(key) < 16 {
		return "sk-..."
	}
	return "sk-..." + key[len(key)-4:]
}

func keyPK(hash string) string { return "K#" + hash }

func (k *Key) id() string        { return k.Token }
func (k *Key) name(id string)    { k.ID = id }
func (k *Key) spends() *Spending { return &k.Spending }

func (k *Key) links() []link {
	sk := keyPK(k.Token)
	all := []link{listed("keys", k.CreatedAt.Time, k.Token)}
	if k.Expires != nil {
		all = append(all, expiring(k.Expires.Time, k.Token))
	}
	if k.Alias != "" {
		all = append(all, claimed("key_alias", k.Alias, bad("key_alias",
			"Key with alias '%s' already exists. Unique key aliases across all keys are required.", k.Alias)))
	}
	if k.UserID != "" {
		all = append(all, beside(userPK(k.UserID), sk))
	}
	if k.TeamID != "" {
		all = append(all, under(teamPK(k.TeamID), sk, missing("team_id", k.TeamID)))
	}
	if k.ProjectID != "" {
		all = append(all, under(projectPK(k.ProjectID), sk, missing("project_id", k.ProjectID)))
	}
	if k.OrganizationID != "" {
		all = append(all, under(organizationPK(k.OrganizationID), sk, missing("organization_id", k.OrganizationID)))
	}
	return append(all, k.budget(sk)...)
}

func (k *Key) valid() error {
	if hash, err := hex.DecodeString(k.Token); err != nil || len(hash) != sha256.Size || strings.ToLower(k.Token) != k.Token {
		return bad("token", "a key's hash is the 64 hex digits of its SHA-256")
	}
	for _, ip := range k.AllowedIPs {
		if _, err := network(ip); err != nil {
			return bad("allowed_ips", "%.100q is neither an address nor a network", ip)
		}
	}
	for field, kind := range map[string]string{"rpm_limit_type": k.RPMType, "tpm_limit_type": k.TPMType} {
		if !slices.Contains([]string{"", "guaranteed_throughput", "best_effort_throughput", "dynamic"}, kind) {
			return bad(field, "%s must be guaranteed_throughput, best_effort_throughput or dynamic", field)
		}
	}
	if (k.TempBudgetIncrease == nil) != (k.TempBudgetExpiry == nil) {
		return bad("temp_budget_increase", "temp_budget_increase and temp_budget_expiry must be set together")
	}
	if k.AutoRotate && k.RotationInterval == "" {
		return bad("rotation_interval", "rotation_interval is required if auto_rotate is true")
	}
	return first(
		k.Spending.valid(), checkRoutes("allowed_routes", k.Routes), checkRoutes("allowed_passthrough_routes", k.Passthrough),
		checkModels(k.Models, k.TeamID != ""), checkSpan("rotation_interval", k.RotationInterval),
		checkName("key_alias", k.Alias), checkName("user_id", k.UserID), checkName("team_id", k.TeamID),
		checkName("project_id", k.ProjectID), checkName("organization_id", k.OrganizationID), checkIDs("access_group_ids", k.AccessGroupIDs),
	)
}

// network reads an address or a network.
func network(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap().WithZone("")
		return addr.Prefix(addr.BitLen())
	}
	return netip.ParsePrefix(s)
}

func checkIDs(field string, ids []string) error {
	if len(ids) > 20 {
		return bad(field, "%s has at most 20 ids", field)
	}
	for _, id := range ids {
		if err := checkID(field, id); err != nil {
			return err
		}
	}
	return nil
}
