package admin

import (
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// ListAudit answers GET /audit: the changes of a day, the last first. Of the
// query day is YYYY-MM-DD, today if absent, and next what the page before said.
func (h *Handler) ListAudit(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	q := r.URL.Query()
	day := h.People.Now().UTC()
	if text := q.Get("day"); text != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, text); err != nil {
			return unprocessable("day", "day is YYYY-MM-DD")
		}
	}
	_, size, err := paging(r, "page_size", 50)
	if err != nil {
		return err
	}
	page, err := h.People.Audit(ctx, a, day, q.Get("next"), size)
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(page.Items))
	for i, c := range page.Items {
		if rows[i], err = shown(auditForm, c); err != nil {
			return err
		}
	}
	return w.Value(map[string]any{"audit_logs": list(rows), "next": page.Next})
}

// auditForm is LiteLLM_AuditLogs.
const auditForm = `{"id":null,"updated_at":null,"changed_by":null,"changed_by_api_key":null,"action":null,"table_name":null,` +
	`"object_id":null,"before_value":null,"updated_values":null}`
