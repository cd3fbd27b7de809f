package spend

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// mostRows is how many rows are looked at for pages with numbers, which say how
// many there are in all.
const mostRows = 10_000

// page is a part of the log.
type page struct {
	Data  []*row `json:"data"`
	Total int    `json:"total"`
	Page  int    `json:"page"`
	Size  int    `json:"page_size"`
	Pages int    `json:"total_pages"`
}

// logsV2 answers GET /spend/logs/v2.
func (h *Handler) logsV2(q *asked) (any, error) { return h.paged(q, false) }

// logsUI answers GET /spend/logs/ui: with each row, how many its session has.
func (h *Handler) logsUI(q *asked) (any, error) { return h.paged(q, true) }

func (h *Handler) paged(q *asked, sessions bool) (any, error) {
	if q.text("start_date") == "" || q.text("end_date") == "" {
		return nil, bad("start_date", "Start date and end date are required")
	}
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	order, err := q.order()
	if err != nil {
		return nil, err
	}
	keep, err := q.keeps()
	if err != nil {
		return nil, err
	}
	rows, counts := []*row{}, map[string]int{}
	seen := 0
	err = h.log(q, q.filter(), s, func(e *spend.Entry) error {
		if seen++; seen > mostRows {
			return bad("start_date", "there are more than %d rows: ask for fewer days, for one key or user, or page GET /spend/logs by its cursor", mostRows)
		}
		counts[e.Facts.Session]++
		if r := rowOf(e); keep(r) {
			rows = append(rows, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, order)
	p, err := q.part(rows)
	if sessions && err == nil {
		for _, r := range p.Data {
			r.InSession = 1
			if r.Session != nil {
				r.InSession = counts[*r.Session]
			}
		}
	}
	return p, err
}

// part is the page that is asked for.
func (q *asked) part(rows []*row) (*page, error) {
	n, err := q.number("page", 1, 1, 1_000_000)
	if err != nil {
		return nil, err
	}
	size, err := q.number("page_size", 50, 1, 100)
	if err != nil {
		return nil, err
	}
	from := min((n-1)*size, len(rows))
	return &page{rows[from:min(from+size, len(rows))], len(rows), n, size, (len(rows) + size - 1) / size}, nil
}

// order is how the rows of a page are sorted.
func (q *asked) order() (func(a, b *row) int, error) {
	orders := map[string]func(a, b *row) int{
		"spend":        func(a, b *row) int { return cmp.Compare(a.Spend, b.Spend) },
		"total_tokens": func(a, b *row) int { return cmp.Compare(a.Tokens, b.Tokens) },
		"startTime":    func(a, b *row) int { return a.Start.Compare(b.Start) },
		"endTime":      func(a, b *row) int { return a.End.Compare(b.End) },
	}
	order, ok := orders[cmp.Or(q.text("sort_by"), "startTime")]
	if !ok {
		return nil, bad("sort_by", "Invalid sort_by: %.40s. Must be one of: endTime, spend, startTime, total_tokens", q.text("sort_by"))
	}
	switch strings.ToLower(q.text("sort_order")) {
	case "asc":
		return order, nil
	case "", "desc":
		return func(a, b *row) int { return order(b, a) }, nil
	}
	return nil, bad("sort_order", "Invalid sort_order: %.40s. Must be one of: asc, desc", q.text("sort_order"))
}

// keeps is what a query says about rows beside their key, user and team.
func (q *asked) keeps() (func(*row) bool, error) {
	amounts := map[string]people.Dollars{}
	for _, name := range []string{"min_spend", "max_spend"} {
		var d people.Dollars
		if text := q.text(name); text != "" {
			if err := d.UnmarshalJSON([]byte(strconv.Quote(text))); err != nil {
				return nil, bad(name, "%s: %v", name, err)
			}
			amounts[name] = d
		}
	}
	if q.text("error_message") != "" {
		return nil, bad("error_message", "messages of errors are not kept: ask by error_code or status_filter")
	}
	return func(r *row) bool {
		for name, is := range map[string]string{
			"user_id": r.User, "request_id": r.RequestID, "team_id": text(r.Team), "model": r.Model, "model_id": r.ModelID,
			"end_user": r.EndUser, "status_filter": r.Status,
		} {
			if asked := q.text(name); asked != "" && asked != is {
				return false
			}
		}
		if code := q.text("error_code"); code != "" && (r.Metadata.Error == nil || r.Metadata.Error.Code != code) {
			return false
		}
		least, isLeast := amounts["min_spend"]
		most, isMost := amounts["max_spend"]
		return strings.Contains(text(r.Metadata.Alias), q.text("key_alias")) &&
			(!isLeast || int64(r.Spend) >= int64(least)) && (!isMost || int64(r.Spend) <= int64(most))
	}, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// session answers GET /spend/logs/session/ui: the rows of a session of the last
// 30 days, the first of them first.
func (h *Handler) session(q *asked) (any, error) {
	id := q.text("session_id")
	if id == "" {
		return nil, bad("session_id", "session_id is required")
	}
	s, err := q.spanOr(h.month())
	if err != nil {
		return nil, err
	}
	rows := []*row{}
	err = h.log(q, q.view.who(), s, func(e *spend.Entry) error {
		if e.Facts.Session == id {
			rows = append(rows, rowOf(e))
		}
		if len(rows) > mostRows {
			return bad("session_id", "the session has more than %d rows", mostRows)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	return q.part(rows)
}
