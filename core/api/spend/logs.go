package spend

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/core/web"
)

// CursorHeader is where a reply that is a bare list says how to ask for what
// follows: with cursor in the query.
const CursorHeader = "X-Next-Cursor"

// Logs answers GET /spend/logs: of one request all tries; between two dates what
// was spent day by day or, with summarize=false, each row; else the newest rows,
// limit of them (100, at most 1,000).
func (h *Handler) Logs(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	q := h.asked(r, caller)
	dated := q.text("start_date") != "" && q.text("end_date") != ""
	var v any
	var err error
	switch id := q.text("request_id"); {
	case id != "":
		v, err = h.tries(q, id)
	case dated && q.text("summarize") != "false" && q.text("summarize") != "False":
		v, err = h.summary(q)
	default:
		var next string
		if v, next, err = h.newest(q); next != "" {
			w.Header().Set(CursorHeader, next)
		}
	}
	if err != nil {
		return told(err)
	}
	return w.Value(v)
}

// tries are the rows of a request.
func (h *Handler) tries(q *asked, id string) ([]*row, error) {
	found, err := h.Book.Request(q.Context(), id)
	if err != nil {
		return nil, err
	}
	rows := []*row{}
	for _, e := range found {
		v, err := h.withTeam(q, e.Facts.Team)
		if err != nil {
			return nil, err
		}
		cell := spend.CellOf(&e.Row)
		if v.sees(&cell) {
			rows = append(rows, rowOf(&e))
		}
	}
	return rows, nil
}

// newest are the last rows, and where those after them begin.
func (h *Handler) newest(q *asked) (rows []*row, next string, err error) {
	limit, err := q.number("limit", 100, 1, 1000)
	if err != nil {
		return nil, "", err
	}
	s, err := q.spanOr(h.month())
	if err != nil {
		return nil, "", err
	}
	rows = []*row{}
	last := ""
	err = h.log(q, q.filter(), s, func(e *spend.Entry) error {
		if len(rows) == limit {
			next = last
			return spend.ErrStop
		}
		last = e.Place
		rows = append(rows, rowOf(e))
		return nil
	})
	return rows, next, err
}

// filter is what a query says about rows: the key first, then the user.
func (q *asked) filter() spend.Who {
	switch {
	case q.text("api_key") != "":
		return spend.Who{Kind: spend.Key, ID: q.key()}
	case q.text("user_id") != "":
		return spend.Who{Kind: spend.User, ID: q.text("user_id")}
	}
	return q.view.who()
}

// log visits the rows of somebody that the one who asks may see.
func (h *Handler) log(q *asked, who spend.Who, s span, visit func(*spend.Entry) error) error {
	v := q.view
	if team := q.text("team_id"); team != "" {
		var err error
		if v, err = h.withTeam(q, team); err != nil {
			return err
		}
		if who == q.view.who() {
			who = spend.Who{Kind: spend.Team, ID: team}
		}
	}
	return h.Book.Log(q.Context(), spend.Selection{Who: who, From: s.from, To: s.to, After: q.text("cursor")}, func(e spend.Entry) error {
		if cell := spend.CellOf(&e.Row); !v.sees(&cell) {
			return nil
		}
		return visit(&e)
	})
}

// summary is what was spent on each day, by key, user and model.
func (h *Handler) summary(q *asked) ([]map[string]any, error) {
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	type daily struct{ keys, users, models groups[string] }
	days := map[string]*daily{}
	err = h.fold(q.Context(), q.view, q.filter(), s, func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		on := t.Format(time.DateOnly)
		if days[on] == nil {
			days[on] = &daily{groups[string]{}, groups[string]{}, groups[string]{}}
		}
		return cmp.Or(days[on].keys.add(c.Key, sums), days[on].users.add(c.User, sums), days[on].models.add(c.Model, sums))
	})
	if err != nil {
		return nil, err
	}
	rows := []map[string]any{}
	for _, on := range slices.Sorted(maps.Keys(days)) {
		var total int64
		line := map[string]any{"startTime": on, "users": costs(days[on].users), "models": costs(days[on].models)}
		for key, sums := range days[on].keys {
			line[cmp.Or(key, "-")] = dollars(sums.Cost)
			total += sums.Cost
		}
		line["spend"] = dollars(total)
		rows = append(rows, line)
	}
	if len(rows) > 0 { // as LiteLLM does, days without anything after the last with something
		last, _ := time.Parse(time.DateOnly, rows[len(rows)-1]["startTime"].(string))
		for t := last.AddDate(0, 0, 1); t.Before(s.to); t = t.AddDate(0, 0, 1) {
			rows = append(rows, map[string]any{"startTime": t.Format(time.DateOnly), "spend": dollars(0), "users": map[string]any{}, "models": map[string]any{}})
		}
	}
	return rows, nil
}

func costs(g groups[string]) map[string]dollars {
	all := map[string]dollars{}
	for name, sums := range g {
		all[name] = dollars(sums.Cost)
	}
	return all
}

// logDetail answers GET /spend/logs/ui/{request_id}: what was asked and
// answered, which this gateway does not keep.
func (h *Handler) logDetail(q *asked) (any, error) {
	rows, err := h.tries(q, q.PathValue("request_id"))
	if err != nil || len(rows) == 0 {
		return nil, cmp.Or(err, error(missing("request_id", "there is no such request")))
	}
	return map[string]any{"messages": struct{}{}, "response": struct{}{}, "proxy_server_request": struct{}{}}, nil
}

// own returns an error unless a user is asked about by itself, or somebody who
// may see everything.
func (q *asked) own(user string) error {
	if q.view.all || user == "" || user == q.view.user {
		return nil
	}
	return forbidden("user_id", "Non-admin users can only view their own spend data.")
}

// alias is the name of a team, or its id.
func (h *Handler) alias(q *asked, team string) (string, error) {
	t, err := h.People.Teams.Get(q.Context(), people.Root(""), team)
	if err != nil {
		if errors.Is(err, llm.NotFoundError) {
			return team, nil
		}
		return "", err
	}
	return cmp.Or(t.Alias, team), nil
}
