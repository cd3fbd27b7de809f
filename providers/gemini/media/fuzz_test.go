package media

import (
	"io"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// FuzzDecode holds that an answer is refused or becomes a reply: pictures of
// Gemini's and Imagen's, and speech of a whole number of bytes.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/L16;codec=pcm;rate=24000","data":"AAABAAIA"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5}}`))
	f.Add([]byte(`{"predictions":[{"bytesBase64Encoded":"iVBORw0KGgo="},{"raiFilteredReason":"no"}]}`))
	f.Add([]byte(`{"promptFeedback":{"blockReason":"SAFETY"}}`))
	d := wire.Dialect{Codecs: map[llm.Key]wire.Codec{{Op: llm.Images, Format: llm.OpenAI}: Images(providertest.Now)}, Fail: chat.Fail}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := &wire.Response{Status: 200, Body: body}
		for _, model := range []string{"gemini-2.5-flash-image", "imagen-4.0-generate-001"} {
			reply, err := providertest.CheckDecode(t, d, providertest.To(llm.Images, "gemini", model)(raw.Object{}), answer)
			if err == nil && reply.Usage.Images == 0 {
				t.Fatalf("got no pictures in %s", body)
			}
		}
		reply, err := spoken(providertest.To(llm.Speech, "gemini", "gemini-2.5-flash-preview-tts")(providertest.Object(t, `{"input":"hi"}`)), answer)
		if err != nil {
			return
		}
		if sound, err := io.ReadAll(reply.Media); err != nil || len(sound) < 44 || reply.Usage.Characters != 2 {
			t.Fatalf("got %d bytes, %v, %+v, want a file", len(sound), err, reply.Usage)
		}
	})
}

func TestRate(t *testing.T) {
	for kind, want := range map[string]uint32{
		"audio/L16;codec=pcm;rate=24000": 24000, "audio/L16;rate=16000": 16000, "audio/L16": 24000, "audio/L16;rate=-1": 24000, "": 24000,
	} {
		if got := rate(kind); got != want {
			t.Errorf("%q: got %d, want %d", kind, got, want)
		}
	}
}
