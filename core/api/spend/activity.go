package spend

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/spend"
)

// place is a day, and what is counted on it.
type place struct{ on, name string }

// perDay adds up what a view sees between two dates by day and a name.
func (h *Handler) perDay(q *asked, name func(c *spend.Cell) string) (groups[place], error) {
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	g := groups[place]{}
	err = h.fold(q.Context(), q.view, q.view.who(), s, func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		return g.add(place{t.Format(time.DateOnly), name(c)}, sums)
	})
	return g, err
}

// chart is a line of a chart for each day, and their sums, in LiteLLM's words.
func chart(g groups[place], name string, counts map[string]func(*spend.Sums) int64) map[string]any {
	lines, total := []map[string]any{}, map[string]any{}
	sum := map[string]int64{}
	for _, p := range slices.SortedFunc(maps.Keys(g), func(a, b place) int { return strings.Compare(a.on, b.on) }) {
		if p.name != name {
			continue
		}
		t, _ := time.Parse(time.DateOnly, p.on)
		line := map[string]any{"date": t.Format("Jan 02")}
		for word, count := range counts {
			n := count(g[p])
			line[word], sum[word] = n, sum[word]+n
		}
		lines = append(lines, line)
	}
	for word := range counts {
		total["sum_"+word] = sum[word]
	}
	total["daily_data"] = lines
	return total
}

// charts are the charts of the ten names that count most, the highest first.
func charts(g groups[place], as, by string, counts map[string]func(*spend.Sums) int64) []map[string]any {
	names := map[string]int64{}
	for p, sums := range g {
		names[p.name] += counts[by](sums)
	}
	all := []map[string]any{}
	for _, name := range slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(names[b], names[a]), strings.Compare(a, b))
	}) {
		if len(all) == 10 {
			break
		}
		c := chart(g, name, counts)
		c[as] = name
		all = append(all, c)
	}
	return all
}

func requestCounts() map[string]func(*spend.Sums) int64 {
	return map[string]func(*spend.Sums) int64{
		"api_requests": func(s *spend.Sums) int64 { return s.Requests }, "total_tokens": tokens,
	}
}

func limitCounts() map[string]func(*spend.Sums) int64 {
	return map[string]func(*spend.Sums) int64{"num_rate_limit_exceptions": func(s *spend.Sums) int64 { return s.Limited }}
}

// activity answers GET /global/activity.
func (h *Handler) activity(q *asked) (any, error) {
	g, err := h.perDay(q, func(*spend.Cell) string { return "" })
	return chart(g, "", requestCounts()), err
}

// activityByModel answers GET /global/activity/model.
func (h *Handler) activityByModel(q *asked) (any, error) {
	g, err := h.perDay(q, func(c *spend.Cell) string { return c.Group })
	return charts(g, "model", "api_requests", requestCounts()), err
}

// limited are the tries of a model that providers refused as too many.
func (h *Handler) limited(q *asked, name func(c *spend.Cell) string) (groups[place], error) {
	group := q.text("model_group")
	if group == "" {
		return nil, bad("model_group", "model_group is required")
	}
	if err := q.admins(); err != nil {
		return nil, err
	}
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	g := groups[place]{}
	err = h.fold(q.Context(), q.view, spend.All(), s, func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		if c.Group != group || sums.Limited == 0 {
			return nil
		}
		return g.add(place{t.Format(time.DateOnly), name(c)}, sums)
	})
	return g, err
}

// exceptions answers GET /global/activity/exceptions, for administrators.
func (h *Handler) exceptions(q *asked) (any, error) {
	g, err := h.limited(q, func(*spend.Cell) string { return "" })
	return chart(g, "", limitCounts()), err
}

// exceptionsByDeployment answers GET /global/activity/exceptions/deployment, for
// administrators.
func (h *Handler) exceptionsByDeployment(q *asked) (any, error) {
	g, err := h.limited(q, func(c *spend.Cell) string { return cmp.Or(c.Host, c.Deployment) })
	return charts(g, "api_base", "num_rate_limit_exceptions", limitCounts()), err
}

// cacheHits answers GET /global/activity/cache_hits.
func (h *Handler) cacheHits(q *asked) (any, error) {
	s, err := q.dates()
	if err != nil {
		return nil, err
	}
	type call struct{ key, kind, model string }
	g := groups[call]{}
	err = h.fold(q.Context(), q.view, q.view.who(), s, func(_ time.Time, c *spend.Cell, sums *spend.Sums) error {
		return g.add(call{cmp.Or(c.Alias, "Unnamed Key"), callType(c.Op), c.Model}, sums)
	})
	lines := []map[string]any{}
	for _, c := range slices.SortedFunc(maps.Keys(g), func(a, b call) int {
		return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.kind, b.kind), strings.Compare(a.model, b.model))
	}) {
		lines = append(lines, map[string]any{
			"api_key": c.key, "call_type": c.kind, "model": c.model, "total_rows": g[c].Tries, "cache_hit_true_rows": g[c].Hits,
			"cached_completion_tokens": g[c].HitTokens, "generated_completion_tokens": g[c].Out - g[c].HitTokens,
		})
	}
	return lines, err
}
