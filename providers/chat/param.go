package chat

import (
	"encoding/json"
	"slices"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// Limit takes the most tokens the model may write, in OpenAI's newer or older
// word; nil when nobody said.
func (r *Request) Limit() (json.RawMessage, error) {
	older, _, err := r.Take("max_tokens")
	if err != nil {
		return nil, err
	}
	newer, ok, err := r.Take("max_completion_tokens")
	if ok {
		return newer, err
	}
	return older, err
}

// Stop takes the stop sequences as a list, also of one; nil when there are
// none.
func (r *Request) Stop() (json.RawMessage, error) {
	v, ok, err := r.Take("stop")
	if !ok || err != nil || string(v) == "[]" {
		return nil, err
	}
	if !isList(v) {
		v = slices.Concat([]byte("["), v, []byte("]"))
	}
	for _, item := range raw.Items(v) {
		if !IsText(item) {
			return nil, Invalid("stop", "a text or a list of texts is needed")
		}
	}
	return v, nil
}

// Format is the form an answer must have.
type Format struct {
	Type   string          // text, json_object or json_schema; "" when nobody said
	Name   string          // of the schema
	Schema json.RawMessage // nil when there is none
	Strict bool
	Whole  raw.Object // as the caller wrote it
}

// Format takes response_format.
func (r *Request) Format() (Format, error) {
	v, ok, err := r.Take("response_format")
	if !ok || err != nil {
		return Format{}, err
	}
	var f Format
	if f.Whole, err = Parse("response_format", v); err != nil {
		return f, err
	}
	f.Type, _ = f.Whole.Text("type")
	// Several vendors have the schema beside the type, and LiteLLM has Gemini's.
	schema := "schema"
	if f.Whole.Has("response_schema") {
		schema = "response_schema"
	}
	from := f.Whole
	switch f.Type {
	case "text", "json_object":
	case "json_schema":
		if f.Whole.Has("json_schema") {
			schema = "schema"
			inner, _ := f.Whole.Raw("json_schema")
			if from, err = Parse("response_format", inner); err != nil {
				return f, err
			}
		}
		f.Name, _ = from.Text("name")
		strict, _ := from.Raw("strict")
		f.Strict = string(strict) == "true"
	default:
		return f, r.Unsupported("response_format", "response_format of type "+f.Type)
	}
	if from.Has(schema) {
		f.Schema, _ = from.Raw(schema)
	}
	return f, nil
}

// Effort takes reasoning_effort, a word; "" when nobody said.
func (r *Request) Effort() (string, error) {
	v, ok, err := r.Take("reasoning_effort")
	if ok && !IsText(v) {
		return "", Invalid("reasoning_effort", "a word is needed")
	}
	word, _ := r.In.Text("reasoning_effort")
	return word, err
}

// User takes who the end user is, in OpenAI's newer and older words; "" when
// nobody said.
func (r *Request) User() string {
	r.Done("user", "safety_identifier")
	if user, _ := r.In.Text("user"); user != "" {
		return user
	}
	id, _ := r.In.Text("safety_identifier")
	return id
}

// Neutral leaves out members that ask for what happens without them: several
// clients always send some. A dialect calls it for the members it has no word
// for, that is after taking the others.
func (r *Request) Neutral() {
	nothing := map[string][]string{
		"n": {"1"}, "store": {"false"}, "logprobs": {"false"}, "logit_bias": {"{}"}, "modalities": {`["text"]`},
		"frequency_penalty": {"0", "0.0"}, "presence_penalty": {"0", "0.0"}, "verbosity": {`"medium"`},
		"service_tier": {`"auto"`, `"default"`}, "parallel_tool_calls": {"true"}, "reasoning_effort": {`"none"`},
		"temperature": {"1", "1.0"}, "top_p": {"1", "1.0"}, "metadata": {"{}"}, "response_format": {`{"type":"text"}`},
	}
	for name, values := range nothing {
		if v, _ := r.In.Raw(name); slices.Contains(values, string(v)) {
			r.Done(name)
		}
	}
}
