package pictures_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/bedrock/pictures"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func callOf(name string) providertest.CallOf {
	return func(body raw.Object) *llm.Call {
		return &llm.Call{
			Op: llm.Images, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
			To: &llm.Deployment{Provider: "bedrock", Model: name},
		}
	}
}

func dialect() wire.Dialect {
	return wire.Dialect{Fail: chat.Fail, Codecs: map[llm.Key]wire.Codec{{Op: llm.Images, Format: llm.OpenAI}: {
		Encode: func(c *llm.Call) (*wire.Request, error) {
			body, err := pictures.Body(c, c.To.Model)
			return &wire.Request{Body: body.Bytes()}, err
		},
		Decode: func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) { return pictures.Reply(r, providertest.Now) },
	}}}
}

func FuzzBody(f *testing.F) {
	f.Add(`{"prompt":"p","n":2,"size":"512x512","quality":"hd","taskType":"TEXT_IMAGE","imageGenerationConfig":{"seed":1}}`)
	f.Add(`{"prompt":"p","size":"16:9","negativeText":7,"textToImageParams":[]}`)
	d := dialect()
	f.Fuzz(func(t *testing.T, body string) {
		for _, name := range []string{"amazon.nova-canvas-v1:0", "stability.sd3-5-large-v1:0", "stability.stable-diffusion-xl-v1", "other"} {
			providertest.CheckEncode(t, d, callOf(name), body)
		}
	})
}

// FuzzReply holds that pictures are counted, and that what was kept back is not
// among them.
func FuzzReply(f *testing.F) {
	f.Add([]byte(`{"images":["AA==",""],"finish_reasons":[null,"Filter reason: prompt"],"error":"x"}`))
	f.Add([]byte(`{"artifacts":[{"base64":"AA==","finishReason":"SUCCESS"},{"base64":"AA==","finishReason":"CONTENT_FILTERED"}]}`))
	d := dialect()
	f.Fuzz(func(t *testing.T, body []byte) {
		call := callOf("m")(raw.Object{})
		if reply, err := providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body}); err == nil && reply.Usage.Images < 1 {
			t.Fatalf("got no pictures in %s", body)
		}
	})
}
