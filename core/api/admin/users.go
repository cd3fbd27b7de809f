package admin

import (
	"context"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// userForm is LiteLLM_UserTable.
const userForm = `{"user_id":null,"max_budget":null,"spend":0,"model_max_budget":{},"model_spend":{},"user_email":null,"user_alias":null,` +
	`"models":[],"tpm_limit":null,"rpm_limit":null,"user_role":null,"organization_memberships":null,"teams":[],"sso_user_id":null,` +
	`"budget_duration":null,"budget_reset_at":null,"metadata":{},"created_at":null,"updated_at":null,"object_permission":null,` +
	`"max_parallel_requests":null}`

// userWords are those of requests about users.
var userWords = words{within: []string{"model_rpm_limit", "model_tpm_limit"}}

// user is a user in LiteLLM's words, with what it has spent.
func (h *Handler) user(ctx context.Context, u *people.User) (raw.Object, error) {
	reply, err := shown(userForm, u)
	if err == nil {
		reply, err = withMetadata(reply, u, userWords.within)
	}
	if err != nil {
		return reply, err
	}
	return h.spentBy(ctx, reply, people.Scope{Kind: "user", ID: u.ID}, &u.Spending, &u.Stamp, u.Spend)
}
