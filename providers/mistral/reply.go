package mistral

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// reply gives a plain answer in OpenAI's words.
func reply(body []byte) ([]byte, error) {
	o, err := raw.Parse(body)
	if err != nil {
		return nil, err
	}
	o, err = choices(o, func(c raw.Object) (raw.Object, error) {
		v, _ := c.Raw("message")
		m, err := raw.Parse(v)
		if err != nil {
			return c, err
		}
		var earlier string
		if m, err = message(m.Without("prefix"), &earlier, unnumbered); err != nil {
			return c, err
		}
		if !m.Has("content") {
			m = m.WithRaw("content", json.RawMessage("null"))
		}
		return c.WithRaw("message", m.Bytes()), nil
	})
	if err != nil {
		return nil, err
	}
	return o.Bytes(), nil
}

// unnumbered takes out the number that tool calls have in streams only.
func unnumbered(call raw.Object) raw.Object { return call.Without("index") }

// choices changes each choice of an answer or a chunk, and its reason to end.
func choices(o raw.Object, change func(raw.Object) (raw.Object, error)) (raw.Object, error) {
	list, ok := o.Raw("choices")
	if !ok {
		return o, nil
	}
	var all []raw.Object
	for _, item := range raw.Items(list) {
		c, err := raw.Parse(item)
		if err != nil {
			return o, err
		}
		if c, err = change(c); err != nil {
			return o, err
		}
		switch why, _ := c.Text("finish_reason"); why {
		case "model_length":
			c = c.WithText("finish_reason", "length")
		case "error":
			return o, &llm.Error{Class: llm.InternalServerError, Message: "the generation failed", Code: why}
		}
		all = append(all, c)
	}
	return o.WithRaw("choices", raw.List(all)), nil
}

// message gives a message, or a delta of one, in OpenAI's words: what is
// thought apart from what is said. earlier is what was thought before this
// delta. number numbers tool calls.
func message(m raw.Object, earlier *string, number func(raw.Object) raw.Object) (raw.Object, error) {
	if v, _ := m.Raw("content"); len(v) > 0 && v[0] == '[' {
		h := heard{earlier: *earlier}
		if err := h.hear(v); err != nil {
			return m, err
		}
		m, *earlier = h.into(m), h.earlier
	}
	v, _ := m.Raw("tool_calls")
	if !m.Has("tool_calls") || string(v) == "[]" {
		return m.Without("tool_calls"), nil
	}
	var all []raw.Object
	for _, item := range raw.Items(v) {
		c, err := raw.Parse(item)
		if err != nil {
			return m, err
		}
		if c, err = called(number(c)); err != nil {
			return m, err
		}
		all = append(all, c)
	}
	return m.WithRaw("tool_calls", raw.List(all)), nil
}

// called gives a tool call the members that OpenAI's has: its type, and
// arguments that are a text.
func called(c raw.Object) (raw.Object, error) {
	if !c.Has("type") {
		c = c.WithText("type", "function")
	}
	v, _ := c.Raw("function")
	f, err := raw.Parse(v)
	if err != nil {
		return c, err
	}
	if name, ok := f.Text("name"); ok && name == "" {
		f = f.Without("name") // of a piece that continues a call
	}
	if arguments, _ := f.Raw("arguments"); len(arguments) > 0 && arguments[0] == '{' {
		f = f.WithText("arguments", string(arguments))
	}
	return c.WithRaw("function", f.Bytes()), nil
}
