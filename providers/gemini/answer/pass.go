package answer

import (
	"iter"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Pass looks at each event of a native stream as it goes by. A stream has no end of its own: it is
// over when every candidate has finished, but a candidate may say so before its
// last event, so that only the end of the connection is the end.
func Pass(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		var searches int64
		var blocked bool
		head, finished := true, map[int]bool{}
		for ev, err := range in {
			if err != nil {
				yield(llm.Event{}, err)
				return
			}
			f, err := Look(call, ev.Data)
			if err != nil {
				yield(llm.Event{}, err)
				return
			}
			for _, index := range f.Finished {
				finished[index] = true
			}
			blocked = blocked || f.Blocked
			head = head && !f.Said
			out := llm.Event{Data: ev.Data, Head: head, More: ev.More}
			if searches += f.Usage.Searches; f.Usage.Known {
				f.Usage.Searches = searches
				out.Usage = &f.Usage
			}
			if !yield(out, nil) {
				return
			}
		}
		if !blocked && len(finished) < candidates(call) {
			yield(llm.Event{}, wire.ErrCut)
			return
		}
		yield(llm.Event{Last: true}, nil)
	}
}

// candidates is how many answers were asked for.
func candidates(call *llm.Call) int {
	for _, in := range []string{"generationConfig", "generation_config"} {
		config := chat.Member(call.Body, in)
		for _, name := range []string{"candidateCount", "candidate_count"} {
			if n := integer(config, name); n > 0 {
				return n
			}
		}
	}
	return 1
}

func integer(o raw.Object, name string) int {
	v, _ := o.Raw(name)
	n, err := strconv.Atoi(string(v))
	if err != nil {
		return 0
	}
	return n
}
