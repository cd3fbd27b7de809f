// Package routes holds the route table: which path is answered by which
// function, in which response mode, to whom. The local server, the Lambda
// functions, template.yaml and the API description are all read from it or
// checked against it, so a route exists everywhere or nowhere.
//
// It imports nothing: infrastructure code in its own module reads it too.
package routes

// Mode says how API Gateway passes a function's reply on.
type Mode string

const (
	// Stream sends bytes as they are written, for up to 15 minutes. Every
	// route that waits for a caller's model call uses it, for plain replies too.
	Stream Mode = "STREAM"
	// Buffered collects the reply: 29 seconds and 6 MB at most.
	Buffered Mode = "BUFFERED"
)

// Rest is the path of all that no other route has: endpoints that a
// configuration adds, and what does not exist.
const Rest = "/{path...}"

// Any is the Method of routes that answer to all.
const Any = "ANY"

// Pattern is the route as net/http has it.
func (r Route) Pattern() string {
	if r.Method == Any {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// Access says who may call a route.
type Access string

const (
	// Open routes answer without a key: load balancers probe them.
	Open Access = "open"
	// Key routes take any valid key; without a master key configured on one
	// machine they are open.
	Key Access = "key"
	// Master routes take the master key only: they spend the owner's money
	// or show what only the owner may see.
	Master Access = "master"
)

// Route is one line of the table. Path is a net/http pattern path: {name} is
// one segment, {name...} is the rest.
type Route struct {
	Method   string
	Path     string
	Function string // the name of the Function that answers
	Access   Access
}

// All lists every route. Routes named by OpenAI answer with and without /v1.
func All() []Route {
	return []Route{
		{"POST", "/v1/chat/completions", "chat", Key},
		{"POST", "/chat/completions", "chat", Key},
		{"POST", "/engines/{model}/chat/completions", "chat", Key},
		{"POST", "/openai/deployments/{model}/chat/completions", "chat", Key},
		{"POST", "/v1/completions", "chat", Key},
		{"POST", "/completions", "chat", Key},
		{"POST", "/engines/{model}/completions", "chat", Key},
		{"POST", "/openai/deployments/{model}/completions", "chat", Key},
		{"POST", "/v1/responses", "chat", Key},
		{"POST", "/responses", "chat", Key},
		{"GET", "/v1/responses/{id}", "chat", Key},
		{"GET", "/responses/{id}", "chat", Key},
		{"DELETE", "/v1/responses/{id}", "chat", Key},
		{"DELETE", "/responses/{id}", "chat", Key},
		{"POST", "/v1/responses/{id}/cancel", "chat", Key},
		{"POST", "/responses/{id}/cancel", "chat", Key},
		{"GET", "/v1/responses/{id}/input_items", "chat", Key},
		{"GET", "/responses/{id}/input_items", "chat", Key},
		{"POST", "/v1/messages", "chat", Key},
		{"POST", "/v1beta/models/{id...}", "chat", Key},
		{"POST", "/v1/models/{id...}", "chat", Key},

		{"POST", "/v1/batch/completions", "chat", Key},
		{"POST", "/batch/completions", "chat", Key},
		{"GET", "/v1/batch/completions/{id}", "chat", Key},
		{"GET", "/batch/completions/{id}", "chat", Key},

		{"POST", "/v1/adapters/{adapter_id}/completions", "chat", Key},
		{"POST", "/adapters/{adapter_id}/completions", "chat", Key},

		{"POST", "/v1/embeddings", "embed", Key},
		{"POST", "/embeddings", "embed", Key},
		{"POST", "/engines/{model}/embeddings", "embed", Key},
		{"POST", "/openai/deployments/{model}/embeddings", "embed", Key},
		{"POST", "/v1/moderations", "embed", Key},
		{"POST", "/moderations", "embed", Key},
		{"POST", "/v1/rerank", "embed", Key},
		{"POST", "/v2/rerank", "embed", Key},
		{"POST", "/rerank", "embed", Key},

		{"POST", "/v1/images/generations", "media", Key},
		{"POST", "/images/generations", "media", Key},
		{"POST", "/openai/deployments/{model}/images/generations", "media", Key},
		{"POST", "/v1/images/edits", "media", Key},
		{"POST", "/images/edits", "media", Key},
		{"POST", "/openai/deployments/{model}/images/edits", "media", Key},
		{"POST", "/v1/images/variations", "media", Key},
		{"POST", "/images/variations", "media", Key},
		{"POST", "/v1/audio/speech", "media", Key},
		{"POST", "/audio/speech", "media", Key},
		{"POST", "/openai/deployments/{model}/audio/speech", "media", Key},
		{"POST", "/v1/audio/transcriptions", "media", Key},
		{"POST", "/audio/transcriptions", "media", Key},
		{"POST", "/openai/deployments/{model}/audio/transcriptions", "media", Key},
		{"POST", "/v1/audio/translations", "media", Key},
		{"POST", "/audio/translations", "media", Key},
		{"POST", "/openai/deployments/{model}/audio/translations", "media", Key},

		{Any, "/openai/{path...}", "pass", Master},
		{Any, "/anthropic/{path...}", "pass", Master},
		{Any, "/azure/{path...}", "pass", Master},
		{Any, "/azure_ai/{path...}", "pass", Master},
		{Any, "/bedrock/{path...}", "pass", Master},
		{Any, "/cohere/{path...}", "pass", Master},
		{Any, "/gemini/{path...}", "pass", Master},
		{Any, "/mistral/{path...}", "pass", Master},
		{Any, "/vertex_ai/{path...}", "pass", Master},
		{Any, "/vertex-ai/{path...}", "pass", Master},
		{Any, "/vllm/{path...}", "pass", Master},
		{Any, "/openai_passthrough/{path...}", "pass", Master},
		{Any, Rest, "pass", Open},

		{"POST", "/key/generate", "admin", Key},
		{"POST", "/key/service-account/generate", "admin", Key},
		{"POST", "/key/regenerate", "admin", Key},
		{"POST", "/key/{key}/regenerate", "admin", Key},
		{"POST", "/key/{key}/reset_spend", "admin", Key},
		{"POST", "/key/update", "admin", Key},
		{"POST", "/key/bulk_update", "admin", Key},
		{"POST", "/key/delete", "admin", Key},
		{"POST", "/key/block", "admin", Key},
		{"POST", "/key/unblock", "admin", Key},
		{"POST", "/key/health", "admin", Key},
		{"GET", "/key/info", "admin", Key},
		{"POST", "/v2/key/info", "admin", Key},
		{"GET", "/key/list", "admin", Key},
		{"GET", "/key/aliases", "admin", Key},
		{"POST", "/model/new", "admin", Key},
		{"POST", "/model/update", "admin", Key},
		{"PATCH", "/model/{model_id}/update", "admin", Key},
		{"POST", "/model/delete", "admin", Key},
		{"POST", "/team/new", "admin", Key},
		{"GET", "/team/info", "admin", Key},
		{"POST", "/team/update", "admin", Key},
		{"POST", "/team/delete", "admin", Key},
		{"GET", "/team/list", "admin", Key},
		{"GET", "/v2/team/list", "admin", Key},
		{"GET", "/team/available", "admin", Key},
		{"GET", "/team/permissions_list", "admin", Key},
		{"POST", "/team/permissions_update", "admin", Key},
		{"POST", "/team/block", "admin", Key},
		{"POST", "/team/unblock", "admin", Key},
		{"POST", "/team/member_add", "admin", Key},
		{"POST", "/team/bulk_member_add", "admin", Key},
		{"POST", "/team/member_update", "admin", Key},
		{"POST", "/team/member_delete", "admin", Key},
		{"POST", "/team/model/add", "admin", Key},
		{"POST", "/team/model/delete", "admin", Key},
		{"POST", "/user/new", "admin", Key},
		{"GET", "/user/info", "admin", Key},
		{"POST", "/user/update", "admin", Key},
		{"POST", "/user/bulk_update", "admin", Key},
		{"POST", "/user/delete", "admin", Key},
		{"GET", "/user/list", "admin", Key},
		{"GET", "/user/available_roles", "admin", Key},
		{"POST", "/budget/new", "admin", Key},
		{"POST", "/budget/update", "admin", Key},
		{"POST", "/budget/info", "admin", Key},
		{"GET", "/budget/list", "admin", Key},
		{"GET", "/budget/settings", "admin", Key},
		{"POST", "/budget/delete", "admin", Key},
		{"POST", "/organization/new", "admin", Key},
		{"PATCH", "/organization/update", "admin", Key},
		{"GET", "/organization/info", "admin", Key},
		{"POST", "/organization/info", "admin", Key},
		{"GET", "/organization/list", "admin", Key},
		{"DELETE", "/organization/delete", "admin", Key},
		{"POST", "/organization/member_add", "admin", Key},
		{"PATCH", "/organization/member_update", "admin", Key},
		{"DELETE", "/organization/member_delete", "admin", Key},
		{"POST", "/project/new", "admin", Key},
		{"POST", "/project/update", "admin", Key},
		{"GET", "/project/info", "admin", Key},
		{"GET", "/project/list", "admin", Key},
		{"DELETE", "/project/delete", "admin", Key},
		{"POST", "/tag/new", "admin", Key},
		{"POST", "/tag/update", "admin", Key},
		{"POST", "/tag/info", "admin", Key},
		{"GET", "/tag/list", "admin", Key},
		{"POST", "/tag/delete", "admin", Key},
		{"POST", "/v1/access_group", "admin", Key},
		{"GET", "/v1/access_group", "admin", Key},
		{"GET", "/v1/access_group/{access_group_id}", "admin", Key},
		{"PUT", "/v1/access_group/{access_group_id}", "admin", Key},
		{"DELETE", "/v1/access_group/{access_group_id}", "admin", Key},
		{"POST", "/credentials", "admin", Key},
		{"GET", "/credentials", "admin", Key},
		{"GET", "/credentials/by_name/{credential_name...}", "admin", Key},
		{"PATCH", "/credentials/{credential_name...}", "admin", Key},
		{"DELETE", "/credentials/{credential_name...}", "admin", Key},
		{"POST", "/customer/new", "admin", Key},
		{"POST", "/customer/update", "admin", Key},
		{"GET", "/customer/info", "admin", Key},
		{"GET", "/customer/list", "admin", Key},
		{"POST", "/customer/delete", "admin", Key},
		{"POST", "/customer/block", "admin", Key},
		{"POST", "/customer/unblock", "admin", Key},
		{"POST", "/end_user/new", "admin", Key},
		{"POST", "/end_user/update", "admin", Key},
		{"GET", "/end_user/info", "admin", Key},
		{"GET", "/end_user/list", "admin", Key},
		{"POST", "/end_user/delete", "admin", Key},
		{"POST", "/end_user/block", "admin", Key},
		{"POST", "/end_user/unblock", "admin", Key},
		{"GET", "/credentials/by_model/{model_id}", "admin", Key},
		{"POST", "/v1/unified_access_group", "admin", Key},
		{"GET", "/v1/unified_access_group", "admin", Key},
		{"GET", "/v1/unified_access_group/{access_group_id}", "admin", Key},
		{"PUT", "/v1/unified_access_group/{access_group_id}", "admin", Key},
		{"DELETE", "/v1/unified_access_group/{access_group_id}", "admin", Key},
		{"POST", "/access_group/new", "admin", Key},
		{"GET", "/access_group/list", "admin", Key},
		{"GET", "/access_group/{access_group}/info", "admin", Key},
		{"PUT", "/access_group/{access_group}/update", "admin", Key},
		{"DELETE", "/access_group/{access_group}/delete", "admin", Key},
		{"GET", "/audit", "admin", Key},
		{"GET", "/audit/{id}", "admin", Key},
		{"GET", "/spend/logs", "admin", Key},
		{"GET", "/spend/logs/v2", "admin", Key},
		{"GET", "/spend/logs/ui", "admin", Key},
		{"GET", "/spend/logs/ui/{request_id}", "admin", Key},
		{"GET", "/spend/logs/session/ui", "admin", Key},
		{"GET", "/spend/keys", "admin", Key},
		{"GET", "/spend/users", "admin", Key},
		{"GET", "/spend/tags", "admin", Key},
		{"POST", "/spend/calculate", "admin", Key},
		{"POST", "/spend/erase", "admin", Key},
		{"GET", "/me/usage", "admin", Key},
		{"GET", "/global/spend", "admin", Key},
		{"GET", "/global/spend/logs", "admin", Key},
		{"GET", "/global/spend/keys", "admin", Key},
		{"GET", "/global/spend/models", "admin", Key},
		{"GET", "/global/spend/teams", "admin", Key},
		{"GET", "/global/spend/tags", "admin", Key},
		{"GET", "/global/spend/all_tag_names", "admin", Key},
		{"GET", "/global/spend/provider", "admin", Key},
		{"GET", "/global/spend/report", "admin", Key},
		{"POST", "/global/spend/end_users", "admin", Key},
		{"GET", "/global/all_end_users", "admin", Key},
		{"GET", "/global/activity", "admin", Key},
		{"GET", "/global/activity/model", "admin", Key},
		{"GET", "/global/activity/cache_hits", "admin", Key},
		{"GET", "/global/activity/exceptions", "admin", Key},
		{"GET", "/global/activity/exceptions/deployment", "admin", Key},
		{"GET", "/user/daily/activity", "admin", Key},
		{"GET", "/user/daily/activity/aggregated", "admin", Key},
		{"GET", "/team/daily/activity", "admin", Key},
		{"GET", "/tag/daily/activity", "admin", Key},
		{"GET", "/organization/daily/activity", "admin", Key},
		{"GET", "/customer/daily/activity", "admin", Key},
		{"GET", "/end_user/daily/activity", "admin", Key},
		{"GET", "/docs", "admin", Open}, // half a megabyte, where there is room for it
		{"GET", "/docs/{file}", "admin", Open},

		{"POST", "/v1/messages/count_tokens", "meta", Key},
		{"POST", "/utils/token_counter", "meta", Key},
		{"GET", "/v1/model/info", "meta", Key},
		{"GET", "/model/info", "meta", Key},
		{"GET", "/model_group/info", "meta", Key},
		{"GET", "/v1/models", "meta", Key},
		{"GET", "/models", "meta", Key},
		{"GET", "/v1/models/{id...}", "meta", Key},
		{"GET", "/models/{id...}", "meta", Key},
		{"POST", "/utils/transform_request", "meta", Key},
		{"GET", "/utils/supported_openai_params", "meta", Key},
		{"GET", "/public/providers", "meta", Open},
		{"GET", "/public/model_cost_map", "meta", Open},
		{"GET", "/public/litellm_model_cost_map", "meta", Open},
		{"GET", "/openapi.json", "meta", Open},
		{"GET", "/health/liveliness", "meta", Open},
		{"GET", "/health/liveness", "meta", Open},
		{"GET", "/health/readiness", "meta", Open},
		{"GET", "/health", "meta", Master},
	}
}
