package admin

// The forms of replies: LiteLLM's members with what they are when nobody said
// anything. soft_budget and allowed_ips of a key are this gateway's own.
const (
	// keyForm is a row of LiteLLM_VerificationToken, without its token.
	keyForm = `{"key_name":null,"key_alias":null,"soft_budget_cooldown":false,"spend":0,"expires":null,"models":[],"aliases":{},` +
		`"config":{},"router_settings":{},"user_id":null,"team_id":null,"project_id":null,"permissions":{},"max_parallel_requests":null,` +
		`"metadata":{},"blocked":false,"tpm_limit":null,"rpm_limit":null,"max_budget":null,"soft_budget":null,"budget_duration":null,` +
		`"budget_reset_at":null,"allowed_cache_controls":[],"allowed_routes":[],"policies":[],"access_group_ids":[],"model_spend":{},` +
		`"model_max_budget":{},"budget_id":null,"organization_id":null,"object_permission_id":null,"created_at":null,"created_by":null,` +
		`"updated_at":null,"updated_by":null,"last_active":null,"rotation_count":0,"auto_rotate":false,"rotation_interval":null,` +
		`"last_rotation_at":null,"key_rotation_at":null,"litellm_budget_table":null,"object_permission":null,"allowed_ips":[]}`

	// issuedForm is GenerateKeyResponse.
	issuedForm = `{"key_alias":null,"duration":null,"models":[],"spend":0,"max_budget":null,"soft_budget":null,"user_id":null,"team_id":null,` +
		`"max_parallel_requests":null,"metadata":{},"tpm_limit":null,"rpm_limit":null,"budget_duration":null,"allowed_cache_controls":[],` +
		`"config":{},"permissions":{},"model_max_budget":{},"model_rpm_limit":null,"model_tpm_limit":null,"guardrails":null,"policies":null,` +
		`"prompts":null,"blocked":null,"aliases":{},"object_permission":null,"key":null,"budget_id":null,"tags":null,"enforced_params":null,` +
		`"allowed_routes":[],"allowed_passthrough_routes":null,"allowed_vector_store_indexes":null,"rpm_limit_type":null,` +
		`"tpm_limit_type":null,"router_settings":null,"access_group_ids":null,"key_name":null,"expires":null,"token_id":null,` +
		`"organization_id":null,"project_id":null,"litellm_budget_table":null,"token":null,"created_by":null,"updated_by":null,` +
		`"created_at":null,"updated_at":null,"allowed_ips":[]}`

	// budgetForm is LiteLLM_BudgetTable.
	budgetForm = `{"budget_id":null,"soft_budget":null,"max_budget":null,"max_parallel_requests":null,"tpm_limit":null,"rpm_limit":null,` +
		`"model_max_budget":null,"budget_duration":null,"budget_reset_at":null}`
)
