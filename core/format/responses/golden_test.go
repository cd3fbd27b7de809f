package responses_test

import (
	"encoding/json"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kit is the format as its tests need it. oracle/ holds the golden files to the
// types of OpenAI's own package.
func kit() formattest.Kit {
	return formattest.Kit{
		Format: llm.Responses,
		Bridge: attempt.Bridge{Call: responses.Call, Reply: responses.Reply, Events: responses.Events},
		Calls:  []string{`{"model":"gpt-4o","input":"a","stream":true}`},
		Deep:   true,
		Said:   read, Asked: checkAsked,
	}
}

// checkAsked holds that a good call can be given a history, and that whatever
// can be is an object still.
func checkAsked(t formattest.TB, call, asked *llm.Call) {
	t.Helper()
	past, err := responses.WithHistory(call.Body, []json.RawMessage{json.RawMessage(`{"role":"user","content":"x"}`)})
	if err == nil {
		formattest.Object(t, string(past.Bytes()))
	} else if asked != nil {
		t.Fatalf("got %v, want a history", err)
	}
}

func TestGolden(t *testing.T) { kit().Golden(t, 11) }

func TestStreamIsReply(t *testing.T) { kit().StreamIsReply(t) }

func TestOdd(t *testing.T) {
	kit().Odd(t, []string{
		`{"choices":[]}`, `{}`, `{"choices":[{"index":1,"message":{"content":"x"}}]}`, `{"choices":[7]}`,
		`{"choices":[{"message":[]}]}`, `{"choices":[{"message":{"content":"a","content":"b"}}]}`,
		`{"choices":[{"message":{"tool_calls":[{"id":"c"}]}}]}`, `{"choices":[{"message":{"tool_calls":[7]}}]}`,
	}, []string{`{"choices":[{"delta":{"content":"\x00"}}]}`, `{"choices":[7]}`, `{"choices":[{"delta":[]}]}`})
}

func FuzzCall(f *testing.F) { kit().FuzzCall(f) }

func FuzzReply(f *testing.F) { kit().FuzzReply(f) }

func FuzzEvents(f *testing.F) { kit().FuzzEvents(f) }
