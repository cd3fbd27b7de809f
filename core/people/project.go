package people

import "context"

// Project is a part of a team's work with its own models, budget and limits,
// under LiteLLM's names.
type Project struct {
	Stamp
	Spending

	ID          string   `json:"project_id,omitempty"`
	Alias       string   `json:"project_alias,omitempty"`
	Description string   `json:"description,omitempty"`
	TeamID      string   `json:"team_id,omitempty"`
	Models      []string `json:"models,omitempty"` // none: all
	Blocked     bool     `json:"blocked,omitempty"`
	Spend       Dollars  `json:"spend,omitempty"` // spent before it came here
	Metadata    Free     `json:"metadata,omitempty"`

	ObjectPermission Free `json:"object_permission,omitempty"`
}

func projectPK(id string) string { return "P#" + id }

func (p *Project) id() string { return p.ID }
func (p *Project) name(id string) {
	if p.ID == "" {
		p.ID = id
	}
}
func (p *Project) spends() *Spending { return &p.Spending }

func (p *Project) links() []link {
	pk := projectPK(p.ID)
	all := append(p.budget(pk), listed("projects", p.CreatedAt.Time, p.ID))
	return append(all, under(teamPK(p.TeamID), pk, missing("team_id", p.TeamID)))
}

func (p *Project) valid() error {
	return first(checkID("team_id", p.TeamID), p.Spending.valid(), checkModels(p.Models, false), checkName("project_alias", p.Alias))
}

func projectKind() kind[Project] {
	return kind[Project]{field: "project_id", table: "LiteLLM_ProjectTable", list: "projects", pk: projectPK, may: mayProject, owns: true, fixed: "team_id"}
}

// mayProject lets administrators and the team's admins do everything, within
// what the team has, and members see it.
func mayProject(ctx context.Context, d *Directory, a Actor, before, after *Project, fields []string) error {
	if a.moves() || before == after && a.views() {
		return nil
	}
	p := before
	if p == nil {
		p = after
	}
	t, err := d.Teams.load(ctx, p.TeamID)
	if err != nil {
		return err
	}
	r, err := d.reachOf(ctx, a, t)
	switch {
	case err != nil:
		return err
	case before == after && r >= sees:
		return nil
	case r == nothing && before == nil: // a team that is not to be seen is as good as none
		return missing("team_id", t.ID)
	case r < runs:
		return notAdmin(a)
	case after == nil:
		return nil
	}
	if err := takesNoBudget(a, before, after); err != nil {
		return err
	}
	above, err := d.filled(ctx, &t.Spending)
	if err != nil {
		return err
	}
	asked := demand{models: after.Models, spending: &after.Spending, fields: fields}
	models, err := d.withGroups(ctx, "team", t.ID, t.Models, t.AccessGroupIDs)
	if err != nil {
		return err
	}
	return asked.within(bound{who: "team", models: models, spending: above, groups: d.Groups})
}
