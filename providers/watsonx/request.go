package watsonx

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// same are OpenAI's members that the API has under the same name and with the
// same meaning.
func same() []string {
	return []string{
		"messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "seed", "logit_bias", "logprobs", "top_logprobs",
		"frequency_penalty", "presence_penalty", "response_format", "reasoning_effort",
	}
}

// encode writes the request. The model, the project and whether to stream are
// where IBM wants them.
func encode(call *llm.Call) (*wire.Request, error) {
	r := chat.Read(call)
	out := addressed(call.To)
	if effort, _ := r.In.Text("reasoning_effort"); effort == "none" {
		r.Done("reasoning_effort")
		out = out.WithRaw("include_reasoning", json.RawMessage("false"))
	}
	for _, name := range same() {
		if name != "reasoning_effort" || !out.Has("include_reasoning") {
			out = r.Move(out, name, name)
		}
	}
	stop, err := r.Stop()
	if err != nil {
		return nil, err
	}
	if stop != nil {
		out = out.WithRaw("stop", stop)
	}
	if out, err = tools(r, out); err != nil {
		return nil, err
	}
	r.Neutral()
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	return &wire.Request{Path: path(call), Query: version(call.To.Settings), Body: out.Merged(rest).Bytes()}, nil
}

// addressed says the model and who pays for it.
func addressed(to *llm.Deployment) raw.Object {
	out := raw.Object{}.WithText("model_id", to.Model)
	switch {
	case deployed(to): // its model and space are its own
		return raw.Object{}
	case to.Settings["project_id"] != "":
		out = out.WithText("project_id", to.Settings["project_id"])
	case to.Settings["space_id"] != "":
		out = out.WithText("space_id", to.Settings["space_id"])
	}
	return out
}

// tools says what the model may call, and whether it must.
func tools(r *chat.Request, out raw.Object) (raw.Object, error) {
	all, err := r.Tools()
	if err != nil {
		return out, err
	}
	if len(all) > 0 {
		list := make([]raw.Object, len(all))
		for i, t := range all {
			list[i] = t.Whole
			if t.Function.Has("strict") { // no member of the API's functions, which refuse others
				list[i] = t.Whole.WithRaw("function", t.Function.Without("strict").Bytes())
			}
		}
		out = out.WithRaw("tools", raw.List(list))
	}
	choice, ok, err := r.Take("tool_choice")
	switch {
	case err != nil || !ok:
	case chat.IsText(choice):
		out = out.WithRaw("tool_choice_option", choice)
	default:
		out = out.WithRaw("tool_choice", choice)
	}
	return out, err
}

func path(call *llm.Call) string {
	what := "/text/chat"
	if call.Stream {
		what = "/text/chat_stream"
	}
	if id, ok := strings.CutPrefix(call.To.Model, "deployment/"); ok {
		return "/ml/v1/deployments/" + url.PathEscape(id) + what
	}
	return "/ml/v1" + what
}

func version(settings map[string]string) url.Values {
	v := settings["api_version"]
	if v == "" {
		v = DefaultVersion
	}
	return url.Values{"version": {v}}
}
