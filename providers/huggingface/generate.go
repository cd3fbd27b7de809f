package huggingface

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// generate writes TGI's own request: the conversation as one text, and what to
// do with it. Members that are the vendor's own are parameters too, but for
// those that stand beside them.
// Source: https://huggingface.github.io/text-generation-inference/
func generate(call *llm.Call) (*wire.Request, error) {
	to := *call.To
	to.Model = strings.TrimPrefix(to.Model, task)
	r := chat.Read(call)
	inputs, done, err := prompt.Request(&to, call.Body)
	if err != nil {
		return nil, err
	}
	r.Done(done...)
	p, err := parameters(r)
	if err != nil {
		return nil, err
	}
	own, ok, err := r.Take("parameters")
	if err != nil {
		return nil, err
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	p = p.Merged(rest)
	if ok {
		o, err := chat.Parse("parameters", own)
		if err != nil {
			return nil, err
		}
		p = p.Merged(o)
	}
	body := raw.Object{}.WithText("inputs", inputs).WithRaw("parameters", ordered(p).Bytes())
	path := generatePath
	if call.Stream {
		path, body = streamPath, body.WithRaw("stream", json.RawMessage("true"))
	}
	if to.Base == "" { // the router has it below a model, as one door for both
		path = "/hf-inference/models/" + to.Model
	}
	return &wire.Request{Path: path, Body: body.Bytes(), Header: http.Header{}}, nil
}

// parameters translates how to go on from a text. Details are asked for because
// they say why a reply ended and count its tokens.
func parameters(r *chat.Request) (raw.Object, error) {
	yes := json.RawMessage("true")
	p := raw.Object{}.WithRaw("details", yes).WithRaw("return_full_text", json.RawMessage("false"))
	limit, err := r.Limit()
	if err != nil {
		return p, err
	}
	if limit != nil {
		p = p.WithRaw("max_new_tokens", limit)
	}
	stop, err := r.Stop()
	if err != nil {
		return p, err
	}
	if stop != nil {
		p = p.WithRaw("stop", stop)
	}
	p = r.Move(r.Move(p, "seed", "seed"), "frequency_penalty", "frequency_penalty")
	p = sampling(r, p)
	f, err := r.Format()
	if err != nil {
		return p, err
	}
	if f.Schema == nil && f.Type == "json_object" {
		f.Schema = json.RawMessage(`{"type":"object"}`)
	}
	if f.Schema != nil && f.Type != "text" {
		p = p.WithRaw("grammar", raw.Object{}.WithText("type", "json").WithRaw("value", f.Schema).Bytes())
	}
	if v, _ := r.In.Raw("logprobs"); string(v) == "true" {
		r.Done("logprobs")
		p = r.Move(p, "top_logprobs", "top_n_tokens")
	}
	return p, nil
}

// sampling translates the two members whose ends TGI refuses: without a
// temperature it takes the likeliest token, as with OpenAI's 0, and without
// top_p all of them, as with 1.
func sampling(r *chat.Request, p raw.Object) raw.Object {
	for name, off := range map[string]string{"temperature": "0", "top_p": "1"} {
		v, _ := r.In.Raw(name)
		if n := strings.TrimSuffix(string(v), ".0"); n == off {
			r.Done(name)
			continue
		}
		p = r.Move(p, name, name)
	}
	return p
}

// ordered puts members in alphabetical order, as the vendor's own client does.
func ordered(o raw.Object) raw.Object {
	var names []string
	for name := range o.All() {
		names = append(names, name)
	}
	slices.Sort(names)
	var out raw.Object
	for _, name := range names {
		v, _ := o.Raw(name)
		out = out.WithRaw(name, v)
	}
	return out
}
