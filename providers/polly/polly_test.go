package polly

import (
	"net/http"
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

// TestPlace: a region's own address, and one that somebody configured.
func TestPlace(t *testing.T) {
	d := &llm.Deployment{Settings: map[string]string{"aws_region_name": "eu-west-1"}}
	for base, want := range map[string]string{"": "https://polly.eu-west-1.amazonaws.com", "http://localhost:1": "http://localhost:1"} {
		if got, err := place(t.Context(), d, base); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", base, got, err, want)
		}
	}
}

// TestFail: what each way to say no becomes.
// Source: https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html#API_SynthesizeSpeech_Errors
func TestFail(t *testing.T) {
	for _, c := range []struct {
		status  int
		kind    string
		body    string
		class   llm.Class
		message string
	}{
		{400, "TextLengthExceededException", `{"message":"Maximum text length has been exceeded"}`, llm.ContextWindowExceededError, "Maximum text length has been exceeded"},
		{400, "InvalidSsmlException", `{"message":"Invalid SSML request"}`, llm.BadRequestError, "Invalid SSML request"},
		{403, "InvalidSignatureException", `{"Message":"The request signature we calculated does not match"}`, llm.AuthenticationError, "The request signature we calculated does not match"},
		{400, "ThrottlingException", `{"message":"Rate exceeded"}`, llm.RateLimitError, "Rate exceeded"},
		{500, "ServiceFailureException", ``, llm.InternalServerError, ""},
	} {
		got := fail(nil, &wire.Response{Status: c.status, Header: http.Header{"X-Amzn-Errortype": {c.kind}}, Body: []byte(c.body)})
		if got.Class != c.class || got.Message != c.message || got.Code != c.kind {
			t.Errorf("%d %s: got %s %q, want %s %q", c.status, c.kind, got.Class.Error(), got.Message, c.class.Error(), c.message)
		}
	}
}

func FuzzEncode(f *testing.F) {
	providertest.FuzzEncode(f, Dialect(), func(body raw.Object) *llm.Call {
		return &llm.Call{
			Op: llm.Speech, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
			To: &llm.Deployment{Provider: "aws_polly", Model: "neural"},
		}
	})
}
