package admin

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// KeyAliases answers GET /key/aliases: those of the keys that the caller may
// list, in order. LiteLLM shows everybody's to everybody.
func (h *Handler) KeyAliases(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	keys, err := h.visible(ctx, a)
	if err != nil {
		return err
	}
	aliases := []string{}
	for _, k := range keys {
		if k.Alias != "" {
			aliases = append(aliases, k.Alias)
		}
	}
	slices.Sort(aliases)
	return w.Value(map[string][]string{"aliases": aliases})
}

// KeyHealth answers POST /key/health: whether the caller's key works as it is
// set up. No logs are sent by key here, so one that asks for them does not.
func (h *Handler) KeyHealth(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	_, a := h.asks(r, caller)
	type logging struct {
		Callbacks []string `json:"callbacks"`
		Status    string   `json:"status"`
		Details   string   `json:"details"`
	}
	reply := struct {
		Key     string   `json:"key"`
		Logging *logging `json:"logging_callbacks"`
	}{Key: "healthy"}
	if a.Grant != nil && a.Grant.Metadata["logging"] != nil {
		var asked []struct {
			Name string `json:"callback_name"`
		}
		if err := json.Unmarshal(a.Grant.Metadata["logging"], &asked); err != nil {
			return bad("metadata.logging", "metadata.logging is no list of callbacks")
		}
		reply.Key, reply.Logging = "unhealthy", &logging{[]string{}, "unhealthy", "this gateway sends no logs by key"}
		for _, c := range asked {
			reply.Logging.Callbacks = append(reply.Logging.Callbacks, c.Name)
		}
	}
	return w.Value(reply)
}
