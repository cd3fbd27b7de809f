// Package spend answers LiteLLM's routes about what was spent: the log, row by
// row, and reports of it, by whom, by day and by model.
//
// Who asks sees what is its own. A proxy admin or viewer sees everything; a user
// what was called with its keys, and of a team that it is an admin of everything;
// a key without a user what was called with itself. Where LiteLLM keeps a report
// for administrators, others get theirs here.
//
// Reports are read from core/spend's documents, and exact to the row: dates are
// days of UTC, the last one included. Amounts that somebody set a budget's spend
// by are in no report. Requests and replies are those of LiteLLM 1.81.15
// (proxy/spend_tracking, proxy/management_endpoints/common_daily_activity.py,
// proxy/analytics_endpoints); the files in testdata name the models that the
// replies were checked by.
package spend

import (
	"context"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/core/web"
)

// Handler answers the routes. All fields are required.
type Handler struct {
	Book   *spend.Book
	People *people.Directory
	// Actor is a caller as somebody who asks.
	Actor func(r *http.Request, caller *llm.Caller) people.Actor
	// Spent is what a key has spent in the period that its budget is in, in
	// pico-dollars, and when the period ends; zero: never.
	Spent func(ctx context.Context, k *people.Key) (pico int64, resets time.Time, err error)
	// Cost is what a call with so many tokens of a model costs, in pico-dollars;
	// false when nobody knows.
	Cost func(model string, u llm.Usage) (pico int64, ok bool)
	// Count counts the tokens of a model's prompt.
	Count func(model string, messages []byte) (int64, error)
	// Logged are the names that the spend log has for an end user.
	Logged func(ctx context.Context, endUser string) []string
}

// Handle answers a route's requests once it is known who sent them.
type Handle = func(w *web.Writer, r *http.Request, caller *llm.Caller) error

// answer is a reply of a route, before it is written.
type answer func(q *asked) (any, error)

// Routes are the handlers by method and path. All are for any key: what its
// holder may see is judged there.
func (h *Handler) Routes() map[string]Handle {
	all := map[string]Handle{
		"GET /global/spend/report": h.Report,
		"GET /spend/logs":          h.Logs,
	}
	for route, a := range map[string]answer{
		"GET /spend/logs/v2":              h.logsV2,
		"GET /spend/logs/ui":              h.logsUI,
		"GET /spend/logs/ui/{request_id}": h.logDetail,
		"GET /spend/logs/session/ui":      h.session,
		"GET /spend/tags":                 h.tags,
		"POST /spend/calculate":           h.calculate,
		"POST /spend/erase":               h.erase,
		"GET /me/usage":                   h.usage,

		"GET /global/spend":               h.total,
		"GET /global/spend/logs":          h.totalByDay,
		"GET /global/spend/keys":          h.topKeys,
		"GET /global/spend/models":        h.topModels,
		"GET /global/spend/teams":         h.teams,
		"GET /global/spend/tags":          h.topTags,
		"GET /global/spend/all_tag_names": h.tagNames,
		"GET /global/spend/provider":      h.providers,
		"POST /global/spend/end_users":    h.endUsers,
		"GET /global/all_end_users":       h.allEndUsers,

		"GET /global/activity":                       h.activity,
		"GET /global/activity/model":                 h.activityByModel,
		"GET /global/activity/cache_hits":            h.cacheHits,
		"GET /global/activity/exceptions":            h.exceptions,
		"GET /global/activity/exceptions/deployment": h.exceptionsByDeployment,

		"GET /user/daily/activity":            h.userDaily,
		"GET /user/daily/activity/aggregated": h.userDailyWhole,
		"GET /team/daily/activity":            h.teamDaily,
		"GET /tag/daily/activity":             h.tagDaily,
		"GET /organization/daily/activity":    h.organizationDaily,
		"GET /customer/daily/activity":        h.customerDaily,
		"GET /end_user/daily/activity":        h.customerDaily,
	} {
		all[route] = h.value(a)
	}
	return all
}

// value writes what a route answers.
func (h *Handler) value(a answer) Handle {
	return func(w *web.Writer, r *http.Request, caller *llm.Caller) error {
		v, err := a(h.asked(r, caller))
		if err != nil {
			return told(err)
		}
		return w.Value(v)
	}
}

// asked is a request and who sent it.
type asked struct {
	*http.Request
	actor people.Actor
	view  view
}

func (h *Handler) asked(r *http.Request, caller *llm.Caller) *asked {
	r = r.WithContext(spend.Remember(r.Context()))
	a := h.Actor(r, caller)
	return &asked{r, a, viewOf(a)}
}
