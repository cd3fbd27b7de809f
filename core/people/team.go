package people

import (
	"context"
	"slices"
)

// Team is a group of users that share models, budgets and limits, under
// LiteLLM's names. Its members are items of their own, so that a team may have
// any number of them.
type Team struct {
	Stamp
	Spending

	ID             string   `json:"team_id,omitempty"`
	Alias          string   `json:"team_alias,omitempty"`
	OrganizationID string   `json:"organization_id,omitempty"`
	Models         []string `json:"models,omitempty"` // none: all
	AccessGroupIDs []string `json:"access_group_ids,omitempty"`
	Blocked        bool     `json:"blocked,omitempty"`
	Spend          Dollars  `json:"spend,omitempty"` // spent before the team came here

	Aliases     map[string]string `json:"model_aliases,omitempty"`
	Passthrough []string          `json:"allowed_passthrough_routes,omitempty"`
	Tags        []string          `json:"tags,omitempty"`
	Guardrails  []string          `json:"guardrails,omitempty"`
	Policies    []string          `json:"policies,omitempty"`
	Prompts     []string          `json:"prompts,omitempty"`
	RPMType     string            `json:"rpm_limit_type,omitempty"`
	TPMType     string            `json:"tpm_limit_type,omitempty"`

	// What members have that have nothing of their own.
	MemberBudget      *Dollars `json:"team_member_budget,omitempty"`
	MemberDuration    string   `json:"team_member_budget_duration,omitempty"`
	MemberRPM         *int64   `json:"team_member_rpm_limit,omitempty"`
	MemberTPM         *int64   `json:"team_member_tpm_limit,omitempty"`
	MemberKeyDuration string   `json:"team_member_key_duration,omitempty"`
	// What members that are not its admins may do with its keys: routes, as
	// "/key/generate".
	MemberPermissions []string `json:"team_member_permissions,omitempty"`

	Metadata         Free `json:"metadata,omitempty"`
	RouterSettings   Free `json:"router_settings,omitempty"`
	ObjectPermission Free `json:"object_permission,omitempty"`
}

// EachMember is what members have that have nothing of their own.
func (t *Team) EachMember() *Spending {
	return &Spending{MaxBudget: t.MemberBudget, BudgetDuration: t.MemberDuration, TPM: t.MemberTPM, RPM: t.MemberRPM}
}

// MemberPermissions are all that a team may let its members do with its keys.
func MemberPermissions() []string { return slices.Clone(keyManagementRoutes) }

func teamPK(id string) string { return "T#" + id }

func (t *Team) id() string { return t.ID }
func (t *Team) name(id string) {
	if t.ID == "" {
		t.ID = id
	}
}
func (t *Team) spends() *Spending { return &t.Spending }

func (t *Team) links() []link {
	pk := teamPK(t.ID)
	all := append(t.budget(pk), listed("teams", t.CreatedAt.Time, t.ID))
	all = append(all, named("team_alias", t.Alias, pk)...)
	if t.OrganizationID != "" {
		all = append(all, under(organizationPK(t.OrganizationID), pk, missing("organization_id", t.OrganizationID)))
	}
	return all
}

func (t *Team) valid() error {
	for _, p := range t.MemberPermissions {
		if !slices.Contains(routeGroups["key_management_routes"], p) {
			return bad("team_member_permissions", "%.100q is not a route for keys", p)
		}
	}
	for field, kind := range map[string]string{"rpm_limit_type": t.RPMType, "tpm_limit_type": t.TPMType} {
		if !slices.Contains([]string{"", "guaranteed_throughput", "best_effort_throughput"}, kind) {
			return bad(field, "%s must be guaranteed_throughput or best_effort_throughput", field)
		}
	}
	return first(
		t.Spending.valid(), checkModels(t.Models, false), checkRoutes("allowed_passthrough_routes", t.Passthrough),
		checkSpan("team_member_budget_duration", t.MemberDuration), checkSpan("team_member_key_duration", t.MemberKeyDuration),
		checkName("team_alias", t.Alias), checkName("organization_id", t.OrganizationID), checkIDs("access_group_ids", t.AccessGroupIDs),
	)
}

func teamKind() kind[Team] {
	return kind[Team]{field: "team_id", table: "LiteLLM_TeamTable", list: "teams", pk: teamPK, may: mayTeam, owns: true}
}

// teamAdminFields are what a team's own admins may change of it: nothing that
// would give the team more than it has.
var teamAdminFields = []string{
	"team_alias", "metadata", "tags", "guardrails", "policies", "prompts", "team_member_permissions",
	"team_member_budget", "team_member_budget_duration", "team_member_rpm_limit", "team_member_tpm_limit", "team_member_key_duration",
}

// mayTeam lets administrators do everything; the admins of an organization make
// and change teams of it, within what it has; those of a team change what its
// members may; members see it.
func mayTeam(ctx context.Context, d *Directory, a Actor, before, after *Team, fields []string) error {
	if a.moves() || before == after && a.views() {
		return nil
	}
	for _, t := range []*Team{before, after} {
		if t == nil || a.admin() {
			continue
		}
		r, err := d.reachOf(ctx, a, t)
		if err != nil {
			return err
		}
		switch {
		case before == after && r >= sees, r == governs:
		case r == runs && before != nil && after != nil:
			for _, f := range fields {
				if !slices.Contains(teamAdminFields, f) {
					return forbidden(f, "a team admin may not change %s", f)
				}
			}
		default:
			return notAdmin(a)
		}
	}
	if before == after || after == nil {
		return nil
	}
	if err := takesNoBudget(a, before, after); err != nil {
		return err
	}
	return d.fitsOrganization(ctx, after, fields)
}

// Teams are the teams.
type Teams struct{ *Table[Team, *Team] }

// Create makes a team, with what the operator says of new ones.
func (t *Teams) Create(ctx context.Context, a Actor, v Team) (*Team, error) {
	if v.BudgetID == "" && !a.moves() {
		v.MaxBudget = either(v.MaxBudget, t.d.Settings.Teams)
	}
	return t.Table.Create(ctx, a, v)
}

// Block stops every key of a team at once, or lets them go on.
func (t *Teams) Block(ctx context.Context, a Actor, id string, blocked bool) (*Team, error) {
	return t.change(ctx, a, blockedWord(blocked), id, []string{"blocked"}, func(_, after *Team) error {
		after.Blocked = blocked
		return nil
	})
}

func blockedWord(blocked bool) string {
	if blocked {
		return "blocked"
	}
	return "unblocked"
}
