package admin

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/web"
)

// tagForm is TagConfig, with what the tag has spent.
const tagForm = `{"name":null,"description":null,"models":[],"model_info":{},"created_at":null,"updated_at":null,"created_by":null,` +
	`"litellm_budget_table":null,"spend":0}`

// tagWords are those of requests about tags; model_info says again what models
// are called.
var tagWords = words{dropped: []string{"model_info"}}

func (h *Handler) tag(ctx context.Context, t *people.Tag) (raw.Object, error) {
	reply, err := shown(tagForm, t)
	if err == nil {
		reply, err = h.withLimits(ctx, reply, &t.Spending)
	}
	if err != nil {
		return reply, err
	}
	return h.spentBy(ctx, reply, people.Scope{Kind: "tag", ID: t.Name}, &t.Spending, &t.Stamp, t.Spend)
}

// NewTag answers POST /tag/new.
func (h *Handler) NewTag(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	asked, err := parse[people.Tag](tagWords, r)
	if err != nil {
		return err
	}
	t, err := h.People.Tags.Create(ctx, a, asked)
	return h.answerTag(ctx, w, t, err, "created")
}

func (h *Handler) answerTag(ctx context.Context, w *web.Writer, t *people.Tag, err error, done string) error {
	if err != nil {
		return err
	}
	reply, err := h.tag(ctx, t)
	if err != nil {
		return err
	}
	return w.Value(map[string]any{"message": "Tag " + t.Name + " " + done + " successfully", "tag": reply})
}

// UpdateTag answers POST /tag/update.
func (h *Handler) UpdateTag(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := tagWords.read(r)
	if err != nil {
		return err
	}
	name, err := need(body, "name")
	if err != nil {
		return err
	}
	t, err := h.People.Tags.Update(ctx, a, name, body.Without("name"))
	return h.answerTag(ctx, w, t, err, "updated")
}

// TagInfo answers POST /tag/info: {"names": [...]}, all of which there must be.
func (h *Handler) TagInfo(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	names, err := ids(r, "names")
	if err != nil {
		return err
	}
	reply := make(map[string]json.RawMessage, len(names))
	for _, name := range names {
		t, err := h.People.Tags.Get(ctx, a, name)
		if err != nil {
			return err
		}
		o, err := h.tag(ctx, t)
		if err != nil {
			return err
		}
		reply[name] = o.Bytes()
	}
	return w.Value(reply)
}

// ListTags answers GET /tag/list: the tags that are kept.
func (h *Handler) ListTags(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	return answerAll(w, func(after string) (people.Page[people.Tag], error) {
		return h.People.Tags.List(ctx, a, people.Listing{After: after, Limit: 1000})
	}, func(t *people.Tag) (raw.Object, error) { return h.tag(ctx, t) })
}

// DeleteTag answers POST /tag/delete.
func (h *Handler) DeleteTag(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	ctx, a := h.asks(r, caller)
	body, err := web.Object(r)
	if err != nil {
		return err
	}
	name, err := need(body, "name")
	if err != nil {
		return err
	}
	if err := h.People.Tags.Delete(ctx, a, name); err != nil {
		return err
	}
	return w.Value(map[string]string{"message": "Tag " + name + " deleted successfully"})
}
