package boot

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// sized ends answers that are longer than the operator allows: one that is
// whole is an error, one that comes in parts breaks off with one. What it cost
// is charged all the same. It is an llm.Provider.
type sized struct {
	next llm.Provider
	most int64 // bytes; 0: any number
}

// Do implements llm.Provider.
func (s sized) Do(ctx context.Context, call *llm.Call) (*llm.Reply, error) {
	reply, err := s.next.Do(ctx, call)
	if err != nil || s.most == 0 {
		return reply, err
	}
	switch {
	case reply.Events != nil:
		reply.Events = s.events(reply.Events)
	case reply.Media != nil:
		reply.Media = &sizedMedia{reply.Media, s.most, s.most}
	case int64(len(reply.Body.Bytes())) > s.most:
		_ = reply.Close() // the error says more
		return nil, tooLong(s.most)
	}
	return reply, nil
}

func (s sized) events(in iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		left := s.most
		for ev, err := range in {
			if left -= int64(len(ev.Data)); left < 0 && err == nil {
				yield(llm.Event{}, tooLong(s.most))
				return
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// sizedMedia is media of which only so many bytes come.
type sizedMedia struct {
	io.Reader
	most, left int64
}

func (m *sizedMedia) Read(b []byte) (int, error) {
	if m.left < 0 {
		return 0, tooLong(m.most)
	}
	n, err := m.Reader.Read(b)
	if m.left -= int64(n); m.left < 0 {
		return n + int(m.left), tooLong(m.most)
	}
	return n, err
}

func tooLong(most int64) error {
	return &llm.Error{Class: llm.BadRequestError, Message: fmt.Sprintf("Response size is too large. Max size is %d bytes", most)}
}
