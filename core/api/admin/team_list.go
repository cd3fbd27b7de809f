package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// ListTeams answers GET /team/list: all teams, or those of a user, with their
// keys. Who is no administrator gets its own.
func (h *Handler) ListTeams(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	teams, err := h.teams(ctx, a, r)
	if err != nil {
		return err
	}
	if len(teams) > mostAtOnce {
		return bad("", "there are more than %d teams: /v2/team/list has pages", mostAtOnce)
	}
	slices.SortStableFunc(teams, func(x, y *people.Team) int { return strings.Compare(x.Alias, y.Alias) })
	all := make([]raw.Object, len(teams))
	for i, t := range teams {
		team, memberships, keys, err := h.entry(ctx, a, t)
		if err != nil {
			return err
		}
		all[i] = team.WithRaw("team_memberships", memberships).WithRaw("keys", keys)
	}
	return w.Value(list(all))
}

// ListTeamsV2 answers GET /v2/team/list: teams in pages, without their keys.
func (h *Handler) ListTeamsV2(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	q := r.URL.Query()
	page, size, err := paging(r, "page_size", 10)
	if err != nil {
		return err
	}
	if q.Get("status") != "" {
		return bad("status", "deleted teams are not listed; the audit log has them")
	}
	teams, err := h.teams(ctx, a, r)
	if err != nil {
		return err
	}
	teams = slices.DeleteFunc(teams, func(t *people.Team) bool {
		id, alias := q.Get("team_id"), strings.ToLower(q.Get("team_alias"))
		return id != "" && t.ID != id || !strings.Contains(strings.ToLower(t.Alias), alias)
	})
	orders := map[string]func(x, y *people.Team) int{
		"team_id":    func(x, y *people.Team) int { return strings.Compare(x.ID, y.ID) },
		"team_alias": func(x, y *people.Team) int { return strings.Compare(x.Alias, y.Alias) },
		"created_at": func(x, y *people.Team) int { return x.CreatedAt.Compare(y.CreatedAt.Time) },
	}
	order, down := orders[q.Get("sort_by")], strings.EqualFold(q.Get("sort_order"), "desc")
	if order == nil {
		order, down = orders["created_at"], true
	}
	sortBy(teams, order, func(t *people.Team) string { return t.ID }, down)
	some := part(teams, page, size)
	all := make([]raw.Object, len(some))
	err = each.All(len(some), func(i int) (err error) {
		all[i], err = h.team(ctx, a, some[i])
		return err
	})
	if err != nil {
		return err
	}
	return w.Value(paged("teams", all, len(teams), page, size))
}

// paged is a page of a list in LiteLLM's words.
func paged(name string, all []raw.Object, total, page, size int) map[string]any {
	return map[string]any{name: list(all), "total": total, "page": page, "page_size": size, "total_pages": pages(total, size)}
}

// teams are those that a query's user_id and organization_id let through.
func (h *Handler) teams(ctx context.Context, a people.Actor, r *http.Request) ([]*people.Team, error) {
	q := r.URL.Query()
	l := people.Listing{User: q.Get("user_id"), Limit: 1000}
	if !views(a) {
		if l.User == "" {
			l.User = a.UserID()
		}
		if l.User != a.UserID() || l.User == "" {
			return nil, &llm.Error{Class: llm.AuthenticationError, Type: "auth_error", Message: "Only admin users can query all teams/other teams."}
		}
	}
	found, err := all(func(after string) (people.Page[people.Team], error) {
		l.After = after
		return h.People.Teams.List(ctx, a, l)
	})
	organization := q.Get("organization_id")
	return slices.DeleteFunc(found, func(t *people.Team) bool {
		return organization == "default_organization" && t.OrganizationID != "" ||
			organization != "" && organization != "default_organization" && t.OrganizationID != organization
	}), err
}

// AvailableTeams answers GET /team/available: the teams that anybody may join,
// of which there are none.
func (h *Handler) AvailableTeams(w *web.Writer, _ *http.Request, _ *llm.Caller) error {
	return w.Value([]string{})
}
