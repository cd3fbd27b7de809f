package watsonx

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// problem is an error answer, and the data of an error event.
type problem struct {
	Errors []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"errors"`
	Status int `json:"status_code"`
}

// fail reads an error answer, or an event that is one. Its code says more than
// its status: a spent quota is a 403.
// Source: https://ibm.github.io/watsonx-ai-java-sdk/advanced/error-handling/
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	var p problem
	if json.Unmarshal(r.Body, &p) != nil || len(p.Errors) == 0 {
		return chat.Fail(call, r)
	}
	status := r.Status
	if status < 300 {
		status = p.Status
	}
	e := &llm.Error{Class: llm.ClassOf(status), Message: p.Errors[0].Message, Type: p.Errors[0].Code, Code: p.Errors[0].Code}
	text := strings.ToLower(e.Message)
	switch {
	case e.Code == "token_quota_reached" || e.Code == "consumption_limit_reached" || strings.HasPrefix(e.Code, "rate_limit_reached"):
		e.Class = llm.RateLimitError
	case e.Code == "authentication_token_expired":
		e.Class = llm.AuthenticationError
	case e.Code == "model_not_supported":
		e.Class = llm.NotFoundError
	case e.Class != llm.BadRequestError:
	case strings.Contains(text, "cannot exceed the total tokens limit"), strings.Contains(text, "maximum context length"):
		e.Class = llm.ContextWindowExceededError
	}
	return e
}

// events reads a stream as OpenAI's, but for its errors.
func events(theirs func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error]) func(*llm.Call, iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
		return theirs(call, func(yield func(sse.Event, error) bool) {
			for ev, err := range in {
				if err == nil && (ev.Name == "error" || bytes.HasPrefix(bytes.TrimSpace(ev.Data), []byte(`{"errors"`))) {
					err = fail(call, &wire.Response{Status: 200, Body: ev.Data})
				}
				if !yield(ev, err) || err != nil {
					return
				}
			}
		})
	}
}
