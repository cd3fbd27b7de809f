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
	return map[string]Handle{
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
	}
}
