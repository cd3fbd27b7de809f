package messages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// format translates the schema that an answer must have, which stands in
// output_config or, in an older form, alone.
func (r *request) format() error {
	config, err := r.object("output_config")
	if err != nil {
		return err
	}
	f, err := r.object("output_format")
	if err != nil {
		return err
	}
	if v, _ := config.Raw("format"); config.Has("format") {
		if f, err = parse("output_config", v); err != nil {
			return err
		}
	}
	if config = config.Without("format"); r.claude && config.Len() > 0 {
		r.out = r.out.WithRaw("output_config", config.Bytes())
	}
	if f.Len() == 0 {
		return nil
	}
	schema, _ := f.Raw("schema")
	if kind, _ := f.Text("type"); kind != "json_schema" || !f.Has("schema") {
		return invalid("output_config", "a format of type json_schema with a schema is needed")
	}
	wanted := raw.Object{}.WithText("name", "output").WithRaw("schema", schema).WithRaw("strict", json.RawMessage("true"))
	r.out = r.out.WithRaw("response_format", typed("json_schema").WithRaw("json_schema", wanted.Bytes()).Bytes())
	return nil
}

// thinking says how much to think: to Claude as it is, to others in a word.
func (r *request) thinking() error {
	if r.claude {
		r.move("thinking", "thinking")
		return nil
	}
	t, err := r.object("thinking")
	if err != nil {
		return err
	}
	config, err := r.object("output_config")
	if err != nil {
		return err
	}
	effort, _ := config.Text("effort")
	switch kind, _ := t.Text("type"); {
	case kind == "disabled":
		return nil
	case effort == "max":
		effort = "xhigh" // the most that OpenAI has
	case effort == "" && kind == "enabled":
		v, _ := t.Raw("budget_tokens")
		n, err := strconv.Atoi(string(v))
		if err != nil {
			return invalid("thinking", "budget_tokens must be a number")
		}
		effort = effortOf(n)
	}
	if effort != "" {
		r.out = r.out.WithText("reasoning_effort", effort)
	}
	return nil
}

// effortOf is OpenAI's word for a budget of so many tokens: LiteLLM's bounds.
func effortOf(tokens int) string {
	switch {
	case tokens >= 10000:
		return "high"
	case tokens >= 5000:
		return "medium"
	case tokens >= 2000:
		return "low"
	}
	return "minimal"
}

// user says who the end user is. OpenAI takes 64 characters and others 128;
// Claude Code's are longer, and any id serves that always stands for the same.
func (r *request) user() error {
	m, err := r.object("metadata")
	if err != nil {
		return err
	}
	id, _ := m.Text("user_id")
	if id == "" {
		return nil
	}
	if len(id) > 64 && !r.claude {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:])
	}
	r.out = r.out.WithText("user", id)
	return nil
}

// tier says in OpenAI's word that no more than the standard service is wanted.
func (r *request) tier() error {
	if word, _ := r.in.Text("service_tier"); word == "standard_only" {
		r.taken = append(r.taken, "service_tier")
		r.out = r.out.WithText("service_tier", "default")
	}
	return nil
}
