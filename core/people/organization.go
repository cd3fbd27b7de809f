package people

import "context"

// Organization is a group of teams, under LiteLLM's names.
type Organization struct {
	Stamp
	Spending

	ID       string   `json:"organization_id,omitempty"`
	Alias    string   `json:"organization_alias,omitempty"`
	Models   []string `json:"models,omitempty"` // none: all
	Spend    Dollars  `json:"spend,omitempty"`  // spent before it came here
	Metadata Free     `json:"metadata,omitempty"`

	ObjectPermission Free `json:"object_permission,omitempty"`
}

func organizationPK(id string) string { return "O#" + id }

func (o *Organization) id() string { return o.ID }
func (o *Organization) name(id string) {
	if o.ID == "" {
		o.ID = id
	}
}
func (o *Organization) spends() *Spending { return &o.Spending }

func (o *Organization) links() []link {
	pk := organizationPK(o.ID)
	return append(append(o.budget(pk), listed("organizations", o.CreatedAt.Time, o.ID)), named("organization_alias", o.Alias, pk)...)
}

func (o *Organization) valid() error {
	return first(o.Spending.valid(), checkModels(o.Models, false), checkName("organization_alias", o.Alias))
}

func organizationKind() kind[Organization] {
	return kind[Organization]{field: "organization_id", table: "LiteLLM_OrganizationTable", list: "organizations", pk: organizationPK, may: mayOrganization, owns: true}
}

// mayOrganization lets administrators do everything, and members see it.
func mayOrganization(ctx context.Context, d *Directory, a Actor, before, after *Organization, _ []string) error {
	if err := adminsOnly(a, before, after); err == nil || before != after {
		return err
	}
	if a.UserID() != "" {
		role, err := d.roleIn(ctx, organizationPK(before.ID), a.UserID())
		if err != nil || role != "" {
			return err
		}
	}
	return notAdmin(a)
}

// Organizations are the organizations.
type Organizations struct {
	*Table[Organization, *Organization]
}

// SetMember makes a user a member of an organization, or changes its
// membership. The organization's own admins may, too.
func (o *Organizations) SetMember(ctx context.Context, a Actor, organization string, m Member) (*Member, error) {
	if err := o.mayRun(ctx, a, organization); err != nil {
		return nil, err
	}
	return o.d.setMember(ctx, a, organizationClub(organization), m)
}

// RemoveMember ends a membership.
func (o *Organizations) RemoveMember(ctx context.Context, a Actor, organization, user string) error {
	if err := o.mayRun(ctx, a, organization); err != nil {
		return err
	}
	return o.d.removeMember(ctx, a, organizationClub(organization), user)
}

// Member finds the membership of a user.
func (o *Organizations) Member(ctx context.Context, a Actor, organization, user string) (*Member, error) {
	if _, err := o.Get(ctx, a, organization); err != nil {
		return nil, err
	}
	return o.d.memberAt(ctx, organizationPK(organization), user)
}

// Members lists the members of an organization, by their ids.
func (o *Organizations) Members(ctx context.Context, a Actor, organization, after string) (Page[Member], error) {
	if _, err := o.Get(ctx, a, organization); err != nil {
		return Page[Member]{}, err
	}
	return o.d.members(ctx, organizationPK(organization), after)
}

func (o *Organizations) mayRun(ctx context.Context, a Actor, id string) error {
	if _, err := o.Get(ctx, a, id); err != nil || a.admin() {
		return err
	}
	role, err := o.d.roleIn(ctx, organizationPK(id), a.UserID())
	if err == nil && (role != OrgAdmin || !a.writes()) {
		err = notAdmin(a)
	}
	return err
}
