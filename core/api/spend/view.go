package spend

import (
	"errors"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// view is what somebody may see of what was spent.
type view struct {
	all           bool
	user, key     string
	teams         []string // all of theirs
	organizations []string
}

func viewOf(a people.Actor) view {
	switch {
	case a.Role() == people.ProxyAdmin, a.Role() == people.ProxyAdminViewer:
		return view{all: true}
	case a.UserID() != "":
		return view{user: a.UserID()}
	case a.Grant != nil:
		return view{key: a.Grant.KeyHash}
	}
	return view{}
}

// sees reports whether a cell is for the viewer.
func (v view) sees(c *spend.Cell) bool {
	return v.all || v.user != "" && c.User == v.user || v.key != "" && c.Key == v.key ||
		c.Team != "" && slices.Contains(v.teams, c.Team) || c.Organization != "" && slices.Contains(v.organizations, c.Organization)
}

// who is whose documents have all that the viewer may see.
func (v view) who() spend.Who {
	switch {
	case v.all, len(v.teams)+len(v.organizations) > 0:
		return spend.All()
	case v.user != "":
		return spend.Who{Kind: spend.User, ID: v.user}
	}
	return spend.Who{Kind: spend.Key, ID: v.key}
}

// withTeam is a view for a question about a team: its admins see all of it.
func (h *Handler) withTeam(q *asked, team string) (view, error) {
	v := q.view
	if v.all || team == "" || v.user == "" {
		return v, nil
	}
	_, runs, err := h.place(q, team)
	if runs {
		v.teams = append(slices.Clone(v.teams), team)
	}
	return v, err
}

// place is what a user is to a team: a member, or somebody who runs it, as its
// admin or its organization's.
func (h *Handler) place(q *asked, team string) (member, runs bool, err error) {
	m, err := h.People.Teams.Member(q.Context(), q.actor, team, q.view.user)
	if err == nil {
		return true, m.Role == people.MemberAdmin, nil
	}
	if !errors.Is(err, llm.NotFoundError) {
		return false, false, err
	}
	t, err := h.People.Teams.Get(q.Context(), people.Root(""), team)
	if err == nil && t.OrganizationID != "" {
		o, err := h.People.Organizations.Member(q.Context(), q.actor, t.OrganizationID, q.view.user)
		if err == nil && o.Role == people.OrgAdmin {
			return true, true, nil
		}
		if err != nil && !errors.Is(err, llm.NotFoundError) {
			return false, false, err
		}
	}
	if errors.Is(err, llm.NotFoundError) {
		err = nil
	}
	return false, false, err
}

// admins refuses who may not see everything.
func (q *asked) admins() error {
	if q.view.all {
		return nil
	}
	return forbidden("", "only a proxy admin may see this. Your role=%s", q.actor.Role())
}
