package mistral

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer: {"object": "error", "message", "type", "code"},
// where the message may be FastAPI's list of what is wrong with which member,
// as it is, as a text, or in place of the rest.
// Source: https://docs.mistral.ai/resources/error-glossary and the errors of
// the package mistralai
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	o, err := raw.Parse(r.Body)
	if err != nil || o.Has("error") {
		return e
	}
	for _, name := range []string{"detail", "message"} {
		if v, _ := o.Raw(name); o.Has(name) && !chat.IsText(v) {
			e.Message, e.Param = wrong(v)
		}
	}
	e.Type, _ = o.Text("type")
	if param, _ := o.Text("param"); param != "" {
		e.Param = param
	}
	if e.Code, _ = o.Text("code"); e.Code == "" && o.Has("code") {
		v, _ := o.Raw("code")
		e.Code = string(v)
	}
	status := r.Status
	if v, _ := o.Raw("raw_status_code"); status < 300 && json.Unmarshal(v, &status) == nil {
		e.Class = llm.ClassOf(status)
	}
	switch text := strings.ToLower(e.Message); {
	case strings.Contains(text, "too large for model"), strings.Contains(text, "maximum context length"):
		e.Class = llm.ContextWindowExceededError
	case status == http.StatusForbidden && (e.Param == "guardrails" || strings.Contains(text, "guardrail")):
		e.Class = llm.ContentPolicyViolationError
	case e.Type == "invalid_model": // a 400
		e.Class = llm.NotFoundError
	}
	return e
}

// wrong reads what is wrong with a request's members, and the first of them.
func wrong(v json.RawMessage) (message, param string) {
	type fault struct {
		At   []json.RawMessage `json:"loc"`
		What string            `json:"msg"`
	}
	var all []fault
	if json.Unmarshal(v, &all) != nil {
		var o struct {
			Detail []fault `json:"detail"`
		}
		if json.Unmarshal(v, &o) != nil {
			return "", ""
		}
		all = o.Detail
	}
	var said []string
	for _, f := range all {
		var at []string
		for _, step := range f.At {
			if s := strings.Trim(string(step), `"`); s != "body" {
				at = append(at, s)
			}
		}
		if param == "" && len(at) > 0 {
			param = at[0]
		}
		said = append(said, strings.Join(at, ".")+": "+f.What)
	}
	return strings.Join(said, "; "), param
}
