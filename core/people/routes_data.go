package people

// data table: the groups of routes that a key may be allowed, by LiteLLM's names
// (proxy/_types.py, LiteLLMRoutes, of 1.81.15).

import "slices"

var (
	openaiRoutes = []string{
		"/engines/{model}/chat/completions", "/openai/deployments/{model}/chat/completions", "/chat/completions",
		"/v1/chat/completions", "/cursor/chat/completions", "/engines/{model}/completions", "/openai/deployments/{model}/completions",
		"/completions", "/v1/completions", "/engines/{model}/embeddings", "/openai/deployments/{model}/embeddings", "/embeddings",
		"/v1/embeddings", "/images/generations", "/v1/images/generations", "/images/edits", "/v1/images/edits", "/videos",
		"/v1/videos", "/videos/{video_id}", "/v1/videos/{video_id}", "/videos/{video_id}/content", "/v1/videos/{video_id}/content",
		"/videos/{video_id}/remix", "/v1/videos/{video_id}/remix", "/audio/transcriptions", "/v1/audio/transcriptions",
		"/audio/speech", "/v1/audio/speech", "/moderations", "/v1/moderations", "/v1/batches", "/batches", "/v1/batches/{batch_id}",
		"/batches/{batch_id}", "/v1/batches/{batch_id}/cancel", "/batches/{batch_id}/cancel", "/v1/files", "/files",
		"/v1/files/{file_id}", "/files/{file_id}", "/v1/files/{file_id}/content", "/files/{file_id}/content", "/fine_tuning/jobs",
		"/v1/fine_tuning/jobs", "/fine_tuning/jobs/{fine_tuning_job_id}/cancel", "/v1/fine_tuning/jobs/{fine_tuning_job_id}/cancel",
		"/assistants", "/v1/assistants", "/v1/assistants/{assistant_id}", "/assistants/{assistant_id}", "/threads", "/v1/threads",
		"/threads/{thread_id}", "/v1/threads/{thread_id}", "/threads/{thread_id}/messages", "/v1/threads/{thread_id}/messages",
		"/threads/{thread_id}/runs", "/v1/threads/{thread_id}/runs", "/models", "/v1/models", "/utils/token_counter",
		"/utils/transform_request", "/rerank", "/v1/rerank", "/v2/rerank", "/realtime", "/v1/realtime", "/responses", "/v1/responses",
		"/responses/{response_id}", "/v1/responses/{response_id}", "/responses/{response_id}/input_items",
		"/v1/responses/{response_id}/input_items", "/responses/{response_id}/cancel", "/v1/responses/{response_id}/cancel",
		"/vector_stores", "/v1/vector_stores", "/vector_stores/{vector_store_id}/search", "/v1/vector_stores/{vector_store_id}/search",
		"/vector_stores/{vector_store_id}/files", "/v1/vector_stores/{vector_store_id}/files",
		"/vector_stores/{vector_store_id}/files/{file_id}", "/v1/vector_stores/{vector_store_id}/files/{file_id}",
		"/vector_stores/{vector_store_id}/files/{file_id}/content", "/v1/vector_stores/{vector_store_id}/files/{file_id}/content",
		"/vector_store/list", "/v1/vector_store/list", "/search", "/v1/search", "/search/{search_tool_name}",
		"/v1/search/{search_tool_name}", "/ocr", "/v1/ocr", "/containers", "/v1/containers", "/containers/*", "/v1/containers/*",
	}

	anthropicRoutes = []string{
		"/v1/messages", "/v1/messages/count_tokens", "/v1/skills", "/v1/skills/{skill_id}",
	}

	googleRoutes = []string{
		"/v1beta/models/{model_name...}:countTokens", "/v1beta/models/{model_name...}:generateContent",
		"/v1beta/models/{model_name...}:streamGenerateContent", "/models/{model_name...}:countTokens",
		"/models/{model_name...}:generateContent", "/models/{model_name...}:streamGenerateContent", "/interactions",
		"/v1beta/interactions", "/interactions/{interaction_id}", "/v1beta/interactions/{interaction_id}",
		"/interactions/{interaction_id}/cancel", "/v1beta/interactions/{interaction_id}/cancel",
	}

	mappedPassThroughRoutes = []string{
		"/bedrock", "/bedrock/*", "/vertex-ai", "/vertex-ai/*", "/vertex_ai", "/vertex_ai/*", "/cohere", "/cohere/*", "/gemini",
		"/gemini/*", "/anthropic", "/anthropic/*", "/langfuse", "/langfuse/*", "/azure", "/azure/*", "/azure_ai", "/azure_ai/*",
		"/openai", "/openai/*", "/openai_passthrough", "/openai_passthrough/*", "/assemblyai", "/assemblyai/*", "/eu.assemblyai",
		"/eu.assemblyai/*", "/vllm", "/vllm/*", "/mistral", "/mistral/*", "/milvus", "/milvus/*",
	}

	mcpRoutes = []string{
		"/mcp", "/mcp/", "/mcp/{subpath}", "/mcp/tools", "/mcp/tools/list", "/mcp/tools/call", "/mcp-rest/tools/list",
		"/mcp-rest/tools/call", "/v1/mcp/server",
	}

	agentRoutes = []string{
		"/v1/agents", "/agents", "/a2a/{agent_id}", "/a2a/{agent_id}/message/send", "/a2a/{agent_id}/message/stream",
		"/a2a/{agent_id}/.well-known/agent-card.json",
	}

	litellmNativeRoutes = []string{
		"/rag/ingest", "/v1/rag/ingest", "/rag/query", "/v1/rag/query",
	}

	applyGuardrailRoutes = []string{
		"/guardrails/apply_guardrail",
	}

	infoRoutes = []string{
		"/key/info", "/key/health", "/team/info", "/team/list", "/v2/team/list", "/organization/list", "/team/available", "/user/info",
		"/model/info", "/v1/model/info", "/v2/model/info", "/v2/key/info", "/model_group/info", "/health", "/key/list",
		"/user/filter/ui", "/models", "/v1/models",
	}

	keyManagementRoutes = []string{
		"/key/generate", "/key/update", "/key/delete", "/key/info", "/key/regenerate", "/key/service-account/generate",
		"/key/{key_id}/regenerate", "/key/list", "/key/block", "/key/unblock", "/key/bulk_update", "/team/daily/activity",
	}

	managementRoutes = []string{
		"/user/new", "/user/update", "/user/delete", "/user/info", "/user/list", "/user/daily/activity",
		"/user/daily/activity/aggregated", "/team/new", "/team/update", "/team/delete", "/team/list", "/v2/team/list", "/team/info",
		"/team/block", "/team/unblock", "/team/available", "/team/permissions_list", "/team/permissions_update", "/model/new",
		"/model/update", "/model/delete", "/model/info",
	}

	spendTrackingRoutes = []string{
		"/spend/keys", "/spend/users", "/spend/tags", "/spend/calculate", "/spend/logs", "/cost/estimate",
	}

	globalSpendTrackingRoutes = []string{
		"/global/spend/logs", "/global/spend", "/global/spend/keys", "/global/spend/teams", "/global/spend/end_users",
		"/global/spend/models", "/global/predict/spend/logs", "/global/spend/report", "/global/spend/provider", "/global/spend/tags",
	}

	// otherRoutes are in no group. They are known so that a path is not taken for
	// harmless when they are below it.
	otherRoutes = []string{
		"/health/services", "/health/history", "/health/latest", "/health/shared-status", "/health/test_connection", "/health/readiness",
		"/models/{model_id}", "/v1/models/{model_id}", "/config/update", "/config/list", "/config/field/update", "/key/{key}/regenerate",
		"/key/{key}/reset_spend", "/model/{model_id}/update", "/spend/logs/v2", "/spend/logs/ui", "/global/spend/reset", "/global/spend/refresh",
		"/global/activity/model", "/global/activity/exceptions", "/user/bulk_update", "/team/bulk_member_add", "/team/model/add", "/team/model/delete",
		"/credentials/{credential_name}", "/v1/access_group/{access_group_id}", "/organization/member_add", "/organization/member_update",
	}
)

// routeGroups are the names that stand for several routes in allowed_routes.
var routeGroups = map[string][]string{
	"openai_routes":                openaiRoutes,
	"anthropic_routes":             anthropicRoutes,
	"google_routes":                googleRoutes,
	"mcp_routes":                   mcpRoutes,
	"agent_routes":                 agentRoutes,
	"litellm_native_routes":        litellmNativeRoutes,
	"apply_guardrail_routes":       applyGuardrailRoutes,
	"info_routes":                  infoRoutes,
	"key_management_routes":        keyManagementRoutes,
	"spend_tracking_routes":        spendTrackingRoutes,
	"global_spend_tracking_routes": globalSpendTrackingRoutes,
	"mapped_pass_through_routes":   mappedPassThroughRoutes,
	"passthrough_routes_wildcard":  mappedPassThroughRoutes,
	"management_routes":            slices.Concat(managementRoutes, keyManagementRoutes),
	"llm_api_routes":               slices.Concat(openaiRoutes, anthropicRoutes, googleRoutes, mappedPassThroughRoutes, applyGuardrailRoutes, mcpRoutes, litellmNativeRoutes, agentRoutes),
}
