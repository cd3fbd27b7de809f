package deepgram

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
// Source: https://developers.deepgram.com/reference/errors
func TestFail(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		class   llm.Class
		message string
	}{
		{400, `{"err_code":"Bad Request","err_msg":"Bad Request: failed to process audio: corrupt or unsupported data","request_id":"uuid"}`, llm.BadRequestError, "Bad Request: failed to process audio: corrupt or unsupported data"},
		{400, `{"category":"INVALID_JSON","message":"Invalid JSON submitted.","details":"missing field","request_id":"uuid"}`, llm.BadRequestError, "Invalid JSON submitted. missing field"},
		{401, `{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials.","request_id":"uuid"}`, llm.AuthenticationError, "Invalid credentials."},
		{401, `{"err_msg":"User does not have sufficient permissions."}`, llm.PermissionDeniedError, "User does not have sufficient permissions."},
		{402, `{"err_code":"ASR_PAYMENT_REQUIRED","err_msg":"Project does not have enough credits","request_id":"uuid"}`, llm.PermissionDeniedError, "Project does not have enough credits"},
		{403, `{"err_code":"INSUFFICIENT_PERMISSIONS","err_msg":"Project does not have access to the requested model.","request_id":"uuid"}`, llm.PermissionDeniedError, "Project does not have access to the requested model."},
		{404, `{"err_code":"PROJECT_NOT_FOUND","err_msg":"Project not found."}`, llm.NotFoundError, "Project not found."},
		{413, `payload too large`, llm.RequestTooLargeError, ""},
		{429, `{"err_code":"TOO_MANY_REQUESTS","err_msg":"Too many requests. Please try again later","request_id":"uuid"}`, llm.RateLimitError, "Too many requests. Please try again later"},
		{503, ``, llm.ServiceUnavailableError, ""},
		{504, `{"err_code":"Gateway Timeout","err_msg":"timed out"}`, llm.Timeout, "timed out"},
	} {
		got := fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)})
		if got.Class != c.class || got.Message != c.message {
			t.Errorf("%d %s: got %s %q, want %s %q", c.status, c.body, got.Class.Error(), got.Message, c.class.Error(), c.message)
		}
	}
}

func TestModel(t *testing.T) {
	for _, c := range []struct{ model, voice, want string }{
		{"aura-2-thalia-en", "", "aura-2-thalia-en"},
		{"aura-2-thalia-en", "alloy", "aura-2-thalia-en"},
		{"aura-2-thalia-en", "aura-2-zeus-en", "aura-2-zeus-en"},
		{"aura-2", "", "aura-2-thalia-en"},
		{"aura-2", "fable", "aura-2-pandora-en"},
		{"aura", "luna", "aura-luna-en"},
	} {
		if got := model(c.model, c.voice); got != c.want {
			t.Errorf("%s with %q: got %s, want %s", c.model, c.voice, got, c.want)
		}
	}
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Transcriptions, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Files: []llm.File{{Field: "file"}}, To: &llm.Deployment{Provider: "deepgram", Model: "nova-3"},
	}
}

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(), callOf) }
