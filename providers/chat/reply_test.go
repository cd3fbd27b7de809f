package chat_test

import (
	"encoding/json"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestReply(t *testing.T) {
	own := raw.Object{}.WithText("x", "y")
	const begin = `{"id":"r1","object":"chat.completion","created":5,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant",`
	for _, c := range []struct {
		name   string
		answer chat.Answer
		want   string
	}{
		{"text", chat.Answer{Text: "Hi"}, `"content":"Hi","refusal":null},"logprobs":null,"finish_reason":"stop"}]}`},
		{"nothing", chat.Answer{Finish: "length"}, `"content":"","refusal":null},"logprobs":null,"finish_reason":"length"}]}`},
		{"refused", chat.Answer{Refusal: "No", Finish: "content_filter"}, `"content":null,"refusal":"No"},"logprobs":null,"finish_reason":"content_filter"}]}`},
		{
			"thought",
			chat.Answer{Text: "Hi", Reasoning: "why", Thoughts: []raw.Object{own}, Fields: own, More: raw.Object{}.WithText("audio", "a"), Logprobs: json.RawMessage(`{"content":[]}`)},
			`"content":"Hi","refusal":null,"reasoning_content":"why","thinking_blocks":[{"x":"y"}],"audio":"a","provider_specific_fields":{"x":"y"}},"logprobs":{"content":[]},"finish_reason":"stop"}]}`,
		},
		{
			"calls",
			chat.Answer{Finish: "stop", Calls: []chat.ToolCall{{ID: "c1", Name: "f", Arguments: json.RawMessage(`{"n":12345678901234567890}`)}, {Name: "g", Arguments: json.RawMessage(`{}`), Fields: own}}},
			`"content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"n\":12345678901234567890}"}},{"id":"call_64beb2c79643d9d6c9dbbcd0","type":"function","function":{"name":"g","arguments":"{}"},"provider_specific_fields":{"x":"y"}}]},"logprobs":null,"finish_reason":"tool_calls"}]}`,
		},
	} {
		got := chat.Reply(callOf(raw.Object{}), providertest.Now, chat.Head{ID: "r1", Model: "m-1", Created: 5}, []chat.Answer{c.answer}, llm.Usage{})
		if text := string(got.Body.Bytes()); text != begin+c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, text, begin+c.want)
		}
	}
}

// TestReplyFilledIn: what a vendor does not say of its reply.
func TestReplyFilledIn(t *testing.T) {
	u := llm.Usage{Known: true, In: 1, Out: 2}
	head := chat.Head{More: raw.Object{}.WithText("service_tier", "default")}
	got := chat.Reply(callOf(raw.Object{}), providertest.Now, head, []chat.Answer{{Text: "a"}, {Text: "b"}}, u)
	want := `{"id":"chatcmpl-test","object":"chat.completion","created":1763683200,"model":"m","service_tier":"default","choices":[` +
		`{"index":0,"message":{"role":"assistant","content":"a","refusal":null},"logprobs":null,"finish_reason":"stop"},` +
		`{"index":1,"message":{"role":"assistant","content":"b","refusal":null},"logprobs":null,"finish_reason":"stop"}],` +
		`"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}`
	if text := string(got.Body.Bytes()); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if got.Usage != u {
		t.Errorf("got %+v, want %+v", got.Usage, u)
	}
}

func TestUsageObject(t *testing.T) {
	u := llm.Usage{Known: true, In: 60, CacheRead: 2, CacheWrite5m: 4, CacheWrite1h: 8, AudioIn: 16, ImageIn: 32, Out: 100, Reasoning: 3, AudioOut: 5, ImageOut: 7}
	want := `{"prompt_tokens":74,"completion_tokens":100,"total_tokens":174,"prompt_tokens_details":{"cached_tokens":2,"cache_creation_tokens":12,"audio_tokens":16,"image_tokens":32},` +
		`"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":5,"image_tokens":7},"cache_read_input_tokens":2,"cache_creation_input_tokens":12}`
	if got := string(chat.UsageObject(u).Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
