package admin

import (
	"context"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// projectForm is LiteLLM_ProjectTable.
const projectForm = `{"project_id":null,"project_alias":null,"description":null,"team_id":null,"budget_id":null,"metadata":{},"models":[],` +
	`"spend":0,"model_spend":{},"model_rpm_limit":null,"model_tpm_limit":null,"blocked":false,"object_permission_id":null,` +
	`"created_by":"","updated_by":"","litellm_budget_table":null,"object_permission":null,"created_at":null,"updated_at":null}`

func (h *Handler) project(ctx context.Context, p *people.Project) (raw.Object, error) {
	reply, err := shown(projectForm, p)
	if err == nil {
		reply, err = withMetadata(reply, p, limitWords.within)
	}
	if err == nil {
		reply, err = h.withLimits(ctx, reply, &p.Spending)
	}
	if err != nil {
		return reply, err
	}
	return h.spentBy(ctx, reply, people.Scope{Kind: "project", ID: p.ID}, &p.Spending, &p.Stamp, p.Spend)
}

func (h *Handler) answerProject(ctx context.Context, w *web.Writer, p *people.Project, err error) error {
	if err != nil {
		return err
	}
	reply, err := h.project(ctx, p)
	if err != nil {
		return err
	}
	return w.Value(reply)
}

// NewProject answers POST /project/new.
func (h *Handler) NewProject(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Project](limitWords, r)
	if err != nil {
		return err
	}
	p, err := h.People.Projects.Create(ctx, a, asked)
	return h.answerProject(ctx, w, p, err)
}

// UpdateProject answers POST /project/update. A project stays its team's.
func (h *Handler) UpdateProject(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := limitWords.read(r)
	if err != nil {
		return err
	}
	id, err := need(body, "project_id")
	if err != nil {
		return err
	}
	p, err := h.People.Projects.Update(ctx, a, id, body.Without("project_id"))
	return h.answerProject(ctx, w, p, err)
}

// ProjectInfo answers GET /project/info.
func (h *Handler) ProjectInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	p, err := h.People.Projects.Get(ctx, a, r.URL.Query().Get("project_id"))
	return h.answerProject(ctx, w, p, err)
}

// ListProjects answers GET /project/list: all, or those of the caller's teams.
func (h *Handler) ListProjects(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	var owners []people.Listing
	switch {
	case views(a):
		owners = []people.Listing{{}}
	case a.UserID() != "":
		teams, err := h.teamsOf(ctx, a, a.UserID())
		if err != nil {
			return err
		}
		for _, t := range teams {
			owners = append(owners, people.Listing{Team: t.ID})
		}
	}
	var rows []raw.Object
	for _, l := range owners {
		l.Limit = 1000
		found, err := all(func(after string) (people.Page[people.Project], error) {
			l.After = after
			return h.People.Projects.List(ctx, a, l)
		})
		if err != nil {
			return err
		}
		for _, p := range found {
			row, err := h.project(ctx, p)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
	}
	return w.Value(list(rows))
}

// DeleteProjects answers DELETE /project/delete, with what they were.
func (h *Handler) DeleteProjects(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "project_ids")
	if err != nil {
		return err
	}
	var rows []raw.Object
	err = h.drop(ids, func(id string) error {
		p, err := h.People.Projects.Get(ctx, a, id)
		if err != nil {
			return err
		}
		row, err := h.project(ctx, p)
		rows = append(rows, row)
		return err
	}, func(id string) error { return h.People.Projects.Delete(ctx, a, id) })
	if err != nil {
		return err
	}
	return w.Value(list(rows))
}
