package spend

import (
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/web"
)

// erase answers POST /spend/erase, which LiteLLM has not: {"end_user": "..."} is
// taken out of the log and of all reports, with the addresses it called from.
// What it spent stays.
func (h *Handler) erase(q *asked) (any, error) {
	if q.actor.Role() != people.ProxyAdmin {
		return nil, forbidden("", "only a proxy admin may erase. Your role=%s", q.actor.Role())
	}
	body, err := web.Object(q.Request)
	if err != nil {
		return nil, err
	}
	user, ok := body.Text("end_user")
	if !ok || user == "" {
		return nil, bad("end_user", "end_user is required")
	}
	rows := 0
	for _, name := range h.Logged(q.Context(), user) {
		erased, err := h.Book.Erase(q.Context(), name)
		if rows += erased; err != nil {
			return nil, err
		}
	}
	return map[string]any{"end_user": user, "erased_rows": rows}, nil
}
