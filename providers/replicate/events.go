package replicate

import (
	"bufio"
	"bytes"
	"io"
	"iter"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// whole is the name of the event that frames makes of a prediction.
const whole = "prediction"

// frames cuts a stream into its events. A prediction that was waited for,
// because its model does not stream, is one.
func frames(r io.Reader) iter.Seq2[sse.Event, error] {
	in := bufio.NewReader(r)
	if first, err := in.Peek(1); err != nil || first[0] != '{' {
		return sse.Read(in)
	}
	return func(yield func(sse.Event, error) bool) {
		data, err := io.ReadAll(in) // as long as a plain answer at most
		yield(sse.Event{Name: whole, Data: data}, err)
	}
}

// start makes ready for a stream.
// Source: https://replicate.com/docs/topics/predictions/streaming
func start(*llm.Call) chat.Reader {
	return func(ev sse.Event, s *chat.Stream) error {
		s.MustEnd()
		switch ev.Name {
		case "output":
			s.Text(0, raw.Quote(string(ev.Data)))
		case "error":
			return failed("failed", ev.Data)
		case "done":
			return finish(ev.Data, s)
		case whole:
			return all(ev.Data, s)
		}
		return nil // logs, and the beginning of each stream
	}
}

// finish ends a stream. What ended it stands in its data, if it was not the
// model.
func finish(data []byte, s *chat.Stream) error {
	o, err := raw.Parse(bytes.TrimSpace(data))
	if err != nil {
		o = raw.Object{} // some say nothing
	}
	if reason, _ := o.Text("reason"); reason != "" {
		output, _ := o.Raw("output")
		return failed(reason, output)
	}
	s.Finish(0, "stop")
	s.End()
	return nil
}

// all says a prediction in one piece.
func all(data []byte, s *chat.Stream) error {
	p, err := read(data)
	if err != nil {
		return err
	}
	body, err := raw.Parse(data)
	if err != nil {
		return err
	}
	head := chat.Head{ID: p.ID, Model: p.Model}
	if !p.Created.IsZero() {
		head.Created = p.Created.Unix()
	}
	s.Start(head)
	s.Text(0, raw.Quote(p.text()))
	s.Fields(0, unmapped(body))
	if u := p.usage(); u.Known {
		s.Usage(u)
	}
	s.Finish(0, "stop")
	s.End()
	return nil
}
