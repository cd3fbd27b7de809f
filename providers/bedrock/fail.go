package bedrock

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer: a message, with the exception's type in a header
// or in __type.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
func fail(_ *llm.Call, r *wire.Response) *llm.Error {
	return failure(r.Status, aws.Kind(r), r.Body)
}

// failure reads an exception, of an answer or in a stream, whose status is 200
// and whose type says all.
func failure(status int, kind string, body []byte) *llm.Error {
	var said struct {
		Message  string `json:"message"`
		Original string `json:"originalMessage"`
	}
	if json.Unmarshal(body, &said) != nil {
		said.Message, said.Original = "", "" // half of it may have been read
	}
	e := &llm.Error{Class: classOf(status, kind), Message: said.Message, Code: kind}
	if e.Message == "" {
		e.Message = said.Original
	}
	switch text := strings.ToLower(e.Message); {
	case e.Class == llm.BadRequestError || e.Class == llm.InternalServerError:
		e.Class = refusal(e.Class, body, text)
	case e.Class == llm.PermissionDeniedError && strings.Contains(text, "authentication failed"):
		e.Class = llm.AuthenticationError // of a bearer token
	}
	return e
}

// refusal tells a prompt that is too long, a body that is, and a text that a
// filter stopped from other faults. AWS and the vendors behind it say it in words only.
func refusal(class llm.Class, body []byte, text string) llm.Class {
	for _, phrase := range []string{"too many input tokens", "too many tokens", "input tokens exceed", "exceed context limit", "expected maxlength"} {
		if strings.Contains(text, phrase) {
			return llm.ContextWindowExceededError
		}
	}
	if strings.Contains(text, "value at 'body' failed to satisfy constraint: member must have length less") {
		return llm.RequestTooLargeError
	}
	if strings.Contains(text, "content filter") || strings.Contains(text, "responsible ai") {
		return llm.ContentPolicyViolationError
	}
	if usual := chat.Fail(nil, &wire.Response{Status: 400, Body: body}); usual.Class != llm.BadRequestError {
		return usual.Class
	}
	return class
}

// classOf is AWS's class, and that of the exceptions Bedrock alone throws. It
// answers a model's failure with 424, and a stream's with 200.
func classOf(status int, kind string) llm.Class {
	switch strings.ToLower(kind) {
	case "ftuformnotfilled":
		return llm.NotFoundError
	case "conflictexception":
		return llm.ConflictError
	case "modeltimeoutexception":
		return llm.Timeout
	case "modelerrorexception", "modelstreamerrorexception":
		return llm.InternalServerError
	}
	if status == 424 || status < 300 {
		status = 500
	}
	return aws.ClassOf(status, kind)
}
