package anthropic

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

const (
	// fallbackMax is the max_tokens, which Anthropic requires, of a model
	// whose limit is not known. LiteLLM's number.
	fallbackMax = 4096
	// leastBudget is the least Anthropic takes.
	leastBudget = 1024
)

// budgets of reasoning_effort for models that take them, in tokens: LiteLLM's
// numbers, raised to the least allowed and going on for the newer words.
func budgets(effort string) (int, bool) {
	switch effort {
	case "minimal", "low":
		return leastBudget, true
	case "medium":
		return 2048, true
	case "high", "xhigh", "max":
		return 4096, true
	}
	return 0, false
}

// thinking translates max_tokens and reasoning_effort, which share one room:
// thinking counts against max_tokens. The caller's own thinking member wins
// and is forwarded.
func (r *request) thinking() error {
	limit, err := r.limit()
	if err != nil {
		return err
	}
	effort := ""
	if r.model.thinks() {
		v, ok, err := r.take("reasoning_effort")
		if err != nil {
			return err
		}
		if effort, _ = r.in.Text("reasoning_effort"); ok && !textual(v) {
			return invalid("reasoning_effort", "a word is needed")
		}
	} else if word, _ := r.in.Text("reasoning_effort"); word == "none" {
		r.taken = append(r.taken, "reasoning_effort")
	}
	budget, err := r.budget()
	if err != nil {
		return err
	}
	if effort != "" && effort != "none" {
		wanted, known := budgets(effort)
		if !known {
			return invalid("reasoning_effort", "unknown effort %q", effort)
		}
		switch {
		case r.model.adapts():
			r.effort(effort)
		case r.in.Has("thinking"):
		default:
			budget = r.enable(wanted, limit)
		}
	}
	if limit == "" {
		n := r.call.To.Info.MaxOutput
		if n == 0 {
			n = fallbackMax + budget
		}
		if budget >= n {
			n += budget
		}
		limit = strconv.Itoa(n)
	}
	r.set("max_tokens", []byte(limit))
	return nil
}

// limit is the caller's, in OpenAI's newer or older word.
func (r *request) limit() (string, error) {
	older, _, err := r.take("max_tokens")
	if err != nil {
		return "", err
	}
	newer, ok, err := r.take("max_completion_tokens")
	if ok {
		return string(newer), err
	}
	return string(older), err
}

// budget is the caller's own, 0 when there is none.
func (r *request) budget() (int, error) {
	v, _ := r.in.Raw("thinking")
	if !r.in.Has("thinking") {
		return 0, nil
	}
	if err := raw.Strict(v); err != nil {
		return 0, invalid("thinking", "%v", err)
	}
	o, err := parse("thinking", v)
	if err != nil {
		return 0, err
	}
	n, _ := o.Raw("budget_tokens")
	budget, _ := strconv.Atoi(string(n)) // Anthropic says what is wrong with another
	return budget, nil
}

// effort guides a model that decides itself how much it thinks.
func (r *request) effort(word string) {
	if !r.in.Has("thinking") {
		r.set("thinking", []byte(`{"type":"adaptive"}`))
	}
	if word == "minimal" {
		word = "low" // the least there is
	}
	r.configure("effort", raw.Object{}.WithText("effort", word))
}

// enable gives thinking a budget below the limit, which Anthropic requires.
// Without room for the least one there is no thinking: an effort is a wish.
func (r *request) enable(budget int, limit string) int {
	if n, err := strconv.Atoi(limit); err == nil {
		budget = min(budget, n-1)
	}
	if budget < leastBudget {
		return 0
	}
	r.set("thinking", []byte(`{"type":"enabled","budget_tokens":`+strconv.Itoa(budget)+`}`))
	return budget
}

// configure adds to output_config. What the caller wrote there wins.
func (r *request) configure(name string, with raw.Object) {
	r.taken = append(r.taken, "output_config")
	v, _ := r.out.Raw("output_config")
	if v == nil {
		v, _ = r.in.Raw("output_config")
	}
	config, err := raw.Parse(v)
	if err != nil {
		config = raw.Object{}
	}
	if !config.Has(name) {
		config = config.Without(name).Merged(with)
	}
	r.set("output_config", config.Bytes())
}

// stop is a text or a list of texts. Anthropic refuses those that are blank.
func (r *request) stop() error {
	v, ok, err := r.take("stop")
	if !ok || err != nil {
		return err
	}
	if v[0] != '[' {
		v = slices.Concat([]byte("["), v, []byte("]"))
	}
	if wire.Drops(r.call) {
		var kept []string
		for _, item := range raw.Items(v) {
			var s string
			if json.Unmarshal(item, &s) != nil || strings.TrimSpace(s) != "" {
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
func (r *request) sampling() error {
	for _, name := range []string{"temperature", "top_p"} {
		v, _ := r.in.Raw(name)
		switch {
		case r.model.samples():
			r.taken = append(r.taken, name)
			r.out = copied(r.out, r.in, name)
		case string(v) == "1" || string(v) == "1.0":
			r.taken = append(r.taken, name)
		}
	}
	return nil
}

// tier: Anthropic has two, and its auto is OpenAI's priority where it was
// bought. OpenAI's others stay unsupported.
func (r *request) tier() error {
	tiers := map[string]string{"auto": "auto", "priority": "auto", "default": "standard_only", "standard_only": "standard_only"}
	word, _ := r.in.Text("service_tier")
	if theirs := tiers[word]; theirs != "" {
		r.taken = append(r.taken, "service_tier")
		r.out = r.out.WithText("service_tier", theirs)
	}
	return nil
}

// user is who the end user is, in OpenAI's newer and older words and in
// Anthropic's. Anthropic wants no names, addresses or numbers, and refuses
// what looks like one. OpenAI's other metadata are labels for its logs.
func (r *request) user() error {
	id, _ := r.in.Text("safety_identifier")
	if user, _ := r.in.Text("user"); user != "" {
		id = user
	}
	v, ok, err := r.take("metadata")
	if err != nil {
		return err
	}
	if m, err := raw.Parse(v); ok && err == nil && id == "" {
		id, _ = m.Text("user_id")
	}
	r.taken = append(r.taken, "user", "safety_identifier")
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

// neutral leaves out members that ask for what happens without them: several
// clients always send some.
func (r *request) neutral() error {
	nothing := map[string][]string{
		"n": {"1"}, "store": {"false"}, "logprobs": {"false"}, "logit_bias": {"{}"}, "modalities": {`["text"]`},
		"frequency_penalty": {"0", "0.0"}, "presence_penalty": {"0", "0.0"}, "verbosity": {`"medium"`},
	}
	for name, values := range nothing {
		if v, _ := r.in.Raw(name); slices.Contains(values, string(v)) {
			r.taken = append(r.taken, name)
		}
	}
	return nil
}
