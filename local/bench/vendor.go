package main

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// vendor is an upstream of other words than OpenAI's, with all it says made
// beforehand. Its name is the model's.
type vendor struct {
	name                  string
	plainPath, streamPath string
	kind                  string // of a stream
	plain                 []byte
	first, word, last     []byte // of a stream
	usage, done           []byte
}

func (v vendor) path(stream bool) string {
	if stream {
		return v.streamPath
	}
	return v.plainPath
}

// vendors are the translated formats whose cost is watched.
func vendors() []vendor { return []vendor{anthropic(), gemini(), converse()} }

func anthropic() vendor {
	event := func(name, data string) []byte {
		return fmt.Appendf(nil, "event: %s\ndata: {\"type\":\"%s\",%s}\n\n", name, name, data)
	}
	return vendor{
		name: "anthropic", plainPath: "/v1/messages", streamPath: "/v1/messages", kind: "text/event-stream; charset=utf-8",
		plain: fmt.Appendf(nil, `{"id":"msg_bench","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"%s"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":11,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":50,"service_tier":"standard"}}`, longAnswer()),
		first: slices.Concat(
			event("message_start", `"message":{"id":"msg_bench","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":1}}`),
			event("content_block_start", `"index":0,"content_block":{"type":"text","text":""}`),
		),
		word: event("content_block_delta", `"index":0,"delta":{"type":"text_delta","text":" gate"}`),
		last: slices.Concat(
			event("content_block_stop", `"index":0`),
			event("message_delta", `"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":200}`),
		),
		done: event("message_stop", `"x":0`),
	}
}

func gemini() vendor {
	answer := func(text, more string) string {
		return fmt.Sprintf(`{"candidates":[{"content":{"parts":[{"text":"%s"}],"role":"model"}%s,"index":0}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":50,"totalTokenCount":61},"modelVersion":"gemini-2.5-flash","responseId":"bench"}`, text, more)
	}
	event := func(text, more string) []byte { return []byte("data: " + answer(text, more) + "\r\n\r\n") }
	return vendor{
		name:      "gemini",
		plainPath: "/v1beta/models/gemini-2.5-flash:generateContent", streamPath: "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
		kind: "text/event-stream", plain: []byte(answer(longAnswer(), `,"finishReason":"STOP"`)),
		word: event(" gate", ""), last: event(".", `,"finishReason":"STOP"`),
	}
}

func converse() vendor {
	usage := `"usage":{"inputTokens":11,"outputTokens":50,"totalTokens":61},"metrics":{"latencyMs":5}`
	return vendor{
		name: "converse", plainPath: "/model/amazon.nova-lite-v1:0/converse", streamPath: "/model/amazon.nova-lite-v1:0/converse-stream",
		kind:  "application/vnd.amazon.eventstream",
		plain: fmt.Appendf(nil, `{"output":{"message":{"role":"assistant","content":[{"text":"%s"}]}},"stopReason":"end_turn",%s}`, longAnswer(), usage),
		first: frame("messageStart", `{"role":"assistant"}`),
		word:  frame("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":" gate"}}`),
		last:  slices.Concat(frame("contentBlockStop", `{"contentBlockIndex":0}`), frame("messageStop", `{"stopReason":"end_turn"}`)),
		done:  frame("metadata", "{"+usage+"}"),
	}
}

// frame is an event of AWS's binary streams
// (https://smithy.io/2.0/aws/amazon-eventstream.html).
func frame(kind, payload string) []byte {
	var headers []byte
	for _, h := range [][2]string{{":event-type", kind}, {":content-type", "application/json"}, {":message-type", "event"}} {
		headers = append(append(headers, byte(len(h[0]))), h[0]...)
		headers = append(binary.BigEndian.AppendUint16(append(headers, 7), uint16(len(h[1]))), h[1]...)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(16+len(headers)+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(headers)))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	b = append(append(b, headers...), payload...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}
