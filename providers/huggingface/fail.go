package huggingface

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fail is a wire.Dialect's Fail: the router's errors are OpenAI's, a
// text-generation server's {"error": "...", "error_type": "..."}, and those of
// an endpoint that is still loading its model have the time it takes.
// Source: https://github.com/huggingface/text-generation-inference/blob/main/router/src/server.rs
func Fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	var body struct {
		Type string  `json:"error_type"`
		Wait float64 `json:"estimated_time"` // seconds
	}
	if json.Unmarshal(r.Body, &body) != nil {
		body.Type, body.Wait = "", 0
	}
	if body.Type != "" {
		e.Type = body.Type
	}
	if body.Wait > 0 && body.Wait < float64(24*60*60) {
		e.RetryAfter = time.Duration(body.Wait * float64(time.Second))
	}
	switch text := strings.ToLower(e.Message); {
	case strings.Contains(text, "`max_new_tokens` must be <=") && strings.Contains(text, "`inputs` tokens"),
		strings.Contains(text, "`inputs` must have less than"):
		e.Class = llm.ContextWindowExceededError
	case e.Code == "model_not_found", e.Code == "model_not_supported":
		e.Class = llm.NotFoundError
	case r.Status == 402: // the credits of a month are used up
		e.Class = llm.PermissionDeniedError
	case r.Status == 424, body.Type == "generation", body.Type == "incomplete_generation":
		e.Class = llm.InternalServerError
	case body.Type == "overloaded":
		e.Class = llm.RateLimitError
	case r.Status < 300 && body.Type == "validation":
		e.Class = llm.UnprocessableEntityError
	}
	return e
}
