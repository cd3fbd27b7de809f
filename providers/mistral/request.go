package mistral

import (
	"encoding/json"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// request gives the call with what Mistral says in other words. Its errors are
// *llm.Error.
func request(call *llm.Call) (*llm.Call, error) {
	r := chat.Read(call)
	body := call.Body
	v, ok, err := r.Take("messages")
	if err != nil {
		return nil, err
	}
	if ok {
		list, err := messages(v)
		if err != nil {
			return nil, err
		}
		body = body.WithRaw("messages", list)
	}
	if v, ok, err = r.Take("tools"); err != nil {
		return nil, err
	}
	if ok {
		list, err := tools(v)
		if err != nil {
			return nil, err
		}
		body = body.WithRaw("tools", list)
	}
	if body, err = thinking(r, body); err != nil {
		return nil, err
	}
	if !body.Has("stream") { // as Mistral's own clients send it
		body = body.WithRaw("stream", json.RawMessage("false"))
	}
	copied := *call
	copied.Body = neutral(body)
	return &copied, nil
}

// neutral leaves out members that ask for what happens without them.
func neutral(body raw.Object) raw.Object {
	for name, value := range map[string]string{"modalities": `["text"]`, "verbosity": `"medium"`} {
		if v, _ := body.Raw(name); string(v) == value {
			body = body.Without(name)
		}
	}
	return body
}

// thinking takes Anthropic's word, as LiteLLM does of everybody. Mistral's own
// models know but a little or a lot, and need no budget.
func thinking(r *chat.Request, body raw.Object) (raw.Object, error) {
	v, ok, err := r.Take("thinking")
	if !ok || err != nil {
		return body, err
	}
	o, err := chat.Parse("thinking", v)
	if err != nil {
		return body, err
	}
	body = body.Without("thinking")
	if body.Has("reasoning_effort") {
		return body, nil
	}
	effort := "high"
	if kind, _ := o.Text("type"); kind == "disabled" {
		effort = "none"
	}
	return body.WithText("reasoning_effort", effort), nil
}

// tools gives functions the parameters that Mistral wants of each.
func tools(v json.RawMessage) (json.RawMessage, error) {
	return edit("tools", v, func(tool raw.Object) (raw.Object, error) {
		if !tool.Has("function") {
			return tool, nil // Mistral's own
		}
		f, _ := tool.Raw("function")
		function, err := chat.Parse("tools", f)
		if err != nil || function.Has("parameters") {
			return tool, err
		}
		function = function.WithRaw("parameters", json.RawMessage(`{"type":"object","properties":{}}`))
		return tool.WithRaw("function", function.Bytes()), nil
	})
}

// edit makes a list of the objects that change makes of those in another.
func edit(param string, list json.RawMessage, change func(raw.Object) (raw.Object, error)) (json.RawMessage, error) {
	var all []raw.Object
	for _, item := range raw.Items(list) {
		o, err := chat.Parse(param, item)
		if err != nil {
			return nil, err
		}
		if o, err = change(o); err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return raw.List(all), nil
}
