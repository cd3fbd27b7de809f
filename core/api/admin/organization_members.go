package admin

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// organizationMembership is a member as LiteLLM_OrganizationMembershipTable has
// it.
func (h *Handler) organizationMembership(ctx context.Context, id string, m *people.Member) (raw.Object, error) {
	row, err := h.membership(ctx, "organization", id, m, &people.Spending{})
	if err != nil {
		return row, err
	}
	said, err := shown(`{"user_email":null,"created_at":null}`, m)
	if err != nil {
		return row, err
	}
	since, _ := said.Raw("created_at")
	return row.Merged(said).WithText("user_role", m.Role).WithRaw("updated_at", since).WithRaw("user", []byte("null")), nil
}

// AddOrganizationMembers answers POST /organization/member_add.
func (h *Handler) AddOrganizationMembers(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if err := only(body, "organization_id", "member", "max_budget_in_organization"); err != nil {
		return err
	}
	id, err := need(body, "organization_id")
	if err != nil {
		return err
	}
	v, _ := body.Raw("member")
	members, err := h.asked(ctx, a, v, organizationRoles)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return bad("member", "At least one member is required")
	}
	rows := make([]raw.Object, len(members))
	for i, m := range members {
		if err := budgeted(body, &m); err != nil {
			return err
		}
		made, err := h.People.Organizations.SetMember(ctx, a, id, m)
		if err == nil {
			rows[i], err = h.organizationMembership(ctx, id, made)
		}
		if err != nil {
			return err
		}
	}
	users, err := h.usersOf(ctx, a, members)
	if err != nil {
		return err
	}
	return w.Value(map[string]any{"organization_id": id, "updated_users": users, "updated_organization_memberships": list(rows)})
}

// UpdateOrganizationMember answers PATCH /organization/member_update. What is
// not named stays.
func (h *Handler) UpdateOrganizationMember(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if err := only(body, "organization_id", "user_id", "user_email", "role", "max_budget_in_organization"); err != nil {
		return err
	}
	id, m, err := h.organizationMember(ctx, a, body)
	if err != nil {
		return err
	}
	if role, ok := body.Text("role"); ok {
		m.Role = role
	}
	if err := budgeted(body, m); err != nil {
		return err
	}
	made, err := h.People.Organizations.SetMember(ctx, a, id, *m)
	if err != nil {
		return err
	}
	row, err := h.organizationMembership(ctx, id, made)
	if err != nil {
		return err
	}
	return w.Value(row)
}

// DeleteOrganizationMember answers DELETE /organization/member_delete.
func (h *Handler) DeleteOrganizationMember(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	id, m, err := h.organizationMember(ctx, a, body)
	if err != nil {
		return err
	}
	row, err := h.organizationMembership(ctx, id, m)
	if err != nil {
		return err
	}
	if err := h.People.Organizations.RemoveMember(ctx, a, id, m.UserID); err != nil {
		return err
	}
	return w.Value(json.RawMessage(row.Bytes()))
}

func (h *Handler) organizationMember(ctx context.Context, a people.Actor, body raw.Object) (string, *people.Member, error) {
	id, err := need(body, "organization_id")
	if err != nil {
		return "", nil, err
	}
	members, err := h.organizationMembers(ctx, a, id)
	if err != nil {
		return "", nil, err
	}
	m, err := meant(body, members)
	return id, m, err
}
