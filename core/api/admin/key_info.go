package admin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// KeyInfo answers GET /key/info: the key that the query names, or the caller's
// own. LiteLLM repeats the key as it was named; here it is its hash.
func (h *Handler) KeyInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	name := r.URL.Query().Get("key")
	if name == "" {
		name = caller.KeyHash
	}
	k, err := h.find(ctx, a, name)
	if err != nil {
		return err
	}
	info, err := h.row(ctx, k)
	if err != nil {
		return err
	}
	return w.Value(struct {
		Key  string     `json:"key"`
		Info raw.Object `json:"info"`
	}{k.Token, info})
}

// row is a key as LiteLLM's table has it, without its hash.
func (h *Handler) row(ctx context.Context, k *people.Key) (raw.Object, error) {
	info, err := h.key(ctx, keyForm, k)
	if err != nil {
		return info, err
	}
	return h.withBudget(ctx, info, k.BudgetID)
}

// KeysInfo answers POST /v2/key/info: the keys that {"keys": [...]} names, as
// far as there are any that the caller may see.
func (h *Handler) KeysInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	keys, _, err := named(r)
	if err != nil {
		return err
	}
	rows := make([]raw.Object, len(keys))
	err = each.All(len(keys), func(i int) error {
		k, err := h.find(ctx, a, keys[i])
		if errors.Is(err, llm.NotFoundError) {
			return nil
		}
		if err == nil {
			rows[i], err = h.row(ctx, k)
			rows[i] = rows[i].WithText("token", k.Token)
		}
		return err
	})
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(o raw.Object) bool { return o.Len() == 0 })
	return w.Value(struct {
		Key  []string        `json:"key"`
		Info json.RawMessage `json:"info"`
	}{hashes(keys), list(rows)})
}

// named are the keys, or else the key_aliases, that a request is about: at most
// 500.
func named(r *http.Request) (keys, aliases []string, err error) {
	body, err := web.Object(r)
	if err != nil {
		return nil, nil, err
	}
	for name, to := range map[string]*[]string{"keys": &keys, "key_aliases": &aliases} {
		if *to, err = texts(body, name); err != nil {
			return nil, nil, err
		}
		if len(*to) > mostAtOnce {
			return nil, nil, bad(name, "at most %d keys at once", mostAtOnce)
		}
	}
	if len(keys) == 0 && len(aliases) == 0 {
		return nil, nil, unprocessable("keys", "At least one of 'keys' or 'key_aliases' must be provided.")
	}
	return keys, aliases, nil
}

const mostAtOnce = 500

// texts is a member that is a list of texts, if it is there.
func texts(body raw.Object, name string) ([]string, error) {
	if !body.Has(name) {
		return nil, nil
	}
	v, _ := body.Raw(name)
	var all []string
	if err := json.Unmarshal(v, &all); err != nil {
		return nil, unprocessable(name, "%s must be a list of texts", name)
	}
	return all, nil
}

// hashes are the keys as they may be shown: what is no key is not.
func hashes(keys []string) []string {
	all := make([]string, 0, len(keys))
	for _, key := range keys {
		hash, err := keyHash(key)
		if err != nil {
			hash = "****"
		}
		all = append(all, hash)
	}
	return all
}
