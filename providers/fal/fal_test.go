package fal

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
// Sources: https://docs.fal.ai/errors and
// https://fal.ai/docs/documentation/model-apis/request-errors
func TestFail(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		class   llm.Class
		message string
		param   string
	}{
		{401, `{"detail":"Authentication is required to access this application"}`, llm.AuthenticationError, "Authentication is required to access this application", ""},
		{403, `{"detail":"User is locked. Reason: Exhausted balance."}`, llm.PermissionDeniedError, "User is locked. Reason: Exhausted balance.", ""},
		{404, `{"detail":"Application not found"}`, llm.NotFoundError, "Application not found", ""},
		{422, `{"detail":[{"loc":["body","num_images"],"msg":"Input should be less than or equal to 4","type":"less_than_equal"}]}`, llm.UnprocessableEntityError, "Input should be less than or equal to 4", "num_images"},
		{422, `{"detail":[{"loc":["body","prompt"],"msg":"flagged","type":"content_policy_violation"}]}`, llm.ContentPolicyViolationError, "flagged", "prompt"},
		{429, `{"detail":"Too many requests"}`, llm.RateLimitError, "Too many requests", ""},
		{503, `{"detail":"No runner","error_type":"runner_scheduling_failure"}`, llm.ServiceUnavailableError, "No runner", ""},
		{504, `{"detail":"Request timed out","error_type":"request_timeout"}`, llm.Timeout, "Request timed out", ""},
	} {
		got := fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)})
		if got.Class != c.class || got.Message != c.message || got.Param != c.param {
			t.Errorf("%d %s: got %s %q of %q, want %s %q of %q", c.status, c.body, got.Class.Error(), got.Message, got.Param, c.class.Error(), c.message, c.param)
		}
	}
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Images, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "fal_ai", Model: "fal-ai/flux/dev"},
	}
}

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(providertest.Now), callOf) }

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, Dialect(providertest.Now), callOf) }
