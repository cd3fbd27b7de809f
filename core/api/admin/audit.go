package admin

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// auditForm is AuditLogResponse.
const auditForm = `{"id":null,"updated_at":null,"changed_by":null,"changed_by_api_key":null,"action":null,"table_name":null,` +
	`"object_id":null,"before_value":null,"updated_values":null}`

// How many days of the audit log are looked at: when a query does not say
// since when, and at most.
const (
	usualDays = 7
	mostDays  = 92
)

// ListAudit answers GET /audit: changes from start_date to end_date, the last
// first unless sort_order is asc, as the query's other members filter them.
func (h *Handler) ListAudit(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	q := r.URL.Query()
	page, size, err := paging(r, "page_size", 10)
	if err != nil {
		return err
	}
	if by := q.Get("sort_by"); by != "" && by != "updated_at" {
		return bad("sort_by", "sort_by must be updated_at")
	}
	until, err := instant(r, "end_date", h.People.Now().UTC())
	if err != nil {
		return err
	}
	since, err := instant(r, "start_date", until.AddDate(0, 0, -usualDays))
	if err != nil {
		return err
	}
	if until.Sub(since) > mostDays*24*time.Hour {
		return bad("start_date", "at most %d days at once", mostDays)
	}
	lines, err := h.changes(ctx, a, since, until)
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(c *people.Change) bool {
		for name, is := range map[string]string{
			"changed_by": c.ChangedBy, "changed_by_api_key": c.KeyHash, "action": c.Action, "table_name": c.Table, "object_id": c.Object,
		} {
			if asked := q.Get(name); asked != "" && asked != is {
				return true
			}
		}
		return c.At.Before(since) || c.At.After(until)
	})
	if q.Get("sort_order") == "asc" {
		slices.Reverse(lines)
	}
	var rows []raw.Object
	for _, c := range part(lines, page, size) {
		row, err := shown(auditForm, c)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return w.Value(paged("audit_logs", rows, len(lines), page, size))
}

// Change answers GET /audit/{id}.
func (h *Handler) Change(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answer(w, auditForm)(h.People.AuditLine(ctx, a, r.PathValue("id")))
}

// changes are those of the days from since to until, the last first.
func (h *Handler) changes(ctx context.Context, a people.Actor, since, until time.Time) ([]*people.Change, error) {
	var lines []*people.Change
	for day := until; !day.Before(since.Truncate(24 * time.Hour)); day = day.AddDate(0, 0, -1) {
		found, err := all(func(after string) (people.Page[people.Change], error) {
			return h.People.Audit(ctx, a, day, after, 1000)
		})
		if err != nil {
			return nil, err
		}
		lines = append(lines, found...)
	}
	return lines, nil
}

// instant is a query's time in ISO 8601.
func instant(r *http.Request, name string, absent time.Time) (time.Time, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	var t people.Time
	if err := t.UnmarshalJSON([]byte(strconv.Quote(text))); err != nil {
		return time.Time{}, bad(name, "%s: %v", name, err)
	}
	return t.Time, nil
}
