package spend

import (
	"cmp"
	"encoding/csv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/spend"
	"github.com/tollgate-llm/tollgate/core/web"
)

// grouping is what a report is by: what its lines are called, whose a cell is,
// and how nobody is called.
type grouping struct {
	list, name string
	names      func(c *spend.Cell) []string
	nobody     string
}

// groupings are the values of group_by. LiteLLM has team, customer and api_key.
func groupings() map[string]grouping {
	single := func(field func(c *spend.Cell) string) func(*spend.Cell) []string {
		return func(c *spend.Cell) []string { return []string{field(c)} }
	}
	return map[string]grouping{
		"team":             {"teams", "team_name", single(func(c *spend.Cell) string { return c.Team }), "Unassigned Team"},
		"customer":         {"customers", "customer", single(func(c *spend.Cell) string { return c.EndUser }), ""},
		"api_key":          {"api_keys", "api_key", single(func(c *spend.Cell) string { return c.Key }), ""},
		"internal_user_id": {"internal_users", "internal_user_id", single(func(c *spend.Cell) string { return c.User }), ""},
		"model":            {"models", "model", single(func(c *spend.Cell) string { return c.Group }), ""},
		"provider":         {"providers", "provider", single(func(c *spend.Cell) string { return c.Provider }), ""},
		"project":          {"projects", "project_id", single(func(c *spend.Cell) string { return c.Project }), ""},
		"organization":     {"organizations", "organization_id", single(func(c *spend.Cell) string { return c.Organization }), ""},
		"tag":              {"tags", "tag", func(c *spend.Cell) []string { return c.TagList() }, ""},
	}
}

// line is what a report has one of: who, with which model, by which key.
type line struct{ on, name, model, key string }

func compareLines(a, b line) int {
	return cmp.Or(strings.Compare(a.on, b.on), strings.Compare(a.name, b.name), strings.Compare(a.model, b.model), strings.Compare(a.key, b.key))
}

// Report answers GET /global/spend/report, as JSON or, with format=csv, as a
// table of all of its lines.
func (h *Handler) Report(w *web.Writer, r *http.Request, caller *llm.Caller) error {
	q := h.asked(r, caller)
	by := cmp.Or(q.text("group_by"), "team")
	how, ok := groupings()[by]
	if !ok {
		return bad("group_by", "group_by is one of %s", strings.Join(slices.Sorted(maps.Keys(groupings())), ", "))
	}
	lines, keyed, err := h.lines(q, how)
	if err != nil {
		return told(err)
	}
	if by == "team" {
		if err := h.named(q, lines); err != nil {
			return told(err)
		}
	}
	switch format := q.text("format"); {
	case format == "csv":
		return w.Reply(&llm.Reply{Type: "text/csv; charset=utf-8", Media: table(how, lines)})
	case format != "" && format != "json":
		return bad("format", "format is json or csv")
	case keyed || by == "api_key":
		return w.Value(byKey(lines))
	}
	return w.Value(byDay(how, lines))
}

// lines are those of a report, of all or of whom the query names. Those of one
// key or user are shown by key.
func (h *Handler) lines(q *asked, how grouping) (g groups[line], keyed bool, err error) {
	s, err := q.dates()
	if err != nil {
		return nil, false, err
	}
	v, err := h.withTeam(q, q.text("team_id"))
	if err != nil {
		return nil, false, err
	}
	who := v.who()
	var only []spend.Who
	for name, kind := range map[string]spend.Kind{
		"api_key": spend.Key, "internal_user_id": spend.User, "team_id": spend.Team, "customer_id": spend.EndUser,
	} {
		id := q.text(name)
		if kind == spend.Key {
			id = q.key()
		}
		if id != "" {
			who = spend.Who{Kind: kind, ID: id}
			only = append(only, who)
			keyed = keyed || kind == spend.Key || kind == spend.User
		}
	}
	g = groups[line]{}
	err = h.fold(q.Context(), v, who, s, func(t time.Time, c *spend.Cell, sums *spend.Sums) error {
		for _, one := range only {
			if !one.Has(c) {
				return nil
			}
		}
		for _, name := range how.names(c) {
			if err := g.add(line{t.Format(time.DateOnly), cmp.Or(name, how.nobody), c.Model, c.Key}, sums); err != nil {
				return err
			}
		}
		return nil
	})
	return g, keyed, err
}

// named puts the names of teams in the places of their ids.
func (h *Handler) named(q *asked, lines groups[line]) error {
	names := map[string]string{}
	for _, l := range slices.Collect(maps.Keys(lines)) {
		if names[l.name] == "" {
			var err error
			if names[l.name], err = h.alias(q, l.name); err != nil {
				return err
			}
		}
		if to := (line{l.on, names[l.name], l.model, l.key}); to != l {
			if err := lines.add(to, lines[l]); err != nil {
				return err
			}
			delete(lines, l)
		}
	}
	return nil
}

// byDay is LiteLLM's report for teams and customers.
func byDay(how grouping, lines groups[line]) []map[string]any {
	days := []map[string]any{}
	var group map[string]any
	var on, name string
	var total int64
	for _, l := range slices.SortedFunc(maps.Keys(lines), compareLines) {
		if l.on != on {
			days = append(days, map[string]any{"group_by_day": l.on + "T00:00:00Z", how.list: []map[string]any{}})
		}
		today := days[len(days)-1]
		if l.on != on || l.name != name {
			total, group = 0, map[string]any{how.name: l.name, "metadata": []map[string]any{}}
			today[how.list] = append(today[how.list].([]map[string]any), group)
		}
		on, name = l.on, l.name
		total += lines[l].Cost
		group["total_spend"] = dollars(total)
		group["metadata"] = append(group["metadata"].([]map[string]any), map[string]any{
			"model": l.model, "api_key": l.key, "spend": dollars(lines[l].Cost), "total_tokens": tokens(lines[l]),
		})
	}
	return days
}

// byKey is LiteLLM's report for keys, those that cost most first.
func byKey(lines groups[line]) []map[string]any {
	keys, models := groups[string]{}, map[string]groups[string]{}
	for l, sums := range lines {
		if models[l.key] == nil {
			models[l.key] = groups[string]{}
		}
		if keys.add(l.key, sums) != nil || models[l.key].add(l.model, sums) != nil {
			continue // the lines themselves are no larger
		}
	}
	all := []map[string]any{}
	for _, key := range top(keys, 0) {
		details := []map[string]any{}
		for _, model := range top(models[key], 0) {
			m := counted(models[key][model])
			m["model"] = model
			details = append(details, m)
		}
		k := counted(keys[key])
		k["api_key"], k["model_details"] = key, details
		all = append(all, k)
	}
	return all
}

func counted(s *spend.Sums) map[string]any {
	return map[string]any{"total_cost": dollars(s.Cost), "total_input_tokens": s.In, "total_output_tokens": s.Out}
}

// table is a report as CSV (RFC 4180).
func table(how grouping, lines groups[line]) *strings.Reader {
	var out strings.Builder
	w := csv.NewWriter(&out)
	_ = w.Write([]string{"date", how.name, "model", "api_key", "spend", "prompt_tokens", "completion_tokens", "total_tokens", "requests", "failed_requests"})
	for _, l := range slices.SortedFunc(maps.Keys(lines), compareLines) {
		s := lines[l]
		cost, _ := dollars(s.Cost).MarshalJSON() // has no text that could fail
		fields := []string{l.on, harmless(l.name), harmless(l.model), l.key, string(cost)}
		for _, n := range []int64{s.In, s.Out, tokens(s), s.Requests, s.Failed} {
			fields = append(fields, strconv.FormatInt(n, 10))
		}
		_ = w.Write(fields)
	}
	w.Flush()
	return strings.NewReader(out.String())
}

// harmless is a text that no spreadsheet takes for a formula: clients choose
// the names of their end users and tags.
// https://owasp.org/www-community/attacks/CSV_Injection
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
