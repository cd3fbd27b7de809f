package providertest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
)

// eventStream is the type of AWS's binary streams. In a golden file a line is
// one event: its type, a space and its JSON. A type that begins with "!" is an
// exception's.
const eventStream = "application/vnd.amazon.eventstream"

// encodeEvents makes the bytes of a stream from its lines.
func encodeEvents(t *testing.T, lines []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := eventstream.NewEncoder()
	for line := range strings.Lines(string(lines)) {
		kind, payload, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		message, typeHeader := "event", ":event-type"
		if exception, is := strings.CutPrefix(kind, "!"); is {
			kind, message, typeHeader = exception, "exception", ":exception-type"
		}
		m := eventstream.Message{Payload: []byte(payload)}
		m.Headers.Set(typeHeader, eventstream.StringValue(kind))
		m.Headers.Set(":content-type", eventstream.StringValue("application/json"))
		m.Headers.Set(":message-type", eventstream.StringValue(message))
		if err := encoder.Encode(&b, m); err != nil {
			t.Fatalf("upstream response: %v", err)
		}
	}
	return b.Bytes()
}

// frameLength is the first number of each message: its whole length.
func frameLength(b []byte) int {
	if len(b) < 4 {
		return len(b)
	}
	return min(len(b), int(b[0])<<24|int(b[1])<<16|int(b[2])<<8|int(b[3]))
}
