package chat_test

import (
	"testing"

	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestFail(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{400, `{"error":{"message":"bad","type":"invalid_request_error","param":"top_p","code":"c"}}`, "BadRequestError bad invalid_request_error top_p c"},
		{400, `{"error":{"message":"m","code":"context_length_exceeded"}}`, "ContextWindowExceededError m   context_length_exceeded"},
		{422, `{"detail":"This model's maximum context length is 8"}`, "ContextWindowExceededError This model's maximum context length is 8   "},
		{422, "{\"error\":\"Input validation error: `inputs` must have less than 8 tokens. Given: 9\"}", "ContextWindowExceededError Input validation error: `inputs` must have less than 8 tokens. Given: 9   "},
		{422, `{"detail":[{"loc":["body","top_p"],"msg":"not a number","type":"type_error"},{"msg":"another"}]}`, "UnprocessableEntityError not a number   "},
		{422, `{"detail":[7]}`, "UnprocessableEntityError    "},
		{403, `{"error":{"message":"stopped by our content policy"}}`, "ContentPolicyViolationError stopped by our content policy   "},
		{500, `{"error":{"message":"context window","type":"invalid_request_error"}}`, "InternalServerError context window invalid_request_error  "},
		{404, `{"error":"no such model"}`, "NotFoundError no such model   "},
		{429, `[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]`, "RateLimitError slow RESOURCE_EXHAUSTED  429"},
		{400, `{"error":{"message":"filtered","type":null,"code":"content_filter","status":400}}`, "ContentPolicyViolationError filtered   content_filter"},
		{401, `{"message":"no key"}`, "AuthenticationError no key   "},
		{502, `<html>`, "BadGatewayError    "},
		{200, `{"error":{"message":"m","code":503}}`, "ServiceUnavailableError m   503"},
		{200, `{"error":{"message":"m","type":"rate_limit_error"}}`, "RateLimitError m rate_limit_error  "},
		{200, `{"error":{"message":"m","type":"service_unavailable_error"}}`, "ServiceUnavailableError m service_unavailable_error  "},
		{200, `{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}`, "ContextWindowExceededError m invalid_request_error  context_length_exceeded"},
		{200, `{"error":{"message":"m"}}`, "InternalServerError m   "},
	} {
		e := chat.Fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)})
		if got := e.Class.Error() + " " + e.Message + " " + e.Type + " " + e.Param + " " + e.Code; got != c.want {
			t.Errorf("%d %s: got %q, want %q", c.status, c.body, got, c.want)
		}
	}
}
