package chat

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fail is a wire.Dialect's Fail for OpenAI's error body and the shapes that
// vendors of its format really send: a bare text, a list, or FastAPI's detail.
// Source: https://platform.openai.com/docs/guides/error-codes
func Fail(_ *llm.Call, r *wire.Response) *llm.Error {
	d := read(r.Body)
	e := &llm.Error{Message: d.message, Type: d.kind, Param: d.param, Code: d.code}
	status := r.Status
	if status < 300 {
		status = statusOf(d)
	}
	e.Class = llm.ClassOf(status)
	if status == 400 || status == 403 || status == 413 || status == 422 {
		switch text := strings.ToLower(d.code + " " + d.kind + " " + d.message); {
		case says(text, tooLong):
			e.Class = llm.ContextWindowExceededError
		case says(text, forbidden):
			e.Class = llm.ContentPolicyViolationError
		}
	}
	return e
}

// tooLong are the codes and phrases for a prompt beyond the model's window.
var tooLong = []string{
	"context_length_exceeded", "maximum context length", "context window", "prompt is too long",
	"maximum prompt length", "exceeds the maximum number of tokens", "exceeded model token limit",
	"model's maximum context limit", "input is too long", "longer than the model's context length",
	"tokens + `max_new_tokens` must be <=", "`inputs` must have less than", // text-generation-inference and its kin
}

// forbidden are the codes and phrases for content a vendor's policy refuses.
var forbidden = []string{
	"content_policy_violation", "content_filter", "content management policy", "responsibleaipolicyviolation",
	"safety system", "invalid_prompt", "content policy",
}

func says(text string, phrases []string) bool {
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

type detail struct{ message, kind, param, code string }

// statusOf is the status an error inside a successful answer should have had.
func statusOf(d detail) int {
	if n, err := strconv.Atoi(d.code); err == nil && n >= 400 && n < 600 {
		return n
	}
	switch d.kind {
	case "invalid_request_error":
		return 400
	case "authentication_error":
		return 401
	case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota", "tokens", "requests":
		return 429
	case "overloaded_error", "service_unavailable", "service_unavailable_error":
		return 503
	}
	return 500
}

func read(body []byte) detail {
	body = bytes.TrimSpace(body)
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		body = list[0]
	}
	var outer struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
		Detail  json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &outer) != nil {
		return detail{}
	}
	if inner := member(outer.Error); inner != (detail{}) {
		return inner
	}
	if outer.Message != "" {
		return detail{message: outer.Message}
	}
	return detail{message: reason(outer.Detail)}
}

// reason reads FastAPI's detail: a text, or a list of what is invalid, of which
// the first is told.
func reason(v json.RawMessage) string {
	var list []struct {
		Message string `json:"msg"`
	}
	if json.Unmarshal(v, &list) != nil || len(list) == 0 {
		return text(v)
	}
	return list[0].Message
}

// member reads the error member: an object, or a text.
func member(v json.RawMessage) detail {
	if s := text(v); s != "" {
		return detail{message: s}
	}
	var e struct {
		Message string          `json:"message"`
		Type    string          `json:"type"`
		Status  json.RawMessage `json:"status"` // Google's word, Azure's number
		Param   json.RawMessage `json:"param"`
		Code    json.RawMessage `json:"code"`
	}
	if json.Unmarshal(v, &e) != nil {
		return detail{}
	}
	kind := e.Type
	if kind == "" {
		kind = text(e.Status)
	}
	return detail{e.Message, kind, text(e.Param), strings.Trim(text(e.Code)+numeral(e.Code), " ")}
}

func text(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

func numeral(v json.RawMessage) string {
	var n json.Number
	if len(v) == 0 || v[0] == '"' || json.Unmarshal(v, &n) != nil {
		return ""
	}
	return n.String()
}
