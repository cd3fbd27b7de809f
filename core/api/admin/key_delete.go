package admin

import (
	"errors"
	"net/http"
	"slices"

	"github.com/tollgate-llm/tollgate/core/each"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/web"
)

// DeleteKeys answers POST /key/delete: all of "keys", or of "key_aliases", when
// the caller may delete each of them. Keys are named in the reply by hash.
func (h *Handler) DeleteKeys(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	names, aliases, err := named(r)
	if err != nil {
		return err
	}
	if len(names) > 0 && len(aliases) > 0 {
		return bad("key_aliases", "give either keys or key_aliases")
	}
	reply := hashes(names)
	get := func(name string) (*people.Key, error) { return h.find(ctx, a, name) }
	if len(names) == 0 {
		names, reply = aliases, aliases
		get = func(alias string) (*people.Key, error) { return h.People.Keys.ByAlias(ctx, a, alias) }
	}
	keys := make([]*people.Key, len(names))
	err = each.All(len(names), func(i int) (err error) {
		keys[i], err = get(names[i])
		return err
	})
	if err != nil {
		return err
	}
	// Somebody else's come first: one that may not be deleted stops it before
	// any is gone.
	slices.SortStableFunc(keys, func(x, y *people.Key) int { return owned(x, a) - owned(y, a) })
	for _, k := range keys {
		if err := h.People.Keys.Delete(ctx, a, k.Token); err != nil && !errors.Is(err, llm.NotFoundError) {
			return err
		}
	}
	return w.Value(map[string][]string{"deleted_keys": reply})
}

// owned is 1 for a key of the actor's own, else 0.
func owned(k *people.Key, a people.Actor) int {
	if a.UserID() != "" && k.UserID == a.UserID() {
		return 1
	}
	return 0
}

// BlockKey answers POST /key/block.
func (h *Handler) BlockKey(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.block(w, r, caller, true)
}

// UnblockKey answers POST /key/unblock.
func (h *Handler) UnblockKey(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.block(w, r, caller, false)
}

func (h *Handler) block(w *web.Writer, r *http.Request, caller *llm.Caller, blocked bool) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	key, err := need(body, "key")
	if err != nil {
		return err
	}
	if _, err := keyHash(key); err != nil {
		return bad("key", "Invalid key format.")
	}
	k, err := h.find(ctx, a, key)
	if err == nil {
		k, err = h.People.Keys.Block(ctx, a, k.Token, blocked)
	}
	if err != nil {
		return err
	}
	info, err := h.row(ctx, k)
	if err != nil {
		return err
	}
	return w.Value(info.WithText("token", k.Token))
}
