// Package pass lets a vendor's own API through: whatever is asked for below
// /{vendor}/ is asked of the vendor, with its credentials, and answered as the
// vendor answers. Nothing is translated, counted or retried.
package pass

import (
	"context"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Passer is a vendor that takes requests as they are. Its errors are *llm.Error.
type Passer interface {
	Pass(ctx context.Context, d *llm.Deployment, r *http.Request, path string, rec *llm.Record) (*http.Response, error)
}

// Handler answers /{vendor}/{path...}, and /{vendor}_passthrough/{path...} for
// those whose first path has routes of the gateway's own in it.
type Handler struct {
	// Find gives the vendor of that name and where it is called, with which
	// credentials; false when there is none, or none that can be asked so.
	Find func(vendor string) (Passer, *llm.Deployment, bool)
	Hold Hold
}

// Handle answers one request.
func (h *Handler) Handle(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	vendor, path, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	p, to, ok := h.Find(strings.TrimSuffix(strings.ReplaceAll(vendor, "-", "_"), "_passthrough"))
	if !ok {
		return &llm.Error{Class: llm.NotFoundError, Message: vendor + " cannot be asked through this gateway"}
	}
	rec := web.Record(r.Context())
	rec.Provider, rec.Deployment = to.Provider, to.ID
	return h.Hold.ask(w, r, caller, to, nil, func() (*http.Response, error) { return p.Pass(r.Context(), to, r, "/"+path, rec) })
}
