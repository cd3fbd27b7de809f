package sagemaker

import (
	"bytes"
	"io"
	"iter"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/aws"
	"github.com/tollgate-llm/tollgate/providers/huggingface"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// frames cuts a stream into the container's events. AWS carries what the
// container writes in parts that end anywhere; within them, an event is a line:
// of server-sent events, or JSON alone. What follows the last line's end counts
// as a line too.
// Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_ResponseStream.html
func frames(r io.Reader) iter.Seq2[sse.Event, error] {
	return func(yield func(sse.Event, error) bool) {
		var waiting []byte // of which the last line may not be whole
		for part, err := range aws.Frames(r) {
			if kind, failed := aws.Exception(part); err == nil && failed {
				err = failure(nil, http.StatusOK, kind, part.Data)
			}
			if err == nil && len(waiting)+len(part.Data) > sse.MaxEvent {
				err = sse.ErrTooLarge
			}
			if err != nil {
				yield(sse.Event{}, err)
				return
			}
			waiting = append(waiting, part.Data...)
			rest := waiting
			for {
				line, after, whole := bytes.Cut(rest, []byte("\n"))
				if !whole {
					break
				}
				rest = after
				if !event(yield, line, part.More || bytes.IndexByte(rest, '\n') >= 0) {
					return
				}
			}
			waiting = append(waiting[:0], rest...)
		}
		event(yield, waiting, false)
	}
}

// event yields what a line says, and reports whether to go on. An error that
// the container writes in place of an event is one.
func event(yield func(sse.Event, error) bool, line []byte, more bool) bool {
	line = bytes.TrimSpace(line)
	data, ok := bytes.CutPrefix(line, []byte("data:"))
	if data = bytes.TrimSpace(data); len(data) == 0 || !ok && data[0] != '{' && data[0] != '[' {
		return true // an empty line, a comment or another field
	}
	if bytes.HasPrefix(data, []byte(`{"error"`)) {
		yield(sse.Event{}, huggingface.Fail(nil, &wire.Response{Status: http.StatusOK, Body: bytes.Clone(data)}))
		return false
	}
	return yield(sse.Event{Data: data, More: more}, nil)
}
