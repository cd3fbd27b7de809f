package deepgram

import (
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer: a code and a message, or in the newer services a
// category, a message and its details. Too large a file has 413, too many
// requests 429, an empty account 402.
// Source: https://developers.deepgram.com/reference/errors
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	var said struct {
		Code     string `json:"err_code"`
		Text     string `json:"err_msg"`
		Category string `json:"category"`
		Details  string `json:"details"`
	}
	if json.Unmarshal(r.Body, &said) != nil {
		return e
	}
	switch {
	case said.Text != "":
		e.Message, e.Code = said.Text, said.Code
	case said.Category != "":
		e.Code = said.Category
		e.Message = strings.TrimSpace(e.Message + " " + said.Details)
	}
	switch {
	case r.Status == 402:
		e.Class = llm.PermissionDeniedError
	case said.Code == "INSUFFICIENT_PERMISSIONS", r.Status == 401 && strings.Contains(strings.ToLower(e.Message), "permission"):
		e.Class = llm.PermissionDeniedError
	}
	return e
}
