package chat

import (
	"maps"
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Answers reads a whole answer in a vendor's words. An error that is no
// *llm.Error means that it is not what the format promises.
type Answers func(call *llm.Call, body []byte) (Head, []Answer, llm.Usage, error)

// Plain makes a wire.Codec's Decode.
func (read Answers) Plain(now func() time.Time) func(*llm.Call, *wire.Response) (*llm.Reply, error) {
	return func(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
		h, answers, u, err := read(call, r.Body)
		if err != nil {
			return nil, err
		}
		return Reply(call, now, h, answers, u), nil
	}
}

// Reader makes a Reader whose one event is a whole answer.
func (read Answers) Reader(call *llm.Call) Reader {
	return func(ev sse.Event, s *Stream) error {
		h, answers, u, err := read(call, ev.Data)
		if err != nil {
			return err
		}
		s.Start(h)
		for i := range answers {
			s.Answer(i, &answers[i])
		}
		if u.Known {
			s.Usage(u)
		}
		s.End()
		return nil
	}
}

// OnePiece is the Codec of an API that answers in one piece: a caller who wants
// a stream gets the answer as one.
func OnePiece(now func() time.Time, encode func(*llm.Call) (*wire.Request, error), read Answers) wire.Codec {
	return wire.Codec{
		Encode: func(call *llm.Call) (*wire.Request, error) {
			r, err := encode(call)
			if err == nil {
				h := http.Header{"Accept": {"application/json"}}
				maps.Copy(h, r.Header)
				r.Header = h
			}
			return r, err
		},
		Decode: read.Plain(now),
		Frames: wire.Whole,
		Events: Events(now, read.Reader),
	}
}
