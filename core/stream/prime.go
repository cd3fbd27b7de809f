// Package stream holds what can be done to a reply's events without knowing
// their format.
package stream

import (
	"bytes"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
)

const (
	headEvents = 8
	headBytes  = 64 << 10
)

// Prime reads a stream up to its first content, so that a failure before it
// comes back as an error while another deployment can still be tried: vendors
// send a role, or a whole message_start, before they say that they are
// overloaded. It looks at 8 events or 64 KB at most. What was read is yielded
// first when the events are ranged over. On an error the reply is closed.
func Prime(r *llm.Reply) error {
	next, stop := iter.Pull2(r.Events)
	r.OnClose(func() error { stop(); return nil })
	var head []llm.Event
	for size := 0; ; {
		ev, err, ok := next()
		if err != nil {
			_ = r.Close() // the stream's own error says more
			return err
		}
		if !ok {
			break
		}
		ev.Data = bytes.Clone(ev.Data)
		head = append(head, ev)
		size += len(ev.Data)
		if !ev.Head && len(ev.Data) > 0 || ev.Last || len(head) == headEvents || size >= headBytes {
			break
		}
	}
	r.Events = func(yield func(llm.Event, error) bool) {
		for i, ev := range head {
			ev.More = ev.More || i < len(head)-1
			if !yield(ev, nil) {
				return
			}
		}
		for {
			ev, err, ok := next()
			if !ok || !yield(ev, err) {
				return
			}
		}
	}
	return nil
}
