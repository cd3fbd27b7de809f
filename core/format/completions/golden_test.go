package completions

import (
	"encoding/json"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kit is the format as its tests need it. oracle/ holds the calls and replies of
// the golden files to OpenAI's own package.
func kit() formattest.Kit {
	return formattest.Kit{
		Format: llm.Completions,
		Bridge: attempt.Bridge{Call: Call, Reply: Reply, Events: Events},
		Calls: []string{
			`{"prompt":"aé","echo":true,"stream":true}`,
			`{"prompt":"aé","echo":true,"stream":true,"stream_options":{"include_usage":true}}`,
		},
		Said: read, Asked: checkAsked,
	}
}

// read gives the text of each choice and the reason why it ends, of objects that
// say they are completions.
func read(t formattest.TB, _ *llm.Call, events []llm.Event) (any, any) {
	t.Helper()
	type choice struct {
		Text   string
		Finish string `json:"finish_reason"`
	}
	all := map[int]choice{}
	for _, ev := range events {
		if len(ev.Data) == 0 {
			continue
		}
		if kind, _ := formattest.Object(t, string(ev.Data)).Text("object"); kind != object {
			t.Fatalf("got %s, want a completion", ev.Data)
		}
		if !json.Valid(ev.Data) {
			continue // what is wrong within a provider's member is passed on as it is
		}
		var body struct {
			Choices []struct {
				choice
				Index int
			}
		}
		if err := json.Unmarshal(ev.Data, &body); err != nil {
			t.Fatalf("%v in %s", err, ev.Data)
		}
		for _, c := range body.Choices {
			all[c.Index] = choice{all[c.Index].Text + c.Text, all[c.Index].Finish + c.Finish}
		}
	}
	return all, nil
}

// checkAsked holds that a prompt is one message.
func checkAsked(t formattest.TB, call, asked *llm.Call) {
	t.Helper()
	if asked == nil {
		return
	}
	v, _ := asked.Body.Raw("messages")
	if all, err := raw.Objects(v); raw.Strict(call.Body.Bytes()) == nil && (err != nil || len(all) != 1) || asked.Body.Has("prompt") {
		t.Fatalf("got %s (%v), want one message", asked.Body.Bytes(), err)
	}
}

func TestGolden(t *testing.T) { kit().Golden(t, 3) }

func TestStreamIsReply(t *testing.T) { kit().StreamIsReply(t) }

func TestOdd(t *testing.T) {
	kit().Odd(t, []string{
		`{"choices":[1]}`, `{"choices":[{"message":[]}]}`, `{"choices":[{"index":"x"}]}`, `{"choices":[{"logprobs":{"content":1}}]}`,
	}, []string{
		`{"choices":[1]}`, `{"choices":[{"delta":[]}]}`, `{"choices":[{"index":"x"}]}`, `{"choices":[{"logprobs":{"content":1}}]}`,
	})
}

func FuzzCall(f *testing.F) { kit().FuzzCall(f) }

func FuzzReply(f *testing.F) { kit().FuzzReply(f) }

func FuzzEvents(f *testing.F) { kit().FuzzEvents(f) }
