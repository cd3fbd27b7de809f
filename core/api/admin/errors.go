package admin

import (
	"fmt"

	"github.com/tollgate-llm/tollgate/core/llm"
)

func bad(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Type: "bad_request_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

func unprocessable(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.UnprocessableEntityError, Type: "validation_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

func forbidden(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.PermissionDeniedError, Type: "auth_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

func missing(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.NotFoundError, Type: "not_found_error", Param: field, Message: fmt.Sprintf(format, a...)}
}
