package spend

import (
	"strconv"
	"time"

	"github.com/tollgate-llm/tollgate/core/ledger"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// row is LiteLLM_SpendLogs: a try of a request. Tries of one request have its
// id; which one it is, metadata says.
type row struct {
	RequestID    string     `json:"request_id"`
	CallType     string     `json:"call_type"`
	APIKey       string     `json:"api_key"` // its hash
	Spend        dollars    `json:"spend"`
	Tokens       int64      `json:"total_tokens"`
	In           int64      `json:"prompt_tokens"`
	Out          int64      `json:"completion_tokens"`
	Start        time.Time  `json:"startTime"`
	End          time.Time  `json:"endTime"`
	First        *time.Time `json:"completionStartTime"`
	Millis       int64      `json:"request_duration_ms"`
	Model        string     `json:"model"`
	ModelID      string     `json:"model_id"`
	Group        string     `json:"model_group"`
	Provider     string     `json:"custom_llm_provider"`
	APIBase      string     `json:"api_base"`
	User         string     `json:"user"`
	Metadata     metadata   `json:"metadata"`
	CacheHit     string     `json:"cache_hit"`
	CacheKey     *string    `json:"cache_key"`
	Tags         []string   `json:"request_tags"`
	Team         *string    `json:"team_id"`
	Organization *string    `json:"organization_id"`
	EndUser      string     `json:"end_user"`
	IP           *string    `json:"requester_ip_address"`
	Messages     struct{}   `json:"messages"` // never kept
	Response     struct{}   `json:"response"` // never kept
	Request      struct{}   `json:"proxy_server_request"`
	Session      *string    `json:"session_id"`
	Status       string     `json:"status"`
	Agent        *string    `json:"agent_id"`
	Tool         *string    `json:"mcp_namespaced_tool_name"`
	InSession    int        `json:"session_total_count,omitempty"`
}

// metadata is what LiteLLM's has of the same, and how the ledger decided.
type metadata struct {
	Key          string         `json:"user_api_key"`
	Alias        *string        `json:"user_api_key_alias"`
	User         *string        `json:"user_api_key_user_id"`
	Team         *string        `json:"user_api_key_team_id"`
	Organization *string        `json:"user_api_key_org_id"`
	Project      *string        `json:"user_api_key_project_id"`
	Status       string         `json:"status"`
	Error        *failure       `json:"error_information"`
	Usage        map[string]any `json:"usage_object"`
	Attempt      string         `json:"attempt"` // 01, 02 ...; with an "a", what corrects it
	State        ledger.State   `json:"state"`
	Unpriced     bool           `json:"unpriced"` // nobody knew the cost
}

type failure struct {
	Code  string `json:"error_code"`
	Class string `json:"error_class"`
}

// callTypes are LiteLLM's words for the operations.
var callTypes = map[string]string{
	"chat": "acompletion", "embeddings": "aembedding", "rerank": "arerank", "moderations": "amoderation",
	"image generation": "aimage_generation", "image edits": "aimage_edit", "image variations": "aimage_variation",
	"transcriptions": "atranscription", "translations": "atranscription", "speech": "aspeech",
	"pass": "pass_through_endpoint",
}

func callType(op string) string {
	if word, ok := callTypes[op]; ok {
		return word
	}
	return op
}

// some is a text, nil for none.
func some(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func rowOf(e *spend.Entry) *row {
	f := &e.Facts
	r := &row{
		RequestID: e.Request, CallType: callType(f.Op), APIKey: f.KeyHash, Spend: dollars(e.Cost),
		In: f.Usage.Prompt(), Out: f.Usage.Out, Tokens: f.Usage.Prompt() + f.Usage.Out,
		Start: f.Start, End: f.End, Model: f.Model, ModelID: f.Deployment, Group: f.Group, Provider: f.Provider, APIBase: f.Host,
		User: f.User, CacheHit: "False", Tags: f.Tags, Team: some(f.Team), Organization: some(f.Organization), EndUser: f.EndUser,
		IP: some(f.IP), Session: some(f.Session), Status: "success",
	}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	if r.End.IsZero() { // nobody saw it
		r.End = r.Start
	}
	if r.Millis = r.End.Sub(r.Start).Milliseconds(); !f.FirstEvent.IsZero() {
		r.First = &f.FirstEvent
	}
	if f.CacheHit {
		r.CacheHit = "True"
	}
	r.Metadata = metadata{
		Key: f.KeyHash, Alias: some(f.KeyAlias), User: some(f.User), Team: some(f.Team), Organization: some(f.Organization),
		Project: some(f.Project), Attempt: e.Part, State: e.State, Unpriced: e.Unpriced, Usage: usageOf(f),
	}
	if f.Class != "" || e.State == ledger.Lost {
		r.Status = "failure"
		r.Metadata.Error = &failure{strconv.Itoa(f.Status), f.Class}
	}
	r.Metadata.Status = r.Status
	return r
}

// usageOf is what was counted beside prompt and answer.
func usageOf(f *ledger.Facts) map[string]any {
	u := map[string]any{"known": f.Usage.Known}
	for name, n := range map[string]int64{
		"prompt_tokens": f.Usage.Prompt(), "completion_tokens": f.Usage.Out, "cache_read_input_tokens": f.Usage.CacheRead,
		"cache_creation_input_tokens": f.Usage.CacheWrite5m + f.Usage.CacheWrite1h, "reasoning_tokens": f.Usage.Reasoning,
		"images": f.Usage.Images, "characters": f.Usage.Characters, "milliseconds": f.Usage.Millis, "pages": f.Usage.Pages,
		"searches": f.Usage.Searches,
	} {
		if n != 0 {
			u[name] = n
		}
	}
	if f.Usage.Tier != "" {
		u["service_tier"] = f.Usage.Tier
	}
	return u
}
