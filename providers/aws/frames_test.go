package aws_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/aws"
)

// message encodes one message as the SDK does. Headers come in pairs.
func message(t testing.TB, payload string, headers ...string) []byte {
	t.Helper()
	m := eventstream.Message{Payload: []byte(payload)}
	for i := 0; i < len(headers); i += 2 {
		m.Headers.Set(headers[i], eventstream.StringValue(headers[i+1]))
	}
	m.Headers.Set("n", eventstream.Int64Value(7))
	m.Headers.Set("b", eventstream.BytesValue([]byte{1, 2}))
	m.Headers.Set("t", eventstream.BoolValue(true))
	var b bytes.Buffer
	if err := eventstream.NewEncoder().Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func event(t testing.TB, name, payload string) []byte {
	return message(t, payload, ":message-type", "event", ":event-type", name, ":content-type", "application/json")
}

// collect reads events, as name and data, and the error at the end.
func collect(r io.Reader) (got []string, more []bool, err error) {
	for ev, fault := range aws.Frames(r) {
		if fault != nil {
			return got, more, fault
		}
		got = append(got, ev.Name+" "+string(ev.Data))
		more = append(more, ev.More)
	}
	return got, more, nil
}

// TestFrames: what the SDK encodes is read, however it arrives.
func TestFrames(t *testing.T) {
	long := `{"text":"` + strings.Repeat("x", 70<<10) + `"}`
	stream := bytes.Join([][]byte{
		event(t, "messageStart", `{"role":"assistant"}`), event(t, "delta", long), event(t, "delta", ""),
		message(t, `{"message":"slow down"}`, ":message-type", "exception", ":exception-type", "throttlingException"),
		message(t, "", ":message-type", "error", ":error-code", "InternalFailure", ":error-message", `say "sorry"`),
	}, nil)
	want := []string{
		`messageStart {"role":"assistant"}`, "delta " + long, "delta ",
		`exception throttlingException {"message":"slow down"}`, `exception InternalFailure {"message":"say \"sorry\""}`,
	}
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(stream), "bytes": iotest.OneByteReader(bytes.NewReader(stream)), "halves": iotest.HalfReader(bytes.NewReader(stream)),
	} {
		got, _, err := collect(r)
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: got %.300q and %v, want %.300q", name, got, err, want)
		}
	}
}

// TestMore: a whole message that waits is told, half of one is not.
func TestMore(t *testing.T) {
	one := event(t, "delta", `{"a":1}`)
	stream := bytes.Join([][]byte{one, one, one[:len(one)-1]}, nil)
	got, more, err := collect(bytes.NewReader(stream))
	if len(got) != 2 || !more[0] || more[1] || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %q, %v and %v, want two, the first with another waiting, and an unexpected EOF", got, more, err)
	}
}

// TestBroken: a stream that ends inside a message, or is not one, is an error,
// after what came whole.
func TestBroken(t *testing.T) {
	one := event(t, "delta", `{"a":1}`)
	flipped := bytes.Clone(one)
	flipped[len(flipped)-8] ^= 1
	short := bytes.Clone(one)
	short[3] = 9
	for name, c := range map[string]struct {
		bad  []byte
		want error
	}{
		"nothing":           {nil, nil},
		"in the prelude":    {one[:5], io.ErrUnexpectedEOF},
		"in the payload":    {one[:len(one)-6], io.ErrUnexpectedEOF},
		"wrong checksum":    {flipped, nil},
		"wrong length":      {short, nil},
		"text":              {[]byte("data: {}\n\ndata: [DONE]\n\n"), nil},
		"no type":           {message(t, "{}"), nil},
		"unknown type":      {message(t, "{}", ":message-type", "initial"), nil},
		"longer than a cap": {tooLong(t), sse.ErrTooLarge},
	} {
		got, _, err := collect(bytes.NewReader(append(bytes.Clone(one), c.bad...)))
		if len(got) != 1 || (err == nil) != (name == "nothing") || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: got %q and %v, want the first event and %v", name, got, err, c.want)
		}
	}
	fault := errors.New("reset")
	if _, _, err := collect(io.MultiReader(bytes.NewReader(one), iotest.ErrReader(fault))); !errors.Is(err, fault) {
		t.Errorf("got %v, want the reader's error", err)
	}
	for range aws.Frames(bytes.NewReader(append(one, one...))) {
		break // an early leaver must not panic
	}
}

// tooLong is the beginning of a message that says it is too long.
func tooLong(t testing.TB) []byte {
	return message(t, strings.Repeat("x", sse.MaxEvent))[:100]
}

func TestException(t *testing.T) {
	if kind, ok := aws.Exception(sse.Event{Name: "exception x"}); kind != "x" || !ok {
		t.Errorf("got %q and %v, want x", kind, ok)
	}
	if _, ok := aws.Exception(sse.Event{Name: "metadata"}); ok {
		t.Error("got an exception, want an event")
	}
}

// FuzzFrames holds that what is read as an event is one for the SDK too, of the
// same payload, and that both come to the same number.
func FuzzFrames(f *testing.F) {
	f.Add(event(f, "delta", `{"a":1}`))
	f.Add(append(event(f, "a", "{}"), message(f, "{}", ":message-type", "exception", ":exception-type", "e")...))
	f.Add([]byte("data: x\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, decoder := bytes.NewReader(b), eventstream.NewDecoder()
		for ev, err := range aws.Frames(bytes.NewReader(b)) {
			if err != nil {
				return
			}
			m, err := decoder.Decode(in, nil)
			if err != nil {
				t.Fatalf("got an event %q that is none to the SDK: %v", ev.Name, err)
			}
			kind := m.Headers.Get(":message-type")
			if kind != nil && kind.String() != "error" && !bytes.Equal(ev.Data, m.Payload) {
				t.Fatalf("got %q, want %q", ev.Data, m.Payload)
			}
		}
	})
}

// BenchmarkFrames is what an event costs before it is looked at.
func BenchmarkFrames(b *testing.B) {
	stream := bytes.Repeat(event(b, "contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":" word"},"p":"abcdefghij"}`), 1000)
	b.ReportAllocs()
	b.SetBytes(int64(len(stream)))
	for b.Loop() {
		n := 0
		for _, err := range aws.Frames(bytes.NewReader(stream)) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 1000 {
			b.Fatalf("got %d events, want 1000", n)
		}
	}
}
