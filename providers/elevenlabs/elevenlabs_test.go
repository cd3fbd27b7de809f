package elevenlabs

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

// TestFail: what each way to say no becomes, in the newer words and in the
// older ones.
// Sources: https://elevenlabs.io/docs/eleven-api/resources/errors and
// https://help.elevenlabs.io/hc/en-us/articles/19572237925521-API-Error-Code-400-or-401
func TestFail(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		class   llm.Class
		message string
	}{
		{400, `{"detail":{"status":"max_character_limit_exceeded","message":"This request's text has 627 characters"}}`, llm.ContextWindowExceededError, "This request's text has 627 characters"},
		{400, `{"detail":{"status":"voice_not_found","message":"gone"}}`, llm.NotFoundError, "gone"},
		{400, `{"detail":{"type":"validation_error","code":"invalid_parameters","message":"wrong","param":"seed"}}`, llm.BadRequestError, "wrong"},
		{401, `{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}`, llm.AuthenticationError, "Invalid API key"},
		{401, `{"detail":{"status":"missing_permissions","message":"no"}}`, llm.PermissionDeniedError, "no"},
		{401, `{"detail":{"status":"quota_exceeded","message":"used up"}}`, llm.RateLimitError, "used up"},
		{422, `{"detail":[{"type":"missing","loc":["body","text"],"msg":"Field required"}]}`, llm.UnprocessableEntityError, "Field required"},
		{429, `{"detail":{"status":"too_many_concurrent_requests","message":"wait"}}`, llm.RateLimitError, "wait"},
		{500, `oops`, llm.InternalServerError, ""},
		{503, `{"detail":{"status":"system_busy","message":"busy"}}`, llm.ServiceUnavailableError, "busy"},
	} {
		got := fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)})
		if got.Class != c.class || got.Message != c.message {
			t.Errorf("%d %s: got %s %q, want %s %q", c.status, c.body, got.Class.Error(), got.Message, c.class.Error(), c.message)
		}
	}
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Transcriptions, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Files: []llm.File{{Field: "file"}}, To: &llm.Deployment{Provider: "elevenlabs", Model: "scribe_v1"},
	}
}

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(), callOf) }

func FuzzEncode(f *testing.F) {
	providertest.FuzzEncode(f, Dialect(), func(body raw.Object) *llm.Call {
		call := callOf(body)
		call.Op = llm.Speech
		return call
	})
}
