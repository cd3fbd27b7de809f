package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// bad is a request that cannot be right, whoever sends it. Field names what is
// at fault, in LiteLLM's words.
func bad(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Type: "bad_request_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

// forbidden is a request that somebody else may send.
func forbidden(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.PermissionDeniedError, Type: "auth_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

// missing is something that does not exist for whoever asks.
func missing(field, id string) *llm.Error {
	return &llm.Error{
		Class: llm.NotFoundError, Type: "not_found_error", Param: field,
		Message: fmt.Sprintf("%s=%.200q does not exist", field, id),
	}
}

// taken is a name that somebody else has.
func taken(field, name string) *llm.Error {
	return &llm.Error{
		Class: llm.ConflictError, Type: "bad_request_error", Param: field,
		Message: fmt.Sprintf("%s=%.200q already exists", field, name),
	}
}

// unavailable is a store that did not do what it was asked; the caller may try
// again.
func unavailable(err error) *llm.Error {
	return &llm.Error{
		Class: llm.ServiceUnavailableError, Type: "no_db_connection",
		Message: "the store of keys cannot be reached now", Err: err,
	}
}

// stored turns a store's error into one for a caller; NotFound stays itself.
func stored(ctx context.Context, err error) error {
	var known *llm.Error
	switch {
	case err == nil, errors.Is(err, store.ErrNotFound), errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return &llm.Error{Class: llm.Timeout, Message: "the request was given up", Err: err}
	}
	return unavailable(err)
}
