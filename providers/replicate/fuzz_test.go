package replicate

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// by makes calls of one model.
func by(model string) providertest.CallOf { return providertest.To(llm.Chat, "replicate", model) }

func FuzzEncode(f *testing.F) {
	for _, call := range providertest.Seeds(f, "call") {
		f.Add(call, "meta/meta-llama-3-70b-instruct")
		f.Add(call, "anthropic/claude-4-sonnet")
		f.Add(call, "openai/gpt-5")
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body, model string) { providertest.CheckEncode(t, d, by(model), body) })
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), by("m"))
}

// FuzzEvents holds that a stream ends with Last only after a done event or a
// prediction.
func FuzzEvents(f *testing.F) {
	for _, answer := range providertest.Seeds(f, "upstream response") {
		if i := strings.Index(answer, "event: "); i >= 0 {
			f.Add([]byte(answer[i:])) // after the prediction that names the stream
		} else if _, body, ok := strings.Cut(answer, "\n\n"); ok {
			f.Add([]byte(body))
		}
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		_, whole := providertest.CheckEvents(t, d, by("m")(raw.Object{}), body)
		if whole && !bytes.Contains(body, []byte("done")) && body[0] != '{' {
			t.Fatalf("got Last without an end in %s", body)
		}
	})
}
