package answer

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fail reads an error answer, or a stream's error event as one of status 200.
// Source: https://platform.claude.com/docs/en/api/errors
func Fail(_ *llm.Call, r *wire.Response) *llm.Error {
	var body struct {
		Error struct {
			Type    string `json:"type"`
			Message string `json:"message"`
			Details struct {
				Code string `json:"error_code"`
			} `json:"details"`
		} `json:"error"`
	}
	if json.Unmarshal(r.Body, &body) != nil {
		body.Error.Message, body.Error.Type = "", "" // half of it may have been read
	}
	e := &llm.Error{Message: body.Error.Message, Type: body.Error.Type, Code: body.Error.Details.Code}
	e.Class = classOf(r.Status, e.Type)
	if e.Class == llm.BadRequestError || e.Class == llm.RequestTooLargeError {
		switch text := strings.ToLower(e.Message); {
		case says(text, "prompt is too long", "exceed context limit", "context window"):
			e.Class = llm.ContextWindowExceededError
		case says(text, "content filtering policy", "usage policy"):
			e.Class = llm.ContentPolicyViolationError
		case says(text, "credit balance is too low"):
			e.Class = llm.PermissionDeniedError
		}
	}
	return e
}

// classOf trusts the type where it says more than the status. The two that
// stand for several statuses leave it to the status, if there is one.
func classOf(status int, kind string) llm.Class {
	switch kind {
	case "authentication_error":
		return llm.AuthenticationError
	case "billing_error", "permission_error":
		return llm.PermissionDeniedError
	case "not_found_error":
		return llm.NotFoundError
	case "conflict_error":
		return llm.ConflictError
	case "request_too_large":
		return llm.RequestTooLargeError
	case "rate_limit_error":
		return llm.RateLimitError
	case "timeout_error":
		return llm.Timeout
	case "overloaded_error":
		return llm.ServiceUnavailableError
	}
	switch {
	case status >= 300:
		return llm.ClassOf(status)
	case kind == "invalid_request_error":
		return llm.BadRequestError
	}
	return llm.InternalServerError
}

func says(text string, phrases ...string) bool {
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
