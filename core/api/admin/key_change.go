package admin

import (
	"context"
	"errors"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// UpdateKey answers POST /key/update. A field that is null is taken away; spend
// is what counts as spent from now on, which only proxy admins may raise.
func (h *Handler) UpdateKey(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := keyWords.read(r)
	if err != nil {
		return err
	}
	k, err := h.updateKey(ctx, a, body)
	if err != nil {
		return err
	}
	info, err := h.row(ctx, k)
	if err != nil {
		return err
	}
	return w.Value(info.WithText("key", k.Token).WithText("token", k.Token))
}

// updateKey changes the key that a request in LiteLLM's words names.
func (h *Handler) updateKey(ctx context.Context, a people.Actor, body raw.Object) (*people.Key, error) {
	key, err := need(body, "key")
	if err != nil {
		return nil, err
	}
	k, err := h.find(ctx, a, key)
	if err != nil {
		return nil, err
	}
	patch, reset := body.Without("key", "spend"), body.Has("spend")
	var pico int64
	if reset { // judged before anything changes
		spend, _ := body.Raw("spend")
		if pico, err = h.spends(ctx, a, k, spend); err != nil {
			return nil, err
		}
	}
	if patch.Len() > 0 {
		if k, err = h.People.Keys.Update(ctx, a, k.Token, patch); err != nil {
			return nil, err
		}
	}
	if reset {
		return k, h.Reset(ctx, a, k, pico)
	}
	return k, nil
}

// BulkUpdateKeys answers POST /key/bulk_update: each of "keys" is changed or
// not by itself. Only administrators may.
func (h *Handler) BulkUpdateKeys(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	if a.Role() != people.ProxyAdmin {
		return forbidden("", "Only proxy admins can perform bulk key updates")
	}
	v, _ := body.Raw("keys")
	keys, err := raw.Objects(v)
	if err != nil || len(keys) == 0 {
		return bad("keys", "No keys provided for update")
	}
	if len(keys) > mostAtOnce {
		return bad("keys", "Maximum %d keys can be updated at once. Found %d keys.", mostAtOnce, len(keys))
	}
	type done struct {
		Key    string      `json:"key"`
		Info   *raw.Object `json:"key_info"`
		Reason string      `json:"failed_reason,omitempty"`
	}
	reply := struct {
		Total int    `json:"total_requested"`
		Done  []done `json:"successful_updates"`
		Not   []done `json:"failed_updates"`
	}{len(keys), []done{}, []done{}}
	for _, item := range keys {
		key, _ := item.Text("key")
		name := hashes([]string{key})[0]
		info, err := h.bulkUpdate(ctx, a, item)
		var why *llm.Error
		if errors.As(err, &why) {
			reply.Not = append(reply.Not, done{Key: name, Reason: why.Message})
			continue
		}
		if err != nil {
			return err
		}
		reply.Done = append(reply.Done, done{Key: name, Info: &info})
	}
	return w.Value(reply)
}

// bulkUpdate is updateKey for the few fields that may be changed of many keys.
func (h *Handler) bulkUpdate(ctx context.Context, a people.Actor, item raw.Object) (raw.Object, error) {
	for name := range item.All() {
		switch name {
		case "key", "budget_id", "max_budget", "team_id", "tags":
		default:
			return item, bad(name, "%.100q cannot be changed of many keys at once", name)
		}
	}
	body, err := keyWords.plain(item)
	if err != nil {
		return item, err
	}
	k, err := h.updateKey(ctx, a, set(body))
	if err != nil {
		return item, err
	}
	return h.row(ctx, k)
}
