package attempt

import (
	"context"
	"io"
	"iter"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Meter holds what a try may cost, before it is made.
type Meter interface {
	// Hold returns the call to make, which may have a limit of its answer that
	// it had not, and the Hold to settle. Errors are *llm.Error: nothing is
	// held then.
	Hold(ctx context.Context, call *llm.Call) (*llm.Call, Hold, error)
}

// Hold is what is held for one try.
type Hold interface {
	// Settle says what became of the try, exactly once. It may take as long as
	// its context. An error means that the books are kept by whoever finds the
	// hold later.
	Settle(ctx context.Context, o Outcome) error
}

// Outcome is what became of a try.
type Outcome struct {
	Usage    llm.Usage // as far as the provider said; Known is false when it said nothing
	Cost     int64     // pico-dollars
	Priced   bool      // Cost is known
	Streamed int64     // bytes of a stream's events, or of media, that came
	Whole    bool      // the answer came to its end
	Err      error     // why it did not; nil when the caller left
}

// settleTime is how long settling may take. It is done although the caller has
// left.
const settleTime = 10 * time.Second

// hold takes what a call may cost; a nil Meter takes nothing.
func (a *Attempt) hold(ctx context.Context, c *llm.Call) (*llm.Call, *held, error) {
	if a.Meter == nil {
		return c, nil, nil
	}
	metered, hold, err := a.Meter.Hold(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	return metered, &held{hold: hold, ctx: context.WithoutCancel(ctx), rec: c.Record}, nil
}

// held is a Hold that is settled once, whichever way its try ends. Nil is none.
type held struct {
	hold    Hold
	ctx     context.Context
	rec     *llm.Record
	settled bool
	got     Outcome
}

// settle ends the try. What goes wrong is for the log: the answer is good.
func (h *held) settle(whole bool, err error) {
	if h == nil || h.settled {
		return
	}
	h.settled = true
	h.got.Whole, h.got.Err = whole, err
	h.got.Cost, h.got.Priced = h.rec.Cost, h.rec.Priced
	ctx, cancel := context.WithTimeout(h.ctx, settleTime)
	defer cancel()
	if err := h.hold.Settle(ctx, h.got); err != nil && h.rec.Cause == nil {
		h.rec.Cause = err
	}
}

// over settles a reply's try before the last of it is released, or when its
// reader leaves.
func (h *held) over(reply *llm.Reply) {
	switch {
	case h == nil:
	case reply.Events != nil:
		reply.Events = h.events(reply.Events)
		reply.OnClose(func() error { h.settle(false, nil); return nil }) // nobody read it
	case reply.Media != nil:
		h.got.Usage = reply.Usage
		reply.Media = &metered{reply.Media, h}
		reply.OnClose(func() error { h.settle(false, nil); return nil })
	default:
		h.got.Usage = reply.Usage
		h.settle(true, nil)
	}
}

func (h *held) events(in iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		defer h.settle(false, nil)
		for ev, err := range in {
			h.got.Streamed += int64(len(ev.Data))
			if ev.Usage != nil {
				h.got.Usage = *ev.Usage
			}
			if err != nil || ev.Last {
				h.settle(err == nil, err)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// metered is media whose end settles its try.
type metered struct {
	io.Reader
	h *held
}

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.h.got.Streamed += int64(n)
	if err == io.EOF {
		m.h.settle(true, nil)
	} else if err != nil {
		m.h.settle(false, err)
	}
	return n, err
}
