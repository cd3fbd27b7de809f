package gemini

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// by makes calls of one model.
func by(model string) providertest.CallOf { return providertest.To(llm.Chat, "gemini", model) }

// FuzzEncode holds that a request goes to the path of its model.
func FuzzEncode(f *testing.F) {
	for _, call := range providertest.Seeds(f, "call") {
		f.Add(call, "gemini-2.5-flash")
		f.Add(call, "gemini-3.1-pro-preview")
	}
	f.Add(`{"messages":[{"role":"user","content":"x"}]}`, "../models/a?b#c")
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body, model string) {
		req := providertest.CheckEncode(t, d, by(model), body)
		if req != nil && (strings.ContainsAny(req.Path, "?# ") || strings.Count(req.Path, "/") != 2) {
			t.Fatalf("got path %q, want one of a model", req.Path)
		}
	})
}

func FuzzDecode(f *testing.F) {
	providertest.FuzzDecode(f, Dialect(providertest.Now), by("gemini-2.5-flash"))
}

// FuzzEvents holds that a stream ends with Last only after a finish.
func FuzzEvents(f *testing.F) {
	providertest.FuzzEvents(f, Dialect(providertest.Now), by("gemini-2.5-flash"), "event-stream", func(_, sent []byte) bool {
		return bytes.Contains(sent, []byte(`"finish_reason":"`))
	})
}
