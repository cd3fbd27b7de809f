package converse

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// declare translates what the model may call. The tools that Anthropic's models
// bring with them and Converse has no word for go to the model.
func (r *request) declare() error {
	all, err := r.Tools()
	if err != nil {
		return err
	}
	var native []raw.Object
	for i := range all {
		t := &all[i]
		switch {
		case t.IsFunction():
			spec, err := r.spec(t)
			if err != nil {
				return err
			}
			r.tools = append(append(r.tools, spec), toolMark(t)...)
		case t.Whole.Has("toolSpec"), t.Whole.Has("systemTool"), t.Whole.Has("cachePoint"):
			r.tools = append(r.tools, t.Whole)
		case r.model.claude():
			native = append(native, t.Whole)
		default:
			return r.Unsupported("tools", "tools other than functions for this model")
		}
	}
	if len(native) > 0 {
		r.more = r.more.WithRaw("tools", raw.List(native))
	}
	return nil
}

func toolMark(t *chat.Tool) []raw.Object {
	if t.Whole.Has("cache_control") {
		return marked(nil, &t.Whole)
	}
	return marked(nil, &t.Function)
}

// spec declares a function. strict is for the models that can keep to a schema.
func (r *request) spec(t *chat.Tool) (raw.Object, error) {
	o := raw.Object{}.WithText("name", t.Name)
	if t.Description != "" {
		o = o.WithText("description", t.Description)
	}
	parameters := t.Parameters
	if parameters == nil {
		parameters = json.RawMessage(`{"type":"object","properties":{}}`)
	}
	schema, err := chat.Parse("tools", parameters)
	if err != nil {
		return o, err
	}
	if !schema.Has("type") { // Converse requires it
		schema = chat.Typed("object").Merged(schema.Without("type"))
	}
	o = o.WithRaw("inputSchema", block("json", schema).Bytes())
	if t.Strict && r.model.conforms() {
		o = o.WithRaw("strict", json.RawMessage("true"))
	}
	return block("toolSpec", o), nil
}

// choose translates tool_choice and parallel_tool_calls. What Converse has no
// word for, that no tool or only one at a time is called, Anthropic's models are
// told in theirs; for others it is a member that nobody takes.
func (r *request) choose() error {
	if r.answer.Len() > 0 {
		r.Done("tool_choice", "parallel_tool_calls")
		return nil
	}
	one := false
	if v, _ := r.In.Raw("parallel_tool_calls"); r.model.claude() || len(r.tools) == 0 {
		r.Done("parallel_tool_calls")
		one = string(v) == "false"
	}
	if word, _ := r.In.Text("tool_choice"); word == "none" {
		if len(r.called) > 0 && len(r.tools) > 0 && !r.model.claude() {
			return nil // they must be declared, and then may be called
		}
		r.Done("tool_choice")
		if len(r.called) == 0 {
			r.tools = nil
		} else {
			r.anthropicChoice("none", "", false)
		}
		return nil
	}
	c, err := r.Choice()
	if err != nil {
		return err
	}
	kind := "auto"
	switch c.Mode {
	case "required":
		kind, r.choice = "any", block("any", raw.Object{})
	case "function":
		kind, r.choice = "tool", block("tool", raw.Object{}.WithText("name", c.Name))
	case "auto":
		r.choice = block("auto", raw.Object{})
	case "":
		if c.Own != nil {
			r.choice, err = chat.Parse("tool_choice", c.Own)
		}
	}
	if one && len(r.tools) > 0 {
		r.anthropicChoice(kind, c.Name, true)
	}
	return err
}

// anthropicChoice says a choice in Anthropic's words.
// Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use
func (r *request) anthropicChoice(kind, name string, one bool) {
	if !r.model.claude() {
		return
	}
	o := chat.Typed(kind)
	if name != "" {
		o = o.WithText("name", name)
	}
	if one {
		o = o.WithRaw("disable_parallel_tool_use", json.RawMessage("true"))
	}
	r.more = r.more.WithRaw("tool_choice", o.Bytes())
}

// toolConfig puts tools and choice into the request. Converse refuses a history
// with calls whose tools are not declared; those that a caller left out are
// declared by their names, and a Claude is told not to call them again.
func (r *request) toolConfig() error {
	for _, step := range []func() error{r.declare, r.choose} {
		if err := step(); err != nil {
			return err
		}
	}
	if len(r.tools) == 0 && len(r.called) > 0 {
		for _, name := range r.called {
			spec, err := r.spec(&chat.Tool{Name: name})
			if err != nil {
				return err
			}
			r.tools = append(r.tools, spec)
		}
		r.choice = raw.Object{}
		r.anthropicChoice("none", "", false)
	}
	if r.answer.Len() > 0 {
		r.force()
	}
	if len(r.tools) == 0 {
		return nil
	}
	config := raw.Object{}.WithRaw("tools", raw.List(r.tools))
	if r.choice.Len() > 0 {
		config = config.WithRaw("toolChoice", r.choice.Bytes())
	}
	r.out = r.out.WithRaw("toolConfig", config.Bytes())
	return nil
}
