package llm

import (
	"fmt"
	"time"
)

// Class is what kind of failure an Error is, under LiteLLM's names. A Class is
// itself an error, so errors.Is(err, llm.RateLimitError) works; a class with a
// parent matches the parent too.
type Class uint8

// The classes. Their properties stand in one table below.
const (
	APIError Class = iota + 1
	APIConnectionError
	AuthenticationError
	BadGatewayError
	BadRequestError
	BudgetExceededError
	ConflictError
	ContentPolicyViolationError
	ContextWindowExceededError
	InternalServerError
	InvalidRequestError
	JSONSchemaValidationError
	MethodNotAllowedError
	NotFoundError
	PermissionDeniedError
	RateLimitError
	RejectedRequestError
	RequestTooLargeError
	ServiceUnavailableError
	Timeout
	UnprocessableEntityError
	UnsupportedParamsError
)

// classes: the status a caller sees, OpenAI's word for the type, whether the
// same request may succeed when tried again, whether it counts against the
// deployment, and the class it is a kind of.
var classes = [...]struct {
	name     string
	status   int
	kind     string
	retry    bool
	cooldown bool
	parent   Class
}{
	APIError:                    {"APIError", 500, "api_error", true, true, 0},
	APIConnectionError:          {"APIConnectionError", 500, "api_connection_error", true, true, APIError},
	AuthenticationError:         {"AuthenticationError", 401, "authentication_error", false, true, 0},
	BadGatewayError:             {"BadGatewayError", 502, "bad_gateway_error", true, true, APIError},
	BadRequestError:             {"BadRequestError", 400, "invalid_request_error", false, false, 0},
	BudgetExceededError:         {"BudgetExceededError", 400, "budget_exceeded", false, false, BadRequestError},
	ConflictError:               {"ConflictError", 409, "conflict_error", false, false, 0},
	ContentPolicyViolationError: {"ContentPolicyViolationError", 400, "content_policy_violation", false, false, BadRequestError},
	ContextWindowExceededError:  {"ContextWindowExceededError", 400, "invalid_request_error", false, false, BadRequestError},
	InternalServerError:         {"InternalServerError", 500, "internal_server_error", true, true, APIError},
	InvalidRequestError:         {"InvalidRequestError", 400, "invalid_request_error", false, false, BadRequestError},
	JSONSchemaValidationError:   {"JSONSchemaValidationError", 400, "invalid_request_error", false, false, BadRequestError},
	MethodNotAllowedError:       {"MethodNotAllowedError", 405, "invalid_request_error", false, false, 0},
	NotFoundError:               {"NotFoundError", 404, "not_found_error", false, true, 0},
	PermissionDeniedError:       {"PermissionDeniedError", 403, "permission_denied_error", false, true, 0},
	RateLimitError:              {"RateLimitError", 429, "throttling_error", true, true, 0},
	RejectedRequestError:        {"RejectedRequestError", 400, "invalid_request_error", false, false, BadRequestError},
	RequestTooLargeError:        {"RequestTooLargeError", 413, "invalid_request_error", false, false, 0},
	ServiceUnavailableError:     {"ServiceUnavailableError", 503, "service_unavailable_error", true, true, APIError},
	Timeout:                     {"Timeout", 408, "timeout_error", true, true, APIConnectionError},
	UnprocessableEntityError:    {"UnprocessableEntityError", 422, "invalid_request_error", false, false, 0},
	UnsupportedParamsError:      {"UnsupportedParamsError", 400, "invalid_request_error", false, false, BadRequestError},
}

// ClassNamed finds a class by LiteLLM's name.
func ClassNamed(name string) (Class, bool) {
	for c, row := range classes {
		if row.name == name && name != "" {
			return Class(c), true
		}
	}
	return 0, false
}

// ClassOf gives the class of a provider's HTTP status when its body says no
// more.
func ClassOf(status int) Class {
	switch status {
	case 400:
		return BadRequestError
	case 401:
		return AuthenticationError
	case 403:
		return PermissionDeniedError
	case 404:
		return NotFoundError
	case 408, 504:
		return Timeout
	case 409:
		return ConflictError
	case 413:
		return RequestTooLargeError
	case 422:
		return UnprocessableEntityError
	case 429:
		return RateLimitError
	case 502:
		return BadGatewayError
	case 503, 529:
		return ServiceUnavailableError
	}
	if status >= 400 && status < 500 {
		return BadRequestError
	}
	return InternalServerError
}

func (c Class) Error() string { return classes[c].name }

// Status is the HTTP status a caller sees.
func (c Class) Status() int { return classes[c].status }

// Type is the word for the error body's type when the provider gave none.
func (c Class) Type() string { return classes[c].kind }

// Retry reports whether the same request may succeed at another try.
func (c Class) Retry() bool { return classes[c].retry }

// Cooldown reports whether the failure counts against the deployment, as
// opposed to the request.
func (c Class) Cooldown() bool { return classes[c].cooldown }

// Is makes a class match its parents.
func (c Class) Is(target error) bool {
	want, ok := target.(Class)
	for ; ok && c != 0; c = classes[c].parent {
		if c == want {
			return true
		}
	}
	return false
}

// Error is a failure a caller may be told about. Message is written for them
// and holds no secret; Err is for the log only.
type Error struct {
	Class      Class
	Message    string
	Type       string // the provider's word, else Class.Type
	Param      string // the request member at fault
	Code       string // the provider's code, for the log
	Provider   string
	Model      string
	RetryAfter time.Duration // 0: not said
	Err        error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Class.Error(), e.Message, e.Err)
	}
	return e.Class.Error() + ": " + e.Message
}

// Unwrap gives both the class and the cause to errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Class}
	}
	return []error{e.Class, e.Err}
}
