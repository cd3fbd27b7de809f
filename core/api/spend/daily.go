package spend

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// metrics are SpendMetrics.
type metrics struct {
	Spend      dollars `json:"spend"`
	In         int64   `json:"prompt_tokens"`
	Out        int64   `json:"completion_tokens"`
	CacheRead  int64   `json:"cache_read_input_tokens"`
	CacheWrite int64   `json:"cache_creation_input_tokens"`
	Total      int64   `json:"total_tokens"`
	Well       int64   `json:"successful_requests"`
	Failed     int64   `json:"failed_requests"`
	Requests   int64   `json:"api_requests"`
}

func metricsOf(s *spend.Sums) metrics {
	return metrics{dollars(s.Cost), s.In, s.Out, s.CacheRead, s.CacheWrite, tokens(s), s.Requests - s.Failed, s.Failed, s.Requests}
}

// daily is a question for what somebody spent, day by day.
type daily struct {
	kind    spend.Kind
	ids     []string // of the kind; none: all
	without []string
	view    view
	names   map[string]map[string]any // what is told of an id
	whole   bool                      // in one page
	entity  bool                      // by whom, too
}

func (h *Handler) daily(q *asked, d daily) (any, error) {
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	return h.report(q, d, s)
}

// report is SpendAnalyticsPaginatedResponse, the last day first. A page has a
// number of days.
func (h *Handler) report(q *asked, d daily, s span) (map[string]any, error) {
	n, err := q.number("page", 1, 1, 1_000_000)
	if err != nil {
		return nil, err
	}
	usual := 10
	if d.kind == spend.User {
		usual = 50
	}
	size, err := q.number("page_size", usual, 1, 1000)
	if err != nil {
		return nil, err
	}
	if d.whole {
		n, size = 1, mostDays
	}
	days, err := h.days(q, d, s)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(days, func(a, b *dayReport) int { return b.on.Compare(a.on) })
	from := min((n-1)*size, len(days))
	var total spend.Sums
	shown := []map[string]any{}
	for _, one := range days[from:min(from+size, len(days))] {
		if err := total.Add(one.total); err != nil {
			return nil, err
		}
		shown = append(shown, one.reply(d))
	}
	m := metricsOf(&total)
	return map[string]any{"results": shown, "metadata": map[string]any{
		"total_spend": m.Spend, "total_prompt_tokens": m.In, "total_completion_tokens": m.Out, "total_tokens": m.Total,
		"total_api_requests": m.Requests, "total_successful_requests": m.Well, "total_failed_requests": m.Failed,
		"total_cache_read_input_tokens": m.CacheRead, "total_cache_creation_input_tokens": m.CacheWrite,
		"page": n, "total_pages": (len(days) + size - 1) / size, "has_more": n*size < len(days),
	}}, nil
}

// days adds up the days of a question.
func (h *Handler) days(q *asked, d daily, s span) ([]*dayReport, error) {
	who := d.view.who()
	if len(d.ids) == 1 {
		who = spend.Who{Kind: d.kind, ID: d.ids[0]}
	}
	var days []*dayReport
	err := h.fold(q.Context(), d.view, who, s, func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		of := slices.DeleteFunc(d.kind.IDs(c), func(id string) bool {
			nobody := id == "" && d.kind != spend.User && d.kind != spend.Key
			return nobody || len(d.ids) > 0 && !slices.Contains(d.ids, id) || slices.Contains(d.without, id)
		})
		model, key := q.text("model"), q.key()
		if len(of) == 0 || model != "" && model != c.Model || key != "" && key != c.Key {
			return nil
		}
		if len(days) == 0 || !days[len(days)-1].on.Equal(t) {
			days = append(days, newDay(t))
		}
		return days[len(days)-1].add(c, sums, of)
	})
	return days, err
}

// userDaily answers GET /user/daily/activity.
func (h *Handler) userDaily(q *asked) (any, error) { return h.ofUser(q, false) }

// userDailyWhole answers GET /user/daily/activity/aggregated.
func (h *Handler) userDailyWhole(q *asked) (any, error) { return h.ofUser(q, true) }

func (h *Handler) ofUser(q *asked, whole bool) (any, error) {
	user := q.text("user_id")
	if err := q.own(user); err != nil {
		return nil, err
	}
	d := daily{kind: spend.User, view: q.view, whole: whole, entity: !whole}
	if user != "" {
		d.ids = []string{user}
	}
	return h.daily(q, d)
}

// teamDaily answers GET /team/daily/activity: all of the teams that the one who
// asks is an admin of, and its own part of those that it is a member of.
func (h *Handler) teamDaily(q *asked) (any, error) {
	d := daily{kind: spend.Team, ids: q.list("team_ids"), without: q.list("exclude_team_ids"), view: q.view, entity: true, names: map[string]map[string]any{}}
	if !q.view.all && q.view.user == "" && len(d.ids) > 0 {
		return nil, forbidden("team_ids", "the key belongs to no user, so it sees only what was called with itself")
	}
	if !q.view.all && q.view.user != "" {
		if err := h.ownTeams(q, &d); err != nil {
			return nil, err
		}
	}
	for _, id := range d.ids {
		name, err := h.alias(q, id)
		if err != nil {
			return nil, err
		}
		d.names[id] = map[string]any{"team_alias": name}
	}
	return h.daily(q, d)
}

// ownTeams are the teams of a question by one of their members.
func (h *Handler) ownTeams(q *asked, d *daily) error {
	if len(d.ids) == 0 {
		page, err := h.People.Teams.List(q.Context(), q.actor, people.Listing{User: q.view.user, Limit: 1000})
		if err != nil {
			return err
		}
		for _, t := range page.Items {
			d.ids = append(d.ids, t.ID)
		}
	}
	for _, id := range d.ids {
		member, runs, err := h.place(q, id)
		if err != nil {
			return err
		}
		if !member {
			return missing("team_ids", "User does not belong to Team= %.100s. Call `/user/info` to see user's teams", id)
		}
		if runs {
			d.view.teams = append(d.view.teams, id)
		}
	}
	if len(d.ids) == 0 {
		d.ids = []string{""} // of no team
	}
	return nil
}

// organizationDaily answers GET /organization/daily/activity: those that the one
// who asks is an org_admin of.
func (h *Handler) organizationDaily(q *asked) (any, error) {
	d := daily{
		kind: spend.Organization, ids: q.list("organization_ids"), without: q.list("exclude_organization_ids"),
		view: q.view, entity: true, names: map[string]map[string]any{},
	}
	if !q.view.all && len(d.ids) == 0 {
		return nil, bad("organization_ids", "organization_ids is required: name those that you are an org_admin of")
	}
	for _, id := range d.ids {
		if !q.view.all {
			m, err := h.People.Organizations.Member(q.Context(), q.actor, id, cmp.Or(q.view.user, "-"))
			if err != nil && !errors.Is(err, llm.NotFoundError) {
				return nil, err
			}
			if err != nil || m.Role != people.OrgAdmin {
				return nil, forbidden("organization_ids", "User is not org_admin for Organization= %.100s.", id)
			}
			d.view.organizations = append(d.view.organizations, id)
		}
		o, err := h.People.Organizations.Get(q.Context(), people.Root(""), id)
		if err != nil && !errors.Is(err, llm.NotFoundError) {
			return nil, err
		}
		if err == nil {
			d.names[id] = map[string]any{"organization_alias": o.Alias}
		}
	}
	return h.daily(q, d)
}

// tagDaily answers GET /tag/daily/activity.
func (h *Handler) tagDaily(q *asked) (any, error) {
	return h.daily(q, daily{kind: spend.Tag, ids: q.list("tags"), view: q.view, entity: true})
}

// customerDaily answers GET /customer/daily/activity and GET
// /end_user/daily/activity.
func (h *Handler) customerDaily(q *asked) (any, error) {
	return h.daily(q, daily{
		kind: spend.EndUser, ids: q.list("end_user_ids"), without: q.list("exclude_end_user_ids"), view: q.view, entity: true,
	})
}
