package cohere

import (
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer: {"message": ...}, with an id at times. Two of the
// statuses are Cohere's own: 498 for a text with words that are on a list of
// forbidden ones, 499 for a request that it gave up.
// Source: https://docs.cohere.com/reference/errors and /reference/chat
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	text := strings.ToLower(e.Message)
	switch {
	case r.Status == 498:
		e.Class = llm.ContentPolicyViolationError
		if e.Message == "" {
			e.Message = "the request or the reply has a deny-listed token"
		}
	case r.Status == 499:
		e.Class = llm.APIConnectionError
	case r.Status == 402:
		e.Class = llm.PermissionDeniedError
	case r.Status == 400 && strings.HasPrefix(text, "too many tokens") && !strings.Contains(text, "max tokens must be"):
		e.Class = llm.ContextWindowExceededError
	}
	return e
}
