package sagemaker

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
)

// inParts is what AWS makes of a container's bytes: an event for each part.
func inParts(t interface{ Fatal(...any) }, parts ...[]byte) []byte {
	var b bytes.Buffer
	for _, part := range parts {
		m := eventstream.Message{Payload: part}
		m.Headers.Set(":message-type", eventstream.StringValue("event"))
		m.Headers.Set(":event-type", eventstream.StringValue("PayloadPart"))
		if err := eventstream.NewEncoder().Encode(&b, m); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func cut(in []byte) (all []string, err error) {
	for ev, err := range frames(bytes.NewReader(in)) {
		if err != nil {
			return all, err
		}
		all = append(all, string(ev.Data))
	}
	return all, nil
}

// TestFrames: what is an event in what containers write.
func TestFrames(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"data: {\"a\":1}\n\ndata:[DONE]\n\n", []string{`{"a":1}`, "[DONE]"}},
		{"event: x\r\nid: 1\r\n: ping\r\ndata: {}\r\n\r\n", []string{"{}"}},
		{"{\"a\":\"\\n\"}\n{\"b\":2}", []string{`{"a":"\n"}`, `{"b":2}`}},
		{"[{\"generated_text\":\"x\"}]", []string{`[{"generated_text":"x"}]`}},
		{"", nil},
	} {
		if got, err := cut(inParts(t, []byte(c.in))); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, %v, want %q", c.in, got, err, c.want)
		}
	}
}

// TestFramesInParts: where a part ends means nothing.
func TestFramesInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := []byte("data: {\"t\":\"\u00e9\"}\n\n: ping\n\n{\"b\":[1,2]}\ndata: [DONE]\n\n")
		var parts [][]byte
		for rest := whole; len(rest) > 0; {
			n := rapid.IntRange(0, len(rest)).Draw(t, "bytes")
			parts, rest = append(parts, rest[:n]), rest[n:]
			if n == 0 && len(parts) > 99 {
				parts, rest = append(parts, rest), nil
			}
		}
		got, err := cut(inParts(t, parts...))
		if want := []string{"{\"t\":\"\u00e9\"}", `{"b":[1,2]}`, "[DONE]"}; err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	})
}

// TestFramesFail: errors end a stream.
func TestFramesFail(t *testing.T) {
	for _, c := range []struct {
		in   []byte
		want error
	}{
		{inParts(t, []byte("data: {\"error\":\"x\",\"error_type\":\"overloaded\"}\n\n")), llm.RateLimitError},
		{inParts(t, bytes.Repeat([]byte("x"), sse.MaxEvent/2), bytes.Repeat([]byte("x"), sse.MaxEvent/2+1)), sse.ErrTooLarge},
	} {
		if got, err := cut(c.in); !errors.Is(err, c.want) {
			t.Errorf("got %q, %v, want %v", got, err, c.want)
		}
	}
}
