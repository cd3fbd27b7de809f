package people

import (
	"context"
	"reflect"
	"slices"
	"strings"
)

func keyKind() kind[Key] {
	return kind[Key]{
		field: "token", table: "LiteLLM_VerificationToken", list: "keys", pk: keyPK, may: mayKey,
		fixed: "id key_name spend rotation_count last_rotation_at key_rotation_at",
	}
}

// ownerFields are what the owner of a key may change of it, within what its
// team and the key that it calls with have. A team's admins may change the rest
// of adminFields, too; what is in neither is for proxy admins.
var (
	ownerFields = []string{
		"key_alias", "models", "access_group_ids", "aliases", "metadata", "tags", "expires", "allowed_routes", "allowed_cache_controls",
		"max_budget", "soft_budget", "budget_duration", "max_parallel_requests", "tpm_limit", "rpm_limit",
		"model_max_budget", "model_rpm_limit", "model_tpm_limit", "rpm_limit_type", "tpm_limit_type", "auto_rotate", "rotation_interval",
	}
	adminFields = []string{"blocked", "guardrails", "policies", "prompts", "enforced_params", "allowed_ips", "allowed_passthrough_routes"}
)

// mayKey judges what is done to a key. Members of a team see its keys.
func mayKey(ctx context.Context, d *Directory, a Actor, before, after *Key, fields []string) error {
	if before == after {
		return d.maySeeKey(ctx, a, before)
	}
	if a.moves() {
		return nil
	}
	if !a.admin() {
		if err := d.mayChangeKey(ctx, a, before, after, fields); err != nil {
			return err
		}
	}
	if after == nil {
		return nil
	}
	return d.fitsChain(ctx, after, fields)
}

func (d *Directory) maySeeKey(ctx context.Context, a Actor, k *Key) error {
	if a.views() || a.keyHash() == k.Token || a.UserID() != "" && a.UserID() == k.UserID {
		return nil
	}
	if k.TeamID == "" || a.UserID() == "" {
		return notAdmin(a)
	}
	t, err := d.Teams.load(ctx, k.TeamID)
	if err != nil {
		return err
	}
	r, err := d.reachOf(ctx, a, t)
	if err != nil || r >= belongs {
		return err
	}
	role, err := d.roleIn(ctx, teamPK(t.ID), a.UserID())
	if err == nil && role == "" {
		err = notAdmin(a)
	}
	return err
}

// mayChangeKey judges a change by somebody who is no proxy admin.
func (d *Directory) mayChangeKey(ctx context.Context, a Actor, before, after *Key, fields []string) error {
	if !a.writes() {
		return notAdmin(a)
	}
	k, route := after, "/key/generate"
	if before != nil {
		k, route = before, "/key/update"
	}
	own := k.UserID == a.UserID()
	if before == nil && k.UserID != "" && !own {
		return forbidden("user_id", "User can only create keys for themselves. Got user_id=%.200s, Your ID=%s", k.UserID, a.UserID())
	}
	r := nothing
	if k.TeamID != "" {
		t, err := d.Teams.load(ctx, k.TeamID)
		if err != nil {
			return err
		}
		if r, err = d.reachOf(ctx, a, t); err != nil {
			return err
		}
		if r == nothing {
			return missing("team_id", k.TeamID)
		}
		if r < belongs {
			return bad("team_id", "User=%s not assigned to team=%s", a.UserID(), k.TeamID)
		}
		if r == belongs && after != nil {
			if err := memberMay(t, route); err != nil {
				return err
			}
		}
	}
	if r < runs && !own {
		return notAdmin(a)
	}
	if after == nil {
		return nil
	}
	for _, f := range fields {
		if !slices.Contains(ownerFields, f) && (r < runs || !slices.Contains(adminFields, f)) {
			return forbidden(f, "only a proxy admin may change %s of a key", f)
		}
	}
	if before == nil && (len(after.Permissions) > 0 || len(after.Config) > 0 || len(after.RouterSettings) > 0 || after.Spend != 0 || after.BudgetID != "") {
		return forbidden("", "only a proxy admin may set permissions, config, router_settings, spend or budget_id of a key")
	}
	if before != nil && before.Token != after.Token && before.ID != a.Grant.KeyID {
		return d.asStrong(a, after)
	}
	return d.withinIssuer(a, after, fields)
}

// asStrong returns an error for a key that has anything the issuer has not: who
// regenerates a key learns its value.
func (d *Directory) asStrong(a Actor, k *Key) error {
	held := *k
	if err := d.withinIssuer(a, &held, nil); err != nil {
		return err
	}
	if !reflect.DeepEqual(held, *k) {
		return forbidden("", "a key that may do more than yours is not yours to regenerate")
	}
	return nil
}

// memberMay returns an error unless a team lets its members do this to keys.
func memberMay(t *Team, route string) error {
	if slices.Contains(t.MemberPermissions, route) {
		return nil
	}
	e := forbidden(route, "Team member does not have permissions for endpoint: %s. You only have access to the following endpoints: %q for team %s.",
		route, t.MemberPermissions, t.ID)
	e.Type = "team_member_permission_error"
	return e
}

// fitsChain returns an error for a key that would have what somebody above it
// has not, whoever issues it.
func (d *Directory) fitsChain(ctx context.Context, k *Key, fields []string) error {
	own, err := d.filled(ctx, &k.Spending)
	if err != nil {
		return err
	}
	if slices.Contains(fields, "team_id") || slices.Contains(fields, "project_id") || slices.Contains(fields, "organization_id") || slices.Contains(fields, "user_id") {
		fields = nil // another chain: everything is judged
	}
	if _, err := d.withGroups(ctx, "key", k.Token, nil, k.AccessGroupIDs); err != nil && (fields == nil || slices.Contains(fields, "access_group_ids")) {
		return err
	}
	asked := demand{models: withoutTeam(k.Models), passthrough: k.Passthrough, spending: &own, fields: fields}
	return d.eachAbove(ctx, k, fields == nil, func(b bound, partition string) error {
		if err := asked.within(b); err != nil {
			return err
		}
		return d.guaranteed(ctx, k, b, partition, fields)
	})
}

// withoutTeam leaves out the entry that stands for whatever the team may.
func withoutTeam(models []string) []string {
	return slices.DeleteFunc(slices.Clone(models), func(m string) bool { return m == allTeamModels })
}

// eachAbove hands over what everyone above a key has. A key that is made, or
// moved, must be of its team's organization; a team that moves later takes its
// keys along.
func (d *Directory) eachAbove(ctx context.Context, k *Key, moved bool, f func(b bound, partition string) error) error {
	organization := k.OrganizationID
	give := func(who, id, pk string, models, groups, passthrough []string, s *Spending) error {
		above, err := d.filled(ctx, s)
		if err != nil {
			return err
		}
		allowed, err := d.withGroups(ctx, who, id, models, groups)
		if err != nil {
			return err
		}
		return f(bound{who: who, models: allowed, passthrough: passthrough, spending: above, groups: d.Groups}, pk)
	}
	if k.TeamID != "" {
		t, err := d.Teams.load(ctx, k.TeamID)
		if err != nil {
			return err
		}
		if organization = t.OrganizationID; k.OrganizationID != organization && moved {
			return bad("organization_id", "team=%s belongs to organization_id=%q, not %.200q", t.ID, t.OrganizationID, k.OrganizationID)
		}
		if err := give("team", t.ID, teamPK(t.ID), t.Models, t.AccessGroupIDs, t.Passthrough, &t.Spending); err != nil {
			return err
		}
	} else if k.UserID != "" {
		u, err := d.Users.load(ctx, k.UserID)
		if err == nil {
			err = give("user", u.ID, userPK(u.ID), u.Models, nil, nil, &u.Spending)
		}
		if err != nil && !gone(err) { // LiteLLM's keys may name a user that is nowhere else
			return err
		}
	}
	if k.ProjectID != "" {
		p, err := d.Projects.load(ctx, k.ProjectID)
		if gone(err) || err == nil && p.TeamID != k.TeamID { // another team's is as good as none
			return missing("project_id", k.ProjectID)
		}
		if err != nil {
			return err
		}
		if err := give("project", p.ID, projectPK(p.ID), p.Models, nil, nil, &p.Spending); err != nil {
			return err
		}
	}
	if organization != "" {
		o, err := d.Organizations.load(ctx, organization)
		if err != nil {
			return err
		}
		return give("organization", o.ID, organizationPK(o.ID), o.Models, nil, nil, &o.Spending)
	}
	return nil
}

// guaranteed returns an error for a key whose limit is to be its own alone when
// the limits of a team's or organization's keys would add up to more than it
// has.
func (d *Directory) guaranteed(ctx context.Context, k *Key, b bound, partition string, fields []string) error {
	const promise = "guaranteed_throughput"
	if b.who != "team" && b.who != "organization" || fields != nil && !slices.ContainsFunc(fields, func(f string) bool { return strings.HasSuffix(f, "_limit") || strings.HasSuffix(f, "_limit_type") }) {
		return nil
	}
	rpm, tpm := k.RPMType == promise && k.RPM != nil && b.spending.RPM != nil, k.TPMType == promise && k.TPM != nil && b.spending.TPM != nil
	if !rpm && !tpm {
		return nil
	}
	var allRPM, allTPM int64
	err := d.eachKey(ctx, partition, func(other *Key) error {
		if other.ID != k.ID && other.RPM != nil {
			allRPM += min(*other.RPM, 1<<40)
		}
		if other.ID != k.ID && other.TPM != nil {
			allTPM += min(*other.TPM, 1<<40)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case rpm && allRPM+*k.RPM > *b.spending.RPM:
		return bad("rpm_limit", "Allocated RPM limit=%d + Key RPM limit=%d is greater than %s RPM limit=%d", allRPM, *k.RPM, b.who, *b.spending.RPM)
	case tpm && allTPM+*k.TPM > *b.spending.TPM:
		return bad("tpm_limit", "Allocated TPM limit=%d + Key TPM limit=%d is greater than %s TPM limit=%d", allTPM, *k.TPM, b.who, *b.spending.TPM)
	}
	return nil
}
