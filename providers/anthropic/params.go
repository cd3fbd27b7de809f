package anthropic

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const (
	// fallbackMax is the max_tokens, which Anthropic requires, of a model
	// whose limit is not known. LiteLLM's number.
	fallbackMax = 4096
	// leastBudget is the least Anthropic takes.
	leastBudget = 1024
)

// budgets are reasoning_effort in tokens, for models that take them: LiteLLM's
// numbers, raised to the least allowed and going on for the newer words.
var budgets = map[string]int{"minimal": leastBudget, "low": leastBudget, "medium": 2048, "high": 4096, "xhigh": 4096, "max": 4096}

// thinking translates max_tokens and reasoning_effort, which share one room:
// thinking counts against max_tokens. The caller's own thinking member wins
// and is forwarded.
func (r *request) thinking() error {
	limit, err := r.Limit()
	if err != nil {
		return err
	}
	effort := ""
	if r.model.thinks() {
		if effort, err = r.Effort(); err != nil {
			return err
		}
	}
	budget, err := r.budget()
	if err != nil {
		return err
	}
	if effort != "" && effort != "none" {
		wanted, known := budgets[effort]
		if !known {
			return chat.Invalid("reasoning_effort", "unknown effort %q", effort)
		}
		switch {
		case r.model.adapts():
			r.effort(effort)
		case r.In.Has("thinking"):
		default:
			budget = r.enable(wanted, limit)
		}
	}
	if limit == nil {
		n := r.Call.To.Info.MaxOutput
		if n == 0 {
			n = fallbackMax + budget
		}
		if budget >= n {
			n += budget
		}
		limit = strconv.AppendInt(nil, int64(n), 10)
	}
	r.set("max_tokens", limit)
	return nil
}

// budget is the caller's own, 0 when there is none.
func (r *request) budget() (int, error) {
	v, _ := r.In.Raw("thinking")
	if !r.In.Has("thinking") {
		return 0, nil
	}
	if err := raw.Strict(v); err != nil {
		return 0, chat.Invalid("thinking", "%v", err)
	}
	o, err := chat.Parse("thinking", v)
	if err != nil {
		return 0, err
	}
	n, _ := o.Raw("budget_tokens")
	budget, _ := strconv.Atoi(string(n)) // Anthropic says what is wrong with another
	return budget, nil
}

// effort guides a model that decides itself how much it thinks.
func (r *request) effort(word string) {
	if !r.In.Has("thinking") {
		r.set("thinking", []byte(`{"type":"adaptive"}`))
	}
	if word == "minimal" {
		word = "low" // the least there is
	}
	r.configure("effort", raw.Quote(word))
}

// enable gives thinking a budget below the limit, which Anthropic requires.
// Without room for the least one there is no thinking: an effort is a wish.
func (r *request) enable(budget int, limit json.RawMessage) int {
	if n, err := strconv.Atoi(string(limit)); err == nil {
		budget = min(budget, n-1)
	}
	if budget < leastBudget {
		return 0
	}
	r.set("thinking", []byte(`{"type":"enabled","budget_tokens":`+strconv.Itoa(budget)+`}`))
	return budget
}

// configure adds to output_config. What the caller wrote there wins.
func (r *request) configure(name string, v json.RawMessage) {
	r.Done("output_config")
	had := r.out
	if !had.Has("output_config") {
		had = r.In
	}
	config := chat.Member(had, "output_config")
	if !config.Has(name) {
		config = config.WithRaw(name, v)
	}
	r.set("output_config", config.Bytes())
}

// stop: Anthropic refuses sequences that are blank.
func (r *request) stop() error {
	v, err := r.Stop()
	if v == nil || err != nil {
		return err
	}
	if wire.Drops(r.Call) {
		var kept []string
		for _, item := range raw.Items(v) {
			var s string
			if json.Unmarshal(item, &s) == nil && strings.TrimSpace(s) != "" {
				kept = append(kept, string(item))
			}
		}
		v = json.RawMessage("[" + strings.Join(kept, ",") + "]")
	}
	if string(v) != "[]" {
		r.set("stop_sequences", v)
	}
	return nil
}

// sampling passes what both have. For the models that take nothing but 1 it
// is left out when it is 1, and otherwise not supported.
func (r *request) sampling() {
	if r.model.samples() {
		r.out = r.Move(r.out, "temperature", "temperature")
		r.out = r.Move(r.out, "top_p", "top_p")
	}
}

// tier: Anthropic has two, and its auto is OpenAI's priority where it was
// bought. OpenAI's others stay unsupported.
func (r *request) tier() {
	tiers := map[string]string{"auto": "auto", "priority": "auto", "default": "standard_only", "standard_only": "standard_only"}
	word, _ := r.In.Text("service_tier")
	if theirs := tiers[word]; theirs != "" {
		r.Done("service_tier")
		r.out = r.out.WithText("service_tier", theirs)
	}
}

// user is who the end user is, in OpenAI's words or in Anthropic's. Anthropic
// wants no names, addresses or numbers, and refuses what looks like one.
// OpenAI's other metadata are labels for its logs.
func (r *request) user() error {
	id := r.User()
	v, ok, err := r.Take("metadata")
	if err != nil {
		return err
	}
	if m, err := raw.Parse(v); ok && err == nil && id == "" {
		id, _ = m.Text("user_id")
	}
	if id != "" && !identifies(id) {
		r.set("metadata", raw.Object{}.WithText("user_id", id).Bytes())
	}
	return nil
}

// identifies reports whether a text looks like a mail address or a phone
// number. A number without its plus may be any id.
func identifies(id string) bool {
	_, host, mail := strings.Cut(id, "@")
	phone := len(id) > 7 && id[0] == '+' && strings.Trim(id, "+0123456789() -") == ""
	return mail && strings.Contains(host, ".") || phone
}
