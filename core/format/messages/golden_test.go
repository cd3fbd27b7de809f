package messages

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kit is the format as its tests need it. oracle/ holds the golden files to the
// types of Anthropic's own package.
func kit() formattest.Kit {
	return formattest.Kit{
		Format: llm.Messages,
		Bridge: attempt.Bridge{Call: Call, Reply: Reply, Events: Events},
		Calls:  []string{`{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"stream":true}`},
		Deep:   true,
		Said:   read, Joined: joined,
	}
}

func TestGolden(t *testing.T) { kit().Golden(t, 15) }

func TestStreamIsReply(t *testing.T) { kit().StreamIsReply(t) }

func TestOdd(t *testing.T) {
	kit().Odd(t, []string{
		`{}`, `{"choices":[]}`, `{"choices":[1]}`, `{"choices":[{"message":[]}]}`, `{"choices":[{"message":{"tool_calls":[1]}}]}`,
	}, []string{
		`{"choices":[1]}`, `{"choices":[{"delta":[]}]}`, `{"choices":[{"delta":{"tool_calls":[1]}}]}`,
	})
}

func FuzzCall(f *testing.F) { kit().FuzzCall(f) }

func FuzzReply(f *testing.F) { kit().FuzzReply(f) }

func FuzzEvents(f *testing.F) { kit().FuzzEvents(f) }
