package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// OrganizationsInfo answers POST /organization/info, LiteLLM's older form:
// {"organizations": [...]}.
func (h *Handler) OrganizationsInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "organizations")
	if err != nil {
		return err
	}
	var found []*people.Organization
	for _, id := range ids {
		o, err := h.People.Organizations.Get(ctx, a, id)
		if errors.Is(err, llm.NotFoundError) {
			continue
		}
		if err != nil {
			return err
		}
		found = append(found, o)
	}
	return h.answerOrganizations(ctx, w, a, found)
}

func (h *Handler) answerOrganizations(ctx context.Context, w *web.Writer, a people.Actor, found []*people.Organization) error {
	rows := make([]raw.Object, len(found))
	for i, o := range found {
		var err error
		if rows[i], err = h.organization(ctx, a, o); err != nil {
			return err
		}
	}
	return w.Value(json.RawMessage(list(rows)))
}

// ListOrganizations answers GET /organization/list: all, or the caller's own.
func (h *Handler) ListOrganizations(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	l := people.Listing{Limit: 1000}
	if !views(a) {
		if l.User = a.UserID(); l.User == "" {
			return w.Value([]string{})
		}
	}
	found, err := all(func(after string) (people.Page[people.Organization], error) {
		l.After = after
		return h.People.Organizations.List(ctx, a, l)
	})
	if err != nil {
		return err
	}
	id, alias := r.URL.Query().Get("org_id"), strings.ToLower(r.URL.Query().Get("org_alias"))
	found = slices.DeleteFunc(found, func(o *people.Organization) bool {
		return id != "" && o.ID != id || !strings.Contains(strings.ToLower(o.Alias), alias)
	})
	return h.answerOrganizations(ctx, w, a, found)
}
