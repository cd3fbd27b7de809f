package replicate

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer: a problem (RFC 9457) with a title and a detail,
// and the seconds until a throttled request may come again. What a token may
// not see and what does not exist are one to it, a 422.
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	o, err := raw.Parse(r.Body)
	if err != nil {
		return e
	}
	if title, _ := o.Text("title"); title != "" {
		e.Type = title
		if e.Message == "" {
			e.Message = title
		}
	}
	var wait struct {
		Seconds float64 `json:"retry_after"`
	}
	if json.Unmarshal(r.Body, &wait) == nil && wait.Seconds > 0 && wait.Seconds <= 24*60*60 {
		e.RetryAfter = time.Duration(wait.Seconds * float64(time.Second))
	}
	switch {
	case r.Status == http.StatusPaymentRequired:
		e.Class = llm.PermissionDeniedError
	case r.Status == http.StatusUnprocessableEntity && e.Type == "Invalid version or not permitted":
		e.Class = llm.NotFoundError
	}
	return e
}

// failed is the error of a prediction that ended without an answer. The model
// says why in words, a few of which have a code.
//
// Sources: https://github.com/replicate/cog/pull/939,
// https://github.com/HeyPuter/puter/pull/3719 and the texts of
// https://github.com/replicate/cog-vllm/blob/main/predict.py
func failed(status string, reason json.RawMessage) *llm.Error {
	e := &llm.Error{Class: llm.InternalServerError, Type: status, Message: said(reason)}
	if e.Message == "" {
		e.Message = "the prediction is " + status
	}
	switch text := strings.ToLower(e.Message); {
	case status == "canceled" || status == "aborted":
	case says(text, "flagged as sensitive", "(e005)", "nsfw content", "content policy", "content filter"):
		e.Class = llm.ContentPolicyViolationError
	case says(text, "context length", "context window", "prompt is too long", "prompt length exceeds", "maximum context"):
		e.Class = llm.ContextWindowExceededError
	case says(text, "out of memory"):
	case says(text, "rate limit", "too many requests"):
		e.Class = llm.RateLimitError
	case says(text, "service is temporarily unavailable", "(e004)", "overloaded"):
		e.Class = llm.ServiceUnavailableError
	case strings.HasPrefix(text, "input validation error"), strings.HasPrefix(text, "e1003"), strings.HasPrefix(text, "e1004"):
		e.Class = llm.BadRequestError
	}
	return e
}

// said is a text, or the detail of an object.
func said(reason json.RawMessage) string {
	var text string
	if json.Unmarshal(reason, &text) == nil {
		return text
	}
	var o struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(reason, &o) == nil && o.Detail != "" {
		return o.Detail
	}
	if text = strings.TrimSpace(string(reason)); text == "null" || strings.HasPrefix(text, "{") {
		return ""
	}
	return text
}

func says(text string, phrases ...string) bool {
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
