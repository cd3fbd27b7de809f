package web

import (
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// words are how a format says that something failed, and that a stream is at
// its end.
type words struct {
	failure func(*llm.Error) []byte // a body
	// event is the data of a stream's last event, which so many came before.
	// Nil: the body.
	event func(e *llm.Error, sent int) []byte
	name  string // of that event; "" in formats whose events have none
	done  string // the terminator; "" when the format's last event is one
}

func wordsOf(f llm.Format) words {
	switch f {
	case llm.Messages:
		return words{failure: anthropicError, name: "error"}
	case llm.Gemini:
		return words{failure: googleError}
	case llm.Responses:
		return words{failure: openaiError, event: responsesError, name: "error"}
	}
	return words{failure: openaiError, done: "[DONE]"}
}

// message is what an error says, with its class in front, where LiteLLM's users
// look for it.
func message(e *llm.Error) string {
	if e.Provider != "" {
		return e.Class.Error() + ": " + e.Provider + " - " + e.Message
	}
	return e.Class.Error() + ": " + e.Message
}

func openaiError(e *llm.Error) []byte {
	return encoded(map[string]json.RawMessage{"error": Detail(e)})
}

// Detail is an error as OpenAI's error bodies have it in their member error.
func Detail(err error) json.RawMessage {
	e := known(err)
	return encoded(struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    string  `json:"code"`
	}{message(e), kind(e), param(e), strconv.Itoa(e.Class.Status())})
}

// responsesError is the event of that name.
// Source: https://platform.openai.com/docs/api-reference/responses-streaming/error
func responsesError(e *llm.Error, sent int) []byte {
	return encoded(struct {
		Type     string  `json:"type"`
		Code     string  `json:"code"`
		Message  string  `json:"message"`
		Param    *string `json:"param"`
		Sequence int     `json:"sequence_number"`
	}{"error", kind(e), message(e), param(e), sent})
}

func kind(e *llm.Error) string {
	if e.Type != "" {
		return e.Type
	}
	return e.Class.Type()
}

func param(e *llm.Error) *string {
	if e.Param == "" {
		return nil
	}
	return &e.Param
}

// anthropicError is Anthropic's error body, and its stream's error event.
// Source: https://platform.claude.com/docs/en/api/errors
func anthropicError(e *llm.Error) []byte {
	kinds := map[int]string{
		400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
		405: "invalid_request_error", 408: "timeout_error", 409: "invalid_request_error", 413: "request_too_large", 422: "invalid_request_error",
		429: "rate_limit_error", 503: "overloaded_error",
	}
	type detail struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	}
	d := detail{kinds[e.Class.Status()], message(e)}
	if d.Type == "" {
		d.Type = "api_error"
	}
	return encoded(struct {
		Type  string `json:"type"`
		Error detail `json:"error"`
	}{"error", d})
}

// googleError is google.rpc.Status as JSON.
// Source: https://cloud.google.com/apis/design/errors
func googleError(e *llm.Error) []byte {
	states := map[int]string{
		400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 405: "INVALID_ARGUMENT", 408: "DEADLINE_EXCEEDED",
		409: "ABORTED", 413: "INVALID_ARGUMENT", 422: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE",
	}
	type detail struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Status  string `json:"status"`
	}
	d := detail{e.Class.Status(), message(e), states[e.Class.Status()]}
	if d.Status == "" {
		d.Status = "INTERNAL"
	}
	return encoded(map[string]detail{"error": d})
}

func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return b
}
