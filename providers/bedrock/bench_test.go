package bedrock

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// BenchmarkEvents is what a streamed answer of 200 words costs here: reading
// AWS's frames and writing OpenAI's chunks.
func BenchmarkEvents(b *testing.B) {
	var stream bytes.Buffer
	encoder := eventstream.NewEncoder()
	add := func(name, payload string) {
		m := eventstream.Message{Payload: []byte(payload)}
		m.Headers.Set(":event-type", eventstream.StringValue(name))
		m.Headers.Set(":content-type", eventstream.StringValue("application/json"))
		m.Headers.Set(":message-type", eventstream.StringValue("event"))
		if err := encoder.Encode(&stream, m); err != nil {
			b.Fatal(err)
		}
	}
	add("messageStart", `{"p":"abcdefghijk","role":"assistant"}`)
	for i := range 200 {
		add("contentBlockDelta", fmt.Sprintf(`{"contentBlockIndex":0,"delta":{"text":" word%d"},"p":"abcdefghijklmnopqrstuvwxyz"}`, i))
	}
	add("contentBlockStop", `{"contentBlockIndex":0,"p":"abc"}`)
	add("messageStop", `{"p":"abcdefgh","stopReason":"end_turn"}`)
	add("metadata", `{"metrics":{"latencyMs":503},"p":"abc","usage":{"inputTokens":12,"outputTokens":200,"totalTokens":212}}`)
	c := codec()
	b.ReportAllocs()
	b.SetBytes(int64(stream.Len()))
	for b.Loop() {
		n := 0
		for _, err := range c.Events(callOf(raw.Object{}, 0), c.Frames(bytes.NewReader(stream.Bytes()))) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 204 {
			b.Fatalf("got %d events, want 204", n)
		}
	}
}

// answered is a transport that answers at once.
type answered struct{}

// RoundTrip implements http.RoundTripper.
func (answered) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
}

// BenchmarkSend is what the SDK adds to each request: its middlewares and a
// signature.
func BenchmarkSend(b *testing.B) {
	by := signing{body: []byte(`{"messages":[]}`), region: "us-east-1", credentials: sdk.Credentials{AccessKeyID: "A", SecretAccessKey: "S"}}
	ctx := context.WithValue(b.Context(), signingKey{}, by)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://example.com/model/m/converse", nil)
	if err != nil {
		b.Fatal(err)
	}
	t, client := newTransport(), &http.Client{Transport: answered{}}
	b.ReportAllocs()
	for b.Loop() {
		res, err := t.send(client, r)
		if err != nil {
			b.Fatal(err)
		}
		res.Body.Close()
	}
}
