package recraft

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

// TestSpeaks: Recraft draws, and does not chat.
func TestSpeaks(t *testing.T) {
	p := New(nil, nil, providertest.Now)
	for op, want := range map[llm.Op]bool{llm.Chat: false, llm.Images: true, llm.ImageEdits: true, llm.Speech: false} {
		if got := p.Speaks(op, llm.OpenAI); got != want {
			t.Errorf("%s: got %v, want %v", op, got, want)
		}
	}
}

// TestFail: what each way to say no becomes.
// Source: https://www.recraft.ai/docs/api-reference/endpoints
func TestFail(t *testing.T) {
	d := Dialect(providertest.Now)
	for _, c := range []struct {
		status int
		body   string
		class  llm.Class
	}{
		{400, `{"code":"invalid_request_body","message":"unknown style"}`, llm.BadRequestError},
		{401, `{"code":"unauthorized","message":"invalid token"}`, llm.AuthenticationError},
		{429, `{"code":"too_many_requests","message":"slow down"}`, llm.RateLimitError},
		{500, ``, llm.InternalServerError},
	} {
		if got := d.Fail(nil, &wire.Response{Status: c.status, Body: []byte(c.body)}); got.Class != c.class {
			t.Errorf("%d %s: got %s, want %s", c.status, c.body, got.Class.Error(), c.class.Error())
		}
	}
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), func(body raw.Object) *llm.Call {
		return &llm.Call{
			Op: llm.Images, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
			To: &llm.Deployment{Provider: "recraft", Model: "recraftv3"},
		}
	})
}
