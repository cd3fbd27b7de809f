package sagemaker

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/huggingface"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// said is an exception of SageMaker's. A ModelError has in it what the
// container answered.
type said struct {
	Message  string
	Code     string `json:"ErrorCode"` // of a stream that failed
	Status   int    `json:"OriginalStatusCode"`
	Original string `json:"OriginalMessage"`
}

// fail reads an error answer: an exception, or, from a proxy or a container
// that somebody calls without SageMaker, the container's own.
// Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	return failure(call, r.Status, aws.Kind(r), r.Body)
}

// failure reads an exception, of an answer or in a stream, whose status is 200.
func failure(call *llm.Call, status int, kind string, body []byte) *llm.Error {
	var s said
	if json.Unmarshal(body, &s) != nil {
		s = said{} // half of it may have been read
	}
	switch {
	case kind == "ModelError" || s.Status != 0 || s.Original != "":
		return s.ofContainer(call)
	case kind == "" && s.Message == "":
		return theirs(call, status, string(body))
	}
	e := &llm.Error{Class: aws.ClassOf(status, kind), Message: public(s.Message), Code: kind}
	switch {
	case s.Code == "ModelInvocationTimeExceeded":
		e.Class = llm.Timeout
	case e.Class == llm.BadRequestError && strings.HasPrefix(e.Message, "Endpoint ") && strings.Contains(e.Message, "not found"):
		e.Class = llm.NotFoundError
	case strings.Contains(e.Message, "Inference Component Name header is required"):
		e.Message += "; set model_id to the component's name"
	}
	return e
}

var originally = regexp.MustCompile(`\((\d{1,3})\) from`)

// ofContainer is the error that the container answered with. Of what is neither
// JSON nor the caller's fault, nothing is shown: it is a page or a traceback.
func (s said) ofContainer(call *llm.Call) *llm.Error {
	if found := originally.FindStringSubmatch(s.Message); s.Status == 0 && found != nil {
		s.Status, _ = strconv.Atoi(found[1]) // digits
	}
	if s.Original == "" {
		_, s.Original, _ = strings.Cut(s.Message, `with message "`)
		s.Original, _, _ = strings.Cut(s.Original, `". See `)
	}
	e := theirs(call, s.Status, s.Original)
	switch {
	case strings.Contains(s.Message, "invocation timed out"):
		e.Class, e.Message = llm.Timeout, "the model's container did not answer in time"
	case s.Status < 400:
		e.Class = llm.InternalServerError
	}
	if e.Message = public(e.Message); e.Message == "" {
		e.Message = "the model's container answered " + strconv.Itoa(s.Status)
	}
	if e.Code == "" {
		e.Code = "ModelError"
	}
	return e
}

// theirs reads a container's error answer, which some of them give as a bare
// text, and some with a status that says nothing of what is too long.
func theirs(call *llm.Call, status int, text string) *llm.Error {
	body := []byte(strings.TrimSpace(text))
	if _, err := raw.Parse(body); err != nil && status >= 400 && status < 500 && text != "" && text[0] != '<' {
		body = raw.Object{}.WithText("error", text).Bytes()
	}
	e := huggingface.Fail(call, &wire.Response{Status: status, Body: body})
	if as := huggingface.Fail(call, &wire.Response{Status: http.StatusBadRequest, Body: body}).Class; as == llm.ContextWindowExceededError || as == llm.ContentPolicyViolationError {
		e.Class = as
	}
	return e
}

var private = regexp.MustCompile(`\s*See https?://\S+( in account \d+)?( for more information)?\.?| (of|in) account \d{12}|arn:aws[a-z-]*:[^\s"']+`)

// public is a message without what it tells of the operator's account: its
// number, its region, its log's address, its roles.
func public(message string) string {
	return strings.TrimSpace(private.ReplaceAllString(message, ""))
}
