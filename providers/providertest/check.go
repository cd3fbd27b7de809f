package providertest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// CheckEncode holds that an object is refused with an llm.Error or becomes an
// object without duplicate members, a form or a file. It returns the request,
// nil when there is none.
func CheckEncode(t *testing.T, d wire.Dialect, callOf CallOf, body string) *wire.Request {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		return nil
	}
	call := callOf(o)
	req, err := d.Codecs[call.Key()].Encode(call)
	if err != nil {
		if e := (*llm.Error)(nil); !errors.As(err, &e) {
			t.Fatalf("got %v, want an llm.Error", err)
		}
		return nil
	}
	if req.Multipart == nil && req.File == nil {
		isObject(t, req.Body)
	}
	return req
}

// CheckDecode holds that an answer, read as an error, has a class; and that,
// read as a reply, it is refused or becomes an object without duplicate
// members, at any depth unless it had some. It returns what Decode does, and
// nothing for an answer after which Then sends another request.
func CheckDecode(t *testing.T, d wire.Dialect, call *llm.Call, answer *wire.Response) (*llm.Reply, error) {
	t.Helper()
	if e := d.Fail(call, answer); e == nil || e.Class == 0 {
		t.Fatalf("got %v, want an error with a class", e)
	}
	codec := d.Codecs[call.Key()]
	if codec.Then != nil {
		if next, _, err := codec.Then(call, answer); next != nil && err == nil {
			return nil, nil
		}
	}
	reply, err := codec.Decode(call, answer)
	if err != nil {
		if e := (*llm.Error)(nil); errors.As(err, &e) && e.Class == 0 {
			t.Fatalf("got %v, want an error with a class", e)
		}
		return nil, err
	}
	if reply.Media != nil {
		return reply, nil
	}
	isObject(t, reply.Body.Bytes())
	if err := raw.Strict(reply.Body.Bytes()); err != nil && raw.Strict(answer.Body) == nil {
		t.Fatalf("got %v in %s", err, reply.Body.Bytes())
	}
	return reply, nil
}

// CheckEvents does CheckEnd, and holds that all that is written is an object
// without duplicate members.
func CheckEvents(t *testing.T, d wire.Dialect, call *llm.Call, body []byte) (sent []byte, whole bool) {
	t.Helper()
	return checkEnd(t, d, call, body, func(data []byte) { isObject(t, data) })
}

// CheckEnd holds that a stream ends with Last or an error, and that nothing
// comes after that. It returns the data of the events before, line by line,
// and whether the stream is whole: it ended with Last.
func CheckEnd(t *testing.T, d wire.Dialect, call *llm.Call, body []byte) (sent []byte, whole bool) {
	t.Helper()
	return checkEnd(t, d, call, body, func([]byte) {})
}

func checkEnd(t *testing.T, d wire.Dialect, call *llm.Call, body []byte, check func(data []byte)) (sent []byte, whole bool) {
	t.Helper()
	codec, ended := d.Codecs[call.Key()], false
	frames := codec.Frames
	if frames == nil {
		frames = sse.Read
	}
	for ev, err := range codec.Events(call, frames(bytes.NewReader(body))) {
		if ended {
			t.Fatalf("got an event after the end in %s", body)
		}
		if len(ev.Data) > 0 {
			check(ev.Data)
		}
		if ended = err != nil || ev.Last; !ended {
			sent = append(append(sent, ev.Data...), '\n')
		}
		whole = err == nil && ev.Last
	}
	if !ended {
		t.Fatalf("got an end that is neither Last nor an error in %s", body)
	}
	return sent, whole
}

func isObject(t *testing.T, text []byte) {
	t.Helper()
	if _, err := raw.Parse(text); err != nil {
		t.Fatalf("got %v in %s", err, text)
	}
}
