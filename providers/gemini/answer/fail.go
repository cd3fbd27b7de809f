package answer

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Fail reads Google's error body, a google.rpc.Status, also one in a list, and
// also as the data of an event.
// Source: https://ai.google.dev/gemini-api/docs/troubleshooting and
// https://docs.cloud.google.com/apis/design/errors
func Fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	s := status(r.Body)
	e.RetryAfter = s.delay()
	if class, ok := classes[s.Error.Status]; ok && r.Status < 300 {
		e.Class = class
	}
	switch text := strings.ToLower(e.Message); {
	case s.reason("API_KEY_INVALID"), strings.Contains(text, "api key not valid"), strings.Contains(text, "api key expired"):
		e.Class = llm.AuthenticationError
	case e.Class != llm.BadRequestError:
	case strings.Contains(text, "user location is not supported"), strings.Contains(text, "billing"):
		e.Class = llm.PermissionDeniedError // of the deployment, not of the request
	case strings.Contains(text, "request payload size exceeds"):
		e.Class = llm.RequestTooLargeError
	case strings.Contains(text, "responsible ai"), strings.Contains(text, "model armor"),
		strings.Contains(text, "safety filter"), strings.Contains(text, "violat"):
		e.Class = llm.ContentPolicyViolationError
	}
	return e
}

// classes are those of Google's words, which an error inside a stream has in
// place of a status. https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
var classes = map[string]llm.Class{
	"INVALID_ARGUMENT": llm.BadRequestError, "FAILED_PRECONDITION": llm.BadRequestError, "OUT_OF_RANGE": llm.BadRequestError,
	"UNAUTHENTICATED": llm.AuthenticationError, "PERMISSION_DENIED": llm.PermissionDeniedError, "NOT_FOUND": llm.NotFoundError,
	"ABORTED": llm.ConflictError, "RESOURCE_EXHAUSTED": llm.RateLimitError, "DEADLINE_EXCEEDED": llm.Timeout,
	"UNAVAILABLE": llm.ServiceUnavailableError, "CANCELLED": llm.ServiceUnavailableError,
}

// rpcStatus is what is looked at in an error body.
type rpcStatus struct {
	Error struct {
		Status  string `json:"status"`
		Details []struct {
			Type   string `json:"@type"`
			Reason string `json:"reason"`     // of an ErrorInfo
			Delay  string `json:"retryDelay"` // of a RetryInfo
		} `json:"details"`
	} `json:"error"`
}

func status(body []byte) rpcStatus {
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		body = list[0]
	}
	var s rpcStatus
	if json.Unmarshal(body, &s) != nil {
		return rpcStatus{}
	}
	return s
}

func (s rpcStatus) reason(word string) bool {
	for _, d := range s.Error.Details {
		if d.Reason == word {
			return true
		}
	}
	return false
}

// delay is when to try again: a RetryInfo's duration, "22s". A day is the most
// that is believed.
func (s rpcStatus) delay() time.Duration {
	for _, d := range s.Error.Details {
		if strings.HasSuffix(d.Type, "google.rpc.RetryInfo") {
			if wait, err := time.ParseDuration(d.Delay); err == nil && wait > 0 {
				return min(wait, 24*time.Hour)
			}
		}
	}
	return 0
}
