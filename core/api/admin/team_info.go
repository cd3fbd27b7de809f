package admin

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// teamForm is LiteLLM_TeamTable, with what a team's info adds.
const teamForm = `{"team_alias":null,"team_id":null,"organization_id":null,"admins":[],"members":[],"members_with_roles":[],` +
	`"team_member_permissions":null,"metadata":{},"tpm_limit":null,"rpm_limit":null,"max_budget":null,"soft_budget":null,` +
	`"budget_duration":null,"models":[],"blocked":false,"router_settings":null,"access_group_ids":null,"spend":0,` +
	`"max_parallel_requests":null,"budget_reset_at":null,"model_id":null,"litellm_model_table":null,"object_permission":null,` +
	`"updated_at":null,"created_at":null,"object_permission_id":null,"team_member_budget_table":null}`

// team is a team in LiteLLM's words, with its members and what it has spent.
func (h *Handler) team(ctx context.Context, a people.Actor, t *people.Team) (raw.Object, error) {
	members, err := h.members(ctx, a, t.ID)
	if err != nil {
		return raw.Object{}, err
	}
	return h.teamWith(ctx, t, members)
}

func (h *Handler) teamWith(ctx context.Context, t *people.Team, members []*people.Member) (raw.Object, error) {
	reply, err := shown(teamForm, t)
	if err == nil {
		reply, err = withMetadata(reply, t, teamWords.within)
	}
	if err != nil {
		return reply, err
	}
	var all []raw.Object
	for _, m := range members {
		o, err := shown(`{"user_id":null,"user_email":null,"role":null}`, m)
		if err != nil {
			return reply, err
		}
		all = append(all, o)
	}
	reply = reply.WithRaw("members_with_roles", list(all))
	if len(t.Aliases) > 0 {
		reply, err = reply.With("litellm_model_table", map[string]any{"model_aliases": t.Aliases, "created_by": t.CreatedBy, "updated_by": t.UpdatedBy})
		if err != nil {
			return reply, err
		}
	}
	each := t.EachMember()
	if each.MaxBudget != nil || each.TPM != nil || each.RPM != nil {
		table, err := shown(budgetForm, each)
		if err != nil {
			return reply, err
		}
		reply = reply.WithRaw("team_member_budget_table", table.Bytes())
	}
	return h.spentBy(ctx, reply, people.Scope{Kind: "team", ID: t.ID}, &t.Spending, &t.Stamp, t.Spend)
}

// entry is a team with its memberships and keys, as far as the actor may see
// them.
func (h *Handler) entry(ctx context.Context, a people.Actor, t *people.Team) (team raw.Object, memberships, keys json.RawMessage, err error) {
	members, err := h.members(ctx, a, t.ID)
	if err != nil {
		return team, nil, nil, err
	}
	if team, err = h.teamWith(ctx, t, members); err != nil {
		return team, nil, nil, err
	}
	all := make([]raw.Object, len(members))
	if err = each.All(len(members), func(i int) (err error) {
		all[i], err = h.membership(ctx, "team", t.ID, members[i], t.EachMember())
		return err
	}); err != nil {
		return team, nil, nil, err
	}
	found, err := h.keysOf(ctx, a, people.Listing{Team: t.ID})
	if err != nil {
		return team, nil, nil, err
	}
	rows, err := h.rows(ctx, found)
	return team, list(all), rows, err
}

// rows are keys with their hashes.
func (h *Handler) rows(ctx context.Context, keys []*people.Key) (json.RawMessage, error) {
	rows := make([]raw.Object, len(keys))
	err := each.All(len(keys), func(i int) error {
		o, err := h.key(ctx, keyForm, keys[i])
		rows[i] = o.WithText("token", keys[i].Token)
		return err
	})
	return list(rows), err
}

// TeamInfo answers GET /team/info.
func (h *Handler) TeamInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	id := r.URL.Query().Get("team_id")
	if id == "" {
		return unprocessable("team_id", "team_id is required")
	}
	t, err := h.People.Teams.Get(ctx, a, id)
	if err != nil {
		return err
	}
	team, memberships, keys, err := h.entry(ctx, a, t)
	if err != nil {
		return err
	}
	return w.Value(struct {
		ID          string          `json:"team_id"`
		Info        raw.Object      `json:"team_info"`
		Keys        json.RawMessage `json:"keys"`
		Memberships json.RawMessage `json:"team_memberships"`
	}{t.ID, team, keys, memberships})
}
