package databricks

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer, or an event that is one: Databricks' own, with a
// code that says what the status would, or one of the model's.
// Source: https://docs.databricks.com/api/workspace/introduction
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	var body struct {
		Code string `json:"error_code"`
	}
	_ = json.Unmarshal(r.Body, &body) // of another shape: chat.Fail reads it
	answer := *r
	if status := statusOf(body.Code); answer.Status < 300 && status != 0 {
		answer.Status = status
	}
	e := chat.Fail(call, &answer)
	if body.Code != "" {
		e.Type, e.Code = body.Code, body.Code
	}
	if e.Message == "" && answer.Status == http.StatusBadRequest && !json.Valid(r.Body) && !bytes.HasPrefix(r.Body, []byte("<")) {
		e.Message = string(bytes.TrimSpace(r.Body)) // a text, of the model's server
	}
	return e
}

// statusOf is the status that goes with a code, 0 when it is not known.
func statusOf(code string) int {
	switch code {
	case "BAD_REQUEST", "INVALID_PARAMETER_VALUE", "MALFORMED_REQUEST":
		return 400
	case "UNAUTHENTICATED":
		return 401
	case "PERMISSION_DENIED":
		return 403
	case "RESOURCE_DOES_NOT_EXIST", "ENDPOINT_NOT_FOUND", "NOT_FOUND":
		return 404
	case "REQUEST_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED":
		return 429
	case "TEMPORARILY_UNAVAILABLE":
		return 503
	case "DEADLINE_EXCEEDED":
		return 504
	}
	return 0
}
