package stability

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestGolden(t *testing.T) {
	providertest.Run(t, *New(nil, nil, providertest.Now), "testdata/*.txt")
}

// TestFail: what each way to say no becomes.
// Source: https://platform.stability.ai/docs/api-reference
func TestFail(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		class   llm.Class
		message string
	}{
		{400, `{"id":"1","name":"bad_request","errors":["prompt: is required","seed: must be a number"]}`, llm.BadRequestError, "prompt: is required; seed: must be a number"},
		{401, `{"id":"1","name":"unauthorized","errors":["missing or invalid api key"]}`, llm.AuthenticationError, "missing or invalid api key"},
		{402, `{"id":"1","name":"payment_required","errors":["you lack sufficient credits"]}`, llm.PermissionDeniedError, "you lack sufficient credits"},
		{403, `{"id":"1","name":"content_moderation","errors":["flagged"]}`, llm.ContentPolicyViolationError, "flagged"},
		{413, `{"id":"1","name":"payload_too_large","errors":["too large"]}`, llm.RequestTooLargeError, "too large"},
		{429, `{"id":"1","name":"rate_limit_exceeded","errors":["slow down"]}`, llm.RateLimitError, "slow down"},
		{500, `{"id":"1","name":"internal_error","errors":["oops"]}`, llm.InternalServerError, "oops"},
		{502, `<html>`, llm.BadGatewayError, ""},
	} {
		got := fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)})
		if got.Class != c.class || got.Message != c.message {
			t.Errorf("%d %s: got %s %q, want %s %q", c.status, c.body, got.Class.Error(), got.Message, c.class.Error(), c.message)
		}
	}
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Images, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "stability", Model: "sd3"},
	}
}

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), callOf) }
