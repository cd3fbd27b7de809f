package generate

import (
	"encoding/json"
	"fmt"
	"testing"

	"go.uber.org/goleak"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kit is the format as its tests need it. oracle/ holds the calls and replies of
// the golden files to Google's own package.
func kit() formattest.Kit {
	const hi = `{"stream":true,"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"thinkingConfig":{"includeThoughts":`
	return formattest.Kit{
		Format:  llm.Gemini,
		Bridge:  attempt.Bridge{Call: Call, Reply: Reply, Events: Events},
		Address: []string{"model", "stream"},
		Calls:   []string{hi + `true}}}`, hi + `false}}}`},
		Said:    read, Asked: checkAsked,
	}
}

// read gives what each candidate says, by kind, and the last usage.
func read(t formattest.TB, _ *llm.Call, events []llm.Event) (any, any) {
	t.Helper()
	all, usage := map[string]string{}, ""
	for _, ev := range events {
		if len(ev.Data) == 0 {
			continue
		}
		var body struct {
			Candidates *[]struct {
				Index   int
				Finish  string `json:"finishReason"`
				Content struct {
					Parts []struct {
						Text      string
						Thought   bool
						Signature string          `json:"thoughtSignature"`
						Call      json.RawMessage `json:"functionCall"`
					}
				}
			}
			Usage json.RawMessage `json:"usageMetadata"`
		}
		if err := json.Unmarshal(ev.Data, &body); err != nil || body.Candidates == nil {
			t.Fatalf("%v in %s, want candidates", err, ev.Data)
		}
		usage += string(body.Usage)
		for _, c := range *body.Candidates {
			say := func(kind, text string) {
				if text != "" {
					all[fmt.Sprint(c.Index, " ", kind)] += text
				}
			}
			say("finish", c.Finish)
			for _, p := range c.Content.Parts {
				say(map[bool]string{false: "text", true: "thought"}[p.Thought], p.Text)
				say("signature", p.Signature)
				say("call", string(p.Call))
			}
		}
	}
	return all, usage
}

// checkAsked holds that there are messages, and that what is translated is JSON even
// where the request was not strict.
func checkAsked(t formattest.TB, _, asked *llm.Call) {
	t.Helper()
	if asked == nil {
		return
	}
	v, _ := asked.Body.Raw("messages")
	if all, err := raw.Objects(v); err != nil || len(all) == 0 {
		t.Fatalf("got %s (%v), want messages", asked.Body.Bytes(), err)
	}
	for _, name := range []string{"tools", "response_format"} {
		if v, ok := asked.Body.Raw(name); ok && raw.Strict(v) != nil {
			t.Fatalf("got %s %s (%v), want JSON", name, v, raw.Strict(v))
		}
	}
}

func TestGolden(t *testing.T) { kit().Golden(t, 11) }

func TestStreamIsReply(t *testing.T) { kit().StreamIsReply(t) }

func TestOdd(t *testing.T) {
	kit().Odd(t, []string{
		`{"choices":[1]}`, `{"choices":[{"message":[]}]}`, `{"choices":[{"index":"x"}]}`, `{"choices":[{"logprobs":{"content":1}}]}`,
		`{"choices":[{"message":{"tool_calls":[1]}}]}`, `{"choices":[{"message":{"thinking_blocks":[1]}}]}`, `{"choices":[{"message":{"images":[1]}}]}`,
	}, []string{
		`{"choices":[1]}`, `{"choices":[{"delta":[]}]}`, `{"choices":[{"index":"x"}]}`, `{"choices":[{"logprobs":{"content":1}}]}`,
		`{"choices":[{"delta":{"tool_calls":[1]}}]}`, `{"choices":[{"delta":{"thinking_blocks":[1]}}]}`, `{"choices":[{"delta":{"images":[1]}}]}`,
	})
}

func FuzzCall(f *testing.F) { kit().FuzzCall(f) }

func FuzzReply(f *testing.F) { kit().FuzzReply(f) }

func FuzzEvents(f *testing.F) { kit().FuzzEvents(f) }
