package people

import (
	"net/url"
	"time"
)

// Scope is who has a budget or a limit. Kind is LiteLLM's word for it: api_key,
// user, team, team_member, project, organization, organization_member, end_user
// or tag. The ID of a key is its KeyID; that of a member names both.
type Scope struct{ Kind, ID string }

// MemberScope names a member of a club, by its Kind: its parts cannot run into
// one another.
func MemberScope(kind, club, user string) Scope {
	return Scope{kind, url.PathEscape(club) + "/" + url.PathEscape(user)}
}

// Account is a budget of somebody in the chain. Those with a Soft limit alone
// stop nobody.
type Account struct {
	Scope
	Model    string   // only calls of this model; "": all
	Limit    *Dollars // nil: none
	Soft     *Dollars // where somebody is told; nil: nowhere
	Duration string   // a Span after which the budget begins anew; "": never
	Since    time.Time
	ResetAt  time.Time // when a period that began elsewhere ends; zero: not said
	Spent    Dollars   // before it came here
	// Version grows whenever anything that the limit depends on changes.
	Version int64
}

// Name is the account's own among all accounts.
func (a Account) Name() string {
	name := a.Kind + "/" + url.PathEscape(a.ID)
	if a.Model != "" {
		name += "/" + url.PathEscape(a.Model)
	}
	return name
}

// Window is how often a budget begins anew. Day, week and month are the
// calendar's in UTC, weeks begin on Monday.
type Window struct {
	Unit   string        // day, week, month or period; "": never
	Length time.Duration // of a period
	Anchor time.Time     // where some period begins
}

// Window is how often the account begins anew: as in LiteLLM 1d is a day of the
// calendar, 7d and 1w a week, 30d and 1mo a month, and all else a period of its
// own that begins with the account.
func (a Account) Window() Window {
	span, err := ParseSpan(a.Duration)
	if err != nil { // none: nothing else is kept
		return Window{}
	}
	switch span {
	case Span{1, "d"}, Span{24, "h"}:
		return Window{Unit: "day"}
	case Span{7, "d"}, Span{1, "w"}:
		return Window{Unit: "week"}
	case Span{30, "d"}, Span{1, "mo"}:
		return Window{Unit: "month"}
	}
	w := Window{Unit: "period", Length: time.Duration(span.seconds()) * time.Second, Anchor: a.Since.Truncate(time.Second)}
	if !a.ResetAt.IsZero() {
		w.Anchor = a.ResetAt.Truncate(time.Second)
	}
	return w
}

// Rate is how fast somebody in the chain may call. Nil is no limit.
type Rate struct {
	Scope
	RPM, TPM, Parallel *int64 // requests and tokens a minute, requests at a time
	ModelRPM, ModelTPM map[string]int64
}
