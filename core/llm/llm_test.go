package llm_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestClasses: LiteLLM's names, the statuses a caller sees, and what the router
// makes of each.
func TestClasses(t *testing.T) {
	const retry, cooldown, both = "retry", "cooldown", "both"
	for _, c := range []struct {
		class  llm.Class
		name   string
		status int
		does   string
		isA    []llm.Class
	}{
		{llm.APIError, "APIError", 500, both, nil},
		{llm.APIConnectionError, "APIConnectionError", 500, both, []llm.Class{llm.APIError}},
		{llm.AuthenticationError, "AuthenticationError", 401, cooldown, nil},
		{llm.BadGatewayError, "BadGatewayError", 502, both, []llm.Class{llm.APIError}},
		{llm.BadRequestError, "BadRequestError", 400, "", nil},
		{llm.BudgetExceededError, "BudgetExceededError", 400, "", []llm.Class{llm.BadRequestError}},
		{llm.ConflictError, "ConflictError", 409, "", nil},
		{llm.ContentPolicyViolationError, "ContentPolicyViolationError", 400, "", []llm.Class{llm.BadRequestError}},
		{llm.ContextWindowExceededError, "ContextWindowExceededError", 400, "", []llm.Class{llm.BadRequestError}},
		{llm.InternalServerError, "InternalServerError", 500, both, []llm.Class{llm.APIError}},
		{llm.InvalidRequestError, "InvalidRequestError", 400, "", []llm.Class{llm.BadRequestError}},
		{llm.JSONSchemaValidationError, "JSONSchemaValidationError", 400, "", []llm.Class{llm.BadRequestError}},
		{llm.MethodNotAllowedError, "MethodNotAllowedError", 405, "", nil},
		{llm.NotFoundError, "NotFoundError", 404, cooldown, nil},
		{llm.PermissionDeniedError, "PermissionDeniedError", 403, cooldown, nil},
		{llm.RateLimitError, "RateLimitError", 429, both, nil},
		{llm.RejectedRequestError, "RejectedRequestError", 400, "", []llm.Class{llm.BadRequestError}},
		{llm.RequestTooLargeError, "RequestTooLargeError", 413, "", nil},
		{llm.ServiceUnavailableError, "ServiceUnavailableError", 503, both, []llm.Class{llm.APIError}},
		{llm.Timeout, "Timeout", 408, both, []llm.Class{llm.APIConnectionError, llm.APIError}},
		{llm.UnprocessableEntityError, "UnprocessableEntityError", 422, "", nil},
		{llm.UnsupportedParamsError, "UnsupportedParamsError", 400, "", []llm.Class{llm.BadRequestError}},
	} {
		if got := c.class.Error(); got != c.name {
			t.Errorf("got name %q, want %q", got, c.name)
		}
		if got, ok := llm.ClassNamed(c.name); !ok || got != c.class {
			t.Errorf("ClassNamed(%s): got %v, %v", c.name, got, ok)
		}
		if got := c.class.Status(); got != c.status {
			t.Errorf("%s: got status %d, want %d", c.name, got, c.status)
		}
		if got, want := c.class.Retry(), c.does == retry || c.does == both; got != want {
			t.Errorf("%s: got retry %v, want %v", c.name, got, want)
		}
		if got, want := c.class.Cooldown(), c.does == cooldown || c.does == both; got != want {
			t.Errorf("%s: got cooldown %v, want %v", c.name, got, want)
		}
		if c.class.Type() == "" {
			t.Errorf("%s: got no type", c.name)
		}
		err := fmt.Errorf("serve: %w", &llm.Error{Class: c.class, Err: io.ErrUnexpectedEOF})
		for other := llm.APIError; other <= llm.UnsupportedParamsError; other++ {
			if got, want := errors.Is(err, other), other == c.class || slices.Contains(c.isA, other); got != want {
				t.Errorf("errors.Is(%s, %s): got %v, want %v", c.name, other, got, want)
			}
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: its cause is lost", c.name)
		}
	}
	for _, name := range []string{"", "apierror", "Error"} {
		if got, ok := llm.ClassNamed(name); ok {
			t.Errorf("ClassNamed(%q): got %v, want none", name, got)
		}
	}
}

// TestClassOf: the class of a bare status, which for a status of its own has it.
func TestClassOf(t *testing.T) {
	for status, want := range map[int]llm.Class{
		400: llm.BadRequestError, 401: llm.AuthenticationError, 402: llm.BadRequestError, 403: llm.PermissionDeniedError,
		404: llm.NotFoundError, 408: llm.Timeout, 409: llm.ConflictError, 413: llm.RequestTooLargeError,
		418: llm.BadRequestError, 422: llm.UnprocessableEntityError, 429: llm.RateLimitError, 500: llm.InternalServerError,
		502: llm.BadGatewayError, 503: llm.ServiceUnavailableError, 504: llm.Timeout, 529: llm.ServiceUnavailableError,
		599: llm.InternalServerError, 307: llm.InternalServerError, http.StatusSwitchingProtocols: llm.InternalServerError,
	} {
		if got := llm.ClassOf(status); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
}

// TestReplyClose: once, the last added first, and all of them.
func TestReplyClose(t *testing.T) {
	var r llm.Reply
	var order []int
	errTwo := errors.New("two")
	for n := range 3 {
		r.OnClose(func() error {
			order = append(order, n)
			if n == 1 {
				return errTwo
			}
			return nil
		})
	}
	if err := r.Close(); !errors.Is(err, errTwo) {
		t.Errorf("got %v, want the error of one of them", err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("second close: got %v, want nothing done", err)
	}
	if want := []int{2, 1, 0}; !slices.Equal(order, want) {
		t.Errorf("got order %v, want %v", order, want)
	}
}

// TestReplyCloseInside: closing while closing, as a layer around another may,
// does nothing twice.
func TestReplyCloseInside(t *testing.T) {
	var r llm.Reply
	n := 0
	r.OnClose(func() error { n++; return nil })
	r.OnClose(func() error { n++; return r.Close() })
	if err := r.Close(); err != nil || n != 2 {
		t.Errorf("got %v after %d calls, want 2", err, n)
	}
}

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		models []string
		model  string
		want   bool
	}{
		{nil, "gpt", true},
		{[]string{}, "gpt", false},
		{[]string{"gpt"}, "gpt", true},
		{[]string{"gpt"}, "gpt-4", false},
		{[]string{"gpt"}, "GPT", false},
		{[]string{"*"}, "anything/at-all", true},
		{[]string{"acme/*"}, "acme/large", true},
		{[]string{"acme/*"}, "acme/", true},
		{[]string{"acme/*"}, "acme", false},
		{[]string{"acme/*"}, "other/acme/large", false},
		{[]string{"a*b"}, "axb", false},
		{[]string{"", "b"}, "", true},
		{[]string{"a", "b"}, "b", true},
	} {
		if got := (&llm.Caller{Models: c.models}).Allows(c.model); got != c.want {
			t.Errorf("%q for %q: got %v, want %v", c.models, c.model, got, c.want)
		}
	}
	if !(*llm.Caller)(nil).Allows("gpt") {
		t.Error("no caller: got refused, want allowed")
	}
}

func TestPrompt(t *testing.T) {
	u := llm.Usage{In: 1, CacheRead: 20, CacheWrite5m: 300, CacheWrite1h: 4000, Out: 50000, Reasoning: 6}
	if got := u.Prompt(); got != 4321 {
		t.Errorf("got %d prompt tokens, want 4321: all but the output", got)
	}
}
