package spend

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

// by adds up what a view sees by what name says of a cell: "" is left out.
func (h *Handler) by(q *asked, who spend.Who, s span, names func(t time.Time, c *spend.Cell) []string) (groups[string], error) {
	g := groups[string]{}
	err := h.fold(q.Context(), q.view, who, s, func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		for _, name := range names(t, c) {
			if err := g.add(name, sums); err != nil {
				return err
			}
		}
		return nil
	})
	return g, err
}

// one is the name that a field of a cell is.
func one(field func(c *spend.Cell) string) func(time.Time, *spend.Cell) []string {
	return func(_ time.Time, c *spend.Cell) []string {
		if name := field(c); name != "" {
			return []string{name}
		}
		return nil
	}
}

func byTag(_ time.Time, c *spend.Cell) []string { return c.TagList() }

// total answers GET /global/spend: what was spent in the last 30 days.
func (h *Handler) total(q *asked) (any, error) {
	var sum spend.Sums
	err := h.fold(q.Context(), q.view, q.view.who(), h.month(), func(_ time.Time, _ *spend.Cell, s *spend.Sums) error { return sum.Add(*s) })
	return map[string]any{"spend": dollars(sum.Cost), "max_budget": 0}, err
}

// totalByDay answers GET /global/spend/logs: the last 30 days, or those of a key.
func (h *Handler) totalByDay(q *asked) (any, error) {
	who, key := q.view.who(), q.key()
	if key != "" {
		who = spend.Who{Kind: spend.Key, ID: key}
	}
	days, err := h.by(q, who, h.month(), func(t time.Time, _ *spend.Cell) []string { return []string{t.Format(time.DateOnly)} })
	lines := []map[string]any{}
	for _, on := range slices.Sorted(maps.Keys(days)) {
		line := map[string]any{"date": on, "spend": dollars(days[on].Cost)}
		if key != "" {
			line["api_key"] = key
		}
		lines = append(lines, line)
	}
	return lines, err
}

// topKeys answers GET /global/spend/keys: who spent most in the last 30 days.
func (h *Handler) topKeys(q *asked) (any, error) {
	limit, err := q.number("limit", 100, 1, 1000)
	if err != nil {
		return nil, err
	}
	aliases := map[string]string{}
	keys, err := h.by(q, q.view.who(), h.month(), one(func(c *spend.Cell) string {
		aliases[c.Key] = cmp.Or(c.Alias, aliases[c.Key])
		return c.Key
	}))
	lines := []map[string]any{}
	for _, key := range top(keys, limit) {
		line := map[string]any{"api_key": key, "key_alias": some(aliases[key]), "key_name": nil, "total_spend": dollars(keys[key].Cost)}
		if k, err := h.People.Keys.Get(q.Context(), q.actor, key); err == nil {
			line["key_alias"], line["key_name"] = some(k.Alias), k.Name
		}
		lines = append(lines, line)
	}
	return lines, err
}

// topModels answers GET /global/spend/models: which cost most in the last 30 days.
func (h *Handler) topModels(q *asked) (any, error) {
	limit, err := q.number("limit", 10, 1, 1000)
	if err != nil {
		return nil, err
	}
	models, err := h.by(q, q.view.who(), h.month(), one(func(c *spend.Cell) string { return c.Model }))
	lines := []map[string]any{}
	for _, name := range top(models, limit) {
		lines = append(lines, map[string]any{"model": name, "total_spend": dollars(models[name].Cost), "total_tokens": tokens(models[name])})
	}
	return lines, err
}

// tags answers GET /spend/tags: what was spent on each, in the last 30 days or
// between two dates.
func (h *Handler) tags(q *asked) (any, error) {
	s, err := q.spanOr(h.month())
	if err != nil {
		return nil, err
	}
	tags, err := h.by(q, q.view.who(), s, byTag)
	lines := []map[string]any{}
	for _, tag := range top(tags, 0) {
		lines = append(lines, map[string]any{"individual_request_tag": tag, "log_count": tags[tag].Tries, "total_spend": dollars(tags[tag].Cost)})
	}
	return lines, err
}

// topTags answers GET /global/spend/tags: all between two dates, or some.
func (h *Handler) topTags(q *asked) (any, error) {
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	tags, err := h.by(q, q.view.who(), s, byTag)
	only := q.list("tags")
	lines := []map[string]any{}
	for _, tag := range top(tags, 0) {
		if len(only) == 0 || slices.Contains(only, "all-tags") || slices.Contains(only, tag) {
			lines = append(lines, map[string]any{"name": tag, "spend": dollars(tags[tag].Cost), "log_count": tags[tag].Tries})
		}
	}
	return map[string]any{"spend_per_tag": lines}, err
}

// tagNames answers GET /global/spend/all_tag_names: those of the last 30 days.
func (h *Handler) tagNames(q *asked) (any, error) {
	tags, err := h.by(q, q.view.who(), h.month(), byTag)
	return map[string]any{"tag_names": sorted(tags)}, err
}

// allEndUsers answers GET /global/all_end_users: those of the last 30 days.
func (h *Handler) allEndUsers(q *asked) (any, error) {
	users, err := h.by(q, q.view.who(), h.month(), one(func(c *spend.Cell) string { return c.EndUser }))
	return map[string]any{"end_users": sorted(users)}, err
}

func sorted(g groups[string]) []string {
	return append([]string{}, slices.Sorted(maps.Keys(g))...)
}

// providers answers GET /global/spend/provider.
func (h *Handler) providers(q *asked) (any, error) {
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	found, err := h.by(q, q.view.who(), s, one(func(c *spend.Cell) string { return c.Provider }))
	lines := []map[string]any{}
	for _, name := range top(found, 0) {
		lines = append(lines, map[string]any{"provider": name, "spend": dollars(found[name].Cost)})
	}
	return lines, err
}

// endUsers answers POST /global/spend/end_users: the hundred who cost most, of
// the last 30 days or of those that a body says, with one key or all.
func (h *Handler) endUsers(q *asked) (any, error) {
	var body struct {
		Key   string      `json:"api_key"`
		Start people.Time `json:"startTime"`
		End   people.Time `json:"endTime"`
	}
	if err := json.NewDecoder(q.Body).Decode(&body); err != nil && q.ContentLength != 0 {
		return nil, bad("", "Invalid JSON payload: %v", err)
	}
	s, who := h.month(), q.view.who()
	if !body.Start.IsZero() {
		s.from = body.Start.Time
	}
	if !body.End.IsZero() {
		s.to = body.End.Time
	}
	if body.Key != "" {
		who = spend.Who{Kind: spend.Key, ID: people.KeyHash(body.Key)}
	}
	if s.to.Sub(s.from) > mostDays*24*time.Hour {
		return nil, bad("startTime", "at most %d days at once", mostDays)
	}
	found, err := h.by(q, who, s, func(_ time.Time, c *spend.Cell) []string { return []string{c.EndUser} })
	lines := []map[string]any{}
	for _, name := range top(found, 100) {
		lines = append(lines, map[string]any{"end_user": name, "total_count": found[name].Tries, "total_spend": dollars(found[name].Cost)})
	}
	return lines, err
}

// teams answers GET /global/spend/teams: the last 30 days, by day and team.
func (h *Handler) teams(q *asked) (any, error) {
	type place struct{ on, team string }
	days, totals := groups[place]{}, groups[string]{}
	err := h.fold(q.Context(), q.view, q.view.who(), h.month(), func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		return cmp.Or(days.add(place{t.Format(time.DateOnly), c.Team}, sums), totals.add(c.Team, sums))
	})
	if err != nil {
		return nil, err
	}
	names := map[string]string{"": "Unassigned"}
	for team := range totals {
		if team != "" {
			if names[team], err = h.alias(q, team); err != nil {
				return nil, err
			}
		}
	}
	byDay := map[string]map[string]any{}
	for p, sums := range days {
		if byDay[p.on] == nil {
			byDay[p.on] = map[string]any{"date": p.on}
		}
		byDay[p.on][names[p.team]] = dollars(sums.Cost)
	}
	daily, all, most := []map[string]any{}, []string{}, []map[string]any{}
	for _, on := range slices.Sorted(maps.Keys(byDay)) {
		daily = append(daily, byDay[on])
	}
	for i, team := range top(totals, 0) {
		if all = append(all, names[team]); i < 10 {
			most = append(most, map[string]any{"team_id": names[team], "total_spend": dollars(totals[team].Cost)})
		}
	}
	return map[string]any{"daily_spend": daily, "teams": all, "total_spend_per_team": most}, nil
}
