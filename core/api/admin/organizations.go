package admin

import (
	"context"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// organizationForm is LiteLLM_OrganizationTableWithMembers. An organization's
// limits are its own, so that it may have no budget_id, which is "" then.
const organizationForm = `{"organization_id":null,"organization_alias":null,"budget_id":"","spend":0,"metadata":{},"models":[],` +
	`"created_by":"","updated_by":"","users":null,"litellm_budget_table":null,"object_permission":null,"object_permission_id":null,` +
	`"members":[],"teams":[],"created_at":null,"updated_at":null}`

// limitWords are those of requests about what has limits and metadata.
var limitWords = words{within: []string{"model_rpm_limit", "model_tpm_limit"}}

// organization is one in LiteLLM's words, with its members and teams as far as
// the actor may see them, and what it has spent.
func (h *Handler) organization(ctx context.Context, a people.Actor, o *people.Organization) (raw.Object, error) {
	reply, err := shown(organizationForm, o)
	if err == nil {
		reply, err = withMetadata(reply, o, limitWords.within)
	}
	if err == nil {
		reply, err = h.withLimits(ctx, reply, &o.Spending)
	}
	if err != nil {
		return reply, err
	}
	members, err := h.organizationMembers(ctx, a, o.ID)
	if err != nil {
		return reply, err
	}
	rows := make([]raw.Object, len(members))
	for i, m := range members {
		if rows[i], err = h.organizationMembership(ctx, o.ID, m); err != nil {
			return reply, err
		}
	}
	reply = reply.WithRaw("members", list(rows))
	teams, err := all(func(after string) (people.Page[people.Team], error) {
		return h.People.Teams.List(ctx, a, people.Listing{Organization: o.ID, After: after, Limit: 1000})
	})
	if err != nil {
		return reply, err
	}
	rows = make([]raw.Object, len(teams))
	for i, t := range teams {
		if rows[i], err = h.team(ctx, a, t); err != nil {
			return reply, err
		}
	}
	reply = reply.WithRaw("teams", list(rows))
	return h.spentBy(ctx, reply, people.Scope{Kind: "organization", ID: o.ID}, &o.Spending, &o.Stamp, o.Spend)
}

func (h *Handler) organizationMembers(ctx context.Context, a people.Actor, id string) ([]*people.Member, error) {
	return all(func(after string) (people.Page[people.Member], error) {
		return h.People.Organizations.Members(ctx, a, id, after)
	})
}

func (h *Handler) answerOrganization(ctx context.Context, w *web.Writer, a people.Actor, o *people.Organization, err error) error {
	if err != nil {
		return err
	}
	reply, err := h.organization(ctx, a, o)
	if err != nil {
		return err
	}
	return w.Value(reply)
}

// NewOrganization answers POST /organization/new.
func (h *Handler) NewOrganization(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Organization](limitWords, r)
	if err != nil {
		return err
	}
	if asked.Alias == "" {
		return unprocessable("organization_alias", "organization_alias is required")
	}
	o, err := h.People.Organizations.Create(ctx, a, asked)
	return h.answerOrganization(ctx, w, a, o, err)
}

// UpdateOrganization answers PATCH /organization/update.
func (h *Handler) UpdateOrganization(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := limitWords.read(r)
	if err != nil {
		return err
	}
	id, err := need(body, "organization_id")
	if err != nil {
		return err
	}
	o, err := h.People.Organizations.Update(ctx, a, id, body.Without("organization_id", "updated_by"))
	return h.answerOrganization(ctx, w, a, o, err)
}

// OrganizationInfo answers GET /organization/info.
func (h *Handler) OrganizationInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	o, err := h.People.Organizations.Get(ctx, a, r.URL.Query().Get("organization_id"))
	return h.answerOrganization(ctx, w, a, o, err)
}

// DeleteOrganizations answers DELETE /organization/delete, with what they were.
func (h *Handler) DeleteOrganizations(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	ids, err := ids(r, "organization_ids")
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(ids))
	at := 0
	err = h.drop(ids, func(id string) error {
		o, err := h.People.Organizations.Get(ctx, a, id)
		if err == nil {
			rows[at], err = h.organization(ctx, a, o)
		}
		at++
		return err
	}, func(id string) error { return h.People.Organizations.Delete(ctx, a, id) })
	if err != nil {
		return err
	}
	return w.Value(list(rows))
}
