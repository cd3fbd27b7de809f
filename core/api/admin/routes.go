package admin

import (
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handle answers a route's requests once it is known who sent them.
type Handle = func(w *web.Writer, r *http.Request, caller *llm.Caller) error

// Routes are the handlers by method and path. All are for any key: what its
// holder may do is judged there.
func (h *Handler) Routes() map[string]Handle {
	all := map[string]Handle{
		"POST /key/generate":                 h.GenerateKey,
		"POST /key/service-account/generate": h.GenerateServiceKey,
		"POST /key/regenerate":               h.RegenerateKey,
		"POST /key/{key}/regenerate":         h.RegenerateKey,
		"POST /key/{key}/reset_spend":        h.ResetKeySpend,
		"POST /key/update":                   h.UpdateKey,
		"POST /key/bulk_update":              h.BulkUpdateKeys,
		"POST /key/delete":                   h.DeleteKeys,
		"POST /key/block":                    h.BlockKey,
		"POST /key/unblock":                  h.UnblockKey,
		"POST /key/health":                   h.KeyHealth,
		"GET /key/info":                      h.KeyInfo,
		"POST /v2/key/info":                  h.KeysInfo,
		"GET /key/list":                      h.ListKeys,
		"GET /key/aliases":                   h.KeyAliases,

		"POST /model/new":                h.NewModel,
		"POST /model/update":             h.UpdateModel,
		"PATCH /model/{model_id}/update": h.PatchModel,
		"POST /model/delete":             h.DeleteModel,

		"POST /team/new":                h.NewTeam,
		"GET /team/info":                h.TeamInfo,
		"POST /team/update":             h.UpdateTeam,
		"POST /team/delete":             h.DeleteTeams,
		"GET /team/list":                h.ListTeams,
		"GET /v2/team/list":             h.ListTeamsV2,
		"GET /team/available":           h.AvailableTeams,
		"GET /team/permissions_list":    h.TeamPermissions,
		"POST /team/permissions_update": h.UpdateTeamPermissions,
		"POST /team/block":              h.BlockTeam,
		"POST /team/unblock":            h.UnblockTeam,
		"POST /team/member_add":         h.AddTeamMember,
		"POST /team/bulk_member_add":    h.AddTeamMembers,
		"POST /team/member_update":      h.UpdateTeamMember,
		"POST /team/member_delete":      h.DeleteTeamMember,
		"POST /team/model/add":          h.AddTeamModels,
		"POST /team/model/delete":       h.DeleteTeamModels,

		"POST /user/new":            h.NewUser,
		"GET /user/info":            h.UserInfo,
		"POST /user/bulk_update":    h.BulkUpdateUsers,
		"POST /user/update":         h.UpdateUser,
		"POST /user/delete":         h.DeleteUsers,
		"GET /user/list":            h.ListUsers,
		"GET /user/available_roles": h.Roles,

		"POST /budget/new":     h.NewBudget,
		"POST /budget/update":  h.UpdateBudget,
		"POST /budget/info":    h.BudgetInfo,
		"GET /budget/list":     h.ListBudgets,
		"GET /budget/settings": h.BudgetSettings,
		"POST /budget/delete":  h.DeleteBudget,

		"POST /organization/new":             h.NewOrganization,
		"PATCH /organization/update":         h.UpdateOrganization,
		"GET /organization/info":             h.OrganizationInfo,
		"POST /organization/info":            h.OrganizationsInfo,
		"GET /organization/list":             h.ListOrganizations,
		"DELETE /organization/delete":        h.DeleteOrganizations,
		"POST /organization/member_add":      h.AddOrganizationMembers,
		"PATCH /organization/member_update":  h.UpdateOrganizationMember,
		"DELETE /organization/member_delete": h.DeleteOrganizationMember,

		"POST /project/new":      h.NewProject,
		"POST /project/update":   h.UpdateProject,
		"GET /project/info":      h.ProjectInfo,
		"GET /project/list":      h.ListProjects,
		"DELETE /project/delete": h.DeleteProjects,

		"POST /tag/new":    h.NewTag,
		"POST /tag/update": h.UpdateTag,
		"POST /tag/info":   h.TagInfo,
		"GET /tag/list":    h.ListTags,
		"POST /tag/delete": h.DeleteTag,

		"POST /credentials": h.NewCredential,
		"GET /credentials":  h.ListCredentials,
		"GET /credentials/by_name/{credential_name...}": h.Credential,
		"PATCH /credentials/{credential_name...}":       h.UpdateCredential,
		"DELETE /credentials/{credential_name...}":      h.DeleteCredential,

		"GET /credentials/by_model/{model_id}": h.ModelCredential,

		"POST /access_group/new":                     h.NewModelGroup,
		"GET /access_group/list":                     h.ListModelGroups,
		"GET /access_group/{access_group}/info":      h.ModelGroup,
		"PUT /access_group/{access_group}/update":    h.UpdateModelGroup,
		"DELETE /access_group/{access_group}/delete": h.DeleteModelGroup,

		"GET /audit":      h.ListAudit,
		"GET /audit/{id}": h.Change,

		"GET /spend/keys":  h.SpendKeys,
		"GET /spend/users": h.SpendUsers,
	}
	for _, path := range []string{"/v1/access_group", "/v1/unified_access_group"} {
		all["POST "+path] = h.NewAccessGroup
		all["GET "+path] = h.ListAccessGroups
		all["GET "+path+"/{access_group_id}"] = h.AccessGroup
		all["PUT "+path+"/{access_group_id}"] = h.UpdateAccessGroup
		all["DELETE "+path+"/{access_group_id}"] = h.DeleteAccessGroup
	}
	for _, name := range []string{"/customer", "/end_user"} {
		all["POST "+name+"/new"] = h.NewCustomer
		all["POST "+name+"/update"] = h.UpdateCustomer
		all["GET "+name+"/info"] = h.CustomerInfo
		all["GET "+name+"/list"] = h.ListCustomers
		all["POST "+name+"/delete"] = h.DeleteCustomers
		all["POST "+name+"/block"] = h.BlockCustomers
		all["POST "+name+"/unblock"] = h.UnblockCustomers
	}
	return all
}
