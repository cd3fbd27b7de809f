package admin

import (
	"cmp"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// GenerateKey answers POST /key/generate.
func (h *Handler) GenerateKey(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.generate(w, r, caller, false)
}

// GenerateServiceKey answers POST /key/service-account/generate: a key of a
// team that is no user's.
func (h *Handler) GenerateServiceKey(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	return h.generate(w, r, caller, true)
}

func (h *Handler) generate(w *web.Writer, r *http.Request, caller *llm.Caller, service bool) error {
	ctx, a := h.asks(r, caller)
	body, err := keyWords.optional(r)
	if err != nil {
		return err
	}
	n, err := people.Parse[people.NewKey](set(body))
	if err != nil {
		return err
	}
	n.ServiceAccount = service
	value, k, err := h.People.Keys.Generate(ctx, a, n)
	if err != nil {
		return err
	}
	reply, err := h.issued(k, value)
	if err != nil {
		return err
	}
	if n.Duration != "" {
		reply = reply.WithText("duration", n.Duration)
	}
	return w.Value(reply.WithText("token", k.Token))
}

// issued is the reply that has a key itself. Nothing that can fail is asked
// for it: who does not get it would never get it again.
func (h *Handler) issued(k *people.Key, value string) (raw.Object, error) {
	reply, err := shown(issuedForm, k)
	if err == nil {
		reply, err = withMetadata(reply, k, keyWords.within)
	}
	return reply.WithText("key", value).WithText("token_id", k.Token), err
}

// RegenerateKey answers POST /key/regenerate and /key/{key}/regenerate: a new
// key for an old one, which works on for its grace_period. A master key is not
// the gateway's to change.
func (h *Handler) RegenerateKey(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	more := keyWords
	more.absent = append([]string{"new_master_key"}, more.absent...)
	body, err := more.optional(r)
	if err != nil {
		return err
	}
	key := cmp.Or(r.PathValue("key"), r.URL.Query().Get("key"))
	if named, ok := body.Text("key"); ok && named != "" {
		key = named
	}
	if key == "" {
		return bad("key", "No key passed in.")
	}
	k, err := h.find(ctx, a, key)
	if err != nil {
		return err
	}
	pico, _, err := h.Spent(ctx, k) // before: who does not get the new key now never gets it
	if err != nil {
		return err
	}
	asked := people.Regeneration{Patch: body.Without("key", "new_key", "grace_period")}
	for name, to := range map[string]*string{"new_key": &asked.Value, "grace_period": &asked.Grace} {
		if body.Has(name) {
			text, ok := body.Text(name)
			if !ok {
				return bad(name, "%s must be a text", name)
			}
			*to = text
		}
	}
	value, k, err := h.People.Keys.Regenerate(ctx, a, k.Token, asked)
	if err != nil {
		return err
	}
	reply, err := h.issued(k, value)
	if err != nil {
		return err
	}
	return w.Value(spent(reply, pico, time.Time{}))
}
