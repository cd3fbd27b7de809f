// Package admin answers LiteLLM's routes for who administers the gateway: keys
// first, then the people and budgets they belong to.
//
// What may be done to whom is core/people's to say; here requests in LiteLLM's
// words become its changes, and its records LiteLLM's replies. A field that
// LiteLLM would drop in silence is refused by name when somebody may count on
// it; the few that are dropped here too are listed beside each route. A key is
// shown as itself in the replies of generate and regenerate only, and elsewhere
// by its hash, whichever of them it was asked for by.
//
// Requests and replies are those of LiteLLM 1.81.15 (proxy/_types.py and
// proxy/management_endpoints); the files in testdata name the models that the
// replies were checked by.
package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
)

// Handler answers the routes. All fields are required.
type Handler struct {
	People *people.Directory
	// Actor is a caller as somebody who administers.
	Actor func(r *http.Request, caller *llm.Caller) people.Actor
	// Spent is what a key has spent in the period that its budget is in, with
	// what it had spent before it came here, in pico-dollars, and when the
	// period ends; zero: never.
	Spent func(ctx context.Context, k *people.Key) (pico int64, resets time.Time, err error)
	// SpentBy is Spent for anybody else's budget.
	SpentBy func(ctx context.Context, a people.Account) (pico int64, resets time.Time, err error)
	// Reset sets what a key has spent in its period, in pico-dollars, for an
	// actor who may.
	Reset func(ctx context.Context, a people.Actor, k *people.Key, pico int64) error
	// Fits returns an *llm.Error unless the gateway could serve a deployment.
	Fits func(ctx context.Context, m *people.Model) error
}

// asks is what every route begins with.
func (h *Handler) asks(r *http.Request, caller *llm.Caller) (context.Context, people.Actor) {
	return r.Context(), h.Actor(r, caller)
}

// gateway is who reads what belongs to a reply that its caller may see.
var gateway = people.Root("")
