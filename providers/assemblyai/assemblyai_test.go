package assemblyai

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
	providertest.Run(t, *New(nil, nil, providertest.Now).transcripts, "testdata/*.txt")
}

// TestSpeaks: which of the two APIs has what.
func TestSpeaks(t *testing.T) {
	p := New(nil, nil, providertest.Now)
	for op, want := range map[llm.Op]bool{llm.Chat: true, llm.Transcriptions: true, llm.Embeddings: false, llm.Images: false} {
		if got := p.Speaks(op, llm.OpenAI); got != want {
			t.Errorf("%s: got %v, want %v", op, got, want)
		}
	}
}

// TestFail: what each way to say no becomes.
// Source: https://www.assemblyai.com/docs/api-reference/overview
func TestFail(t *testing.T) {
	d := Dialect()
	for _, c := range []struct {
		status  int
		body    string
		class   llm.Class
		message string
	}{
		{400, `{"error":"format_text must be a Boolean"}`, llm.BadRequestError, "format_text must be a Boolean"},
		{401, `{"error":"Authentication error, API token missing/invalid"}`, llm.AuthenticationError, "Authentication error, API token missing/invalid"},
		{403, `{"error":"Cannot access uploaded file"}`, llm.PermissionDeniedError, "Cannot access uploaded file"},
		{404, `{"error":"Not found"}`, llm.NotFoundError, "Not found"},
		{429, `{"error":"Too many requests"}`, llm.RateLimitError, "Too many requests"},
		{500, `{"error":"An error occurred while processing the request"}`, llm.InternalServerError, "An error occurred while processing the request"},
		{503, `<html>`, llm.ServiceUnavailableError, ""},
	} {
		got := d.Fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)})
		if got.Class != c.class || got.Message != c.message {
			t.Errorf("%d %s: got %s %q, want %s %q", c.status, c.body, got.Class.Error(), got.Message, c.class.Error(), c.message)
		}
	}
	if e := failed("Internal error. Please try again"); e.Class != llm.InternalServerError {
		t.Errorf("got %v, want that another deployment may be tried", e.Class)
	}
}

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Transcriptions, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Files: []llm.File{{Field: "file"}}, To: &llm.Deployment{Provider: "assemblyai", Model: "best"},
	}
}

func FuzzDecode(f *testing.F) { providertest.FuzzDecode(f, Dialect(), callOf) }
