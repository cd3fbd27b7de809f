package chat_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// TestOnePiece: an answer in one piece is the same reply, plain and as a
// stream, and half of one is an error both ways.
func TestOnePiece(t *testing.T) {
	own := raw.Object{}.WithText("x", "y")
	read := func(_ *llm.Call, body []byte) (chat.Head, []chat.Answer, llm.Usage, error) {
		if string(body) != "whole" {
			return chat.Head{}, nil, llm.Usage{}, errBad
		}
		return chat.Head{ID: "r1", Model: "m-1"}, []chat.Answer{{
			Text: "Hi", Reasoning: "why", Thoughts: []raw.Object{own}, Refusal: "No", More: own, Fields: own,
			Calls: []chat.ToolCall{{ID: "c1", Name: "f", Arguments: []byte(`{}`), Fields: own}},
		}}, llm.Usage{Known: true, In: 1, Out: 2}, nil
	}
	encode := func(*llm.Call) (*wire.Request, error) {
		return &wire.Request{Header: http.Header{"X": {"y"}}}, nil
	}
	codec := chat.OnePiece(providertest.Now, encode, read)
	call := callOf(raw.Object{})
	if r, err := codec.Encode(call); err != nil || r.Header.Get("Accept") != "application/json" || r.Header.Get("X") != "y" {
		t.Errorf("got %v, %v, want the headers of both", r, err)
	}
	for _, c := range []struct{ body, plain, streamed string }{
		{
			"whole",
			`{"id":"r1","object":"chat.completion","created":1763683200,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":"No","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},"provider_specific_fields":{"x":"y"}}],"reasoning_content":"why","thinking_blocks":[{"x":"y"}],"x":"y","provider_specific_fields":{"x":"y"}},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}`,
			`{"id":"r1","object":"chat.completion.chunk","created":1763683200,"model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi","reasoning_content":"why","thinking_blocks":[{"x":"y"}],"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},"provider_specific_fields":{"x":"y"}}],"x":"y","refusal":"No","provider_specific_fields":{"x":"y"}},"logprobs":null,"finish_reason":"tool_calls"}]}` + "\nlast",
		},
		{"wh", "error bad event", "error bad event"},
		{"", "error bad event", "error bad event"},
	} {
		plain := ""
		if reply, err := codec.Decode(call, &wire.Response{Status: 200, Body: []byte(c.body)}); err != nil {
			plain = "error " + err.Error()
		} else {
			plain = string(reply.Body.Bytes())
		}
		var lines []string
		for ev, err := range codec.Events(call, codec.Frames(strings.NewReader(c.body))) {
			switch {
			case err != nil:
				lines = append(lines, "error "+err.Error())
			case ev.Last:
				lines = append(lines, "last")
			default:
				lines = append(lines, string(ev.Data))
			}
		}
		if streamed := strings.Join(lines, "\n"); plain != c.plain || streamed != c.streamed {
			t.Errorf("%q: got\n%s\n%s\nwant\n%s\n%s", c.body, plain, streamed, c.plain, c.streamed)
		}
	}
}
