package formattest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// heard is what a caller gets: events, a plain reply's being one; and the error
// that they end with, if they do.
type heard struct {
	events []llm.Event
	err    error
}

// listen reads a stream, and holds what every one promises: objects, heads
// before content, and one end, Last or an error.
func listen(t TB, in iter.Seq2[llm.Event, error]) (h heard) {
	t.Helper()
	content, ended := false, false
	for ev, err := range in {
		if ended {
			t.Fatalf("got %+v, %v after the end", ev, err)
		}
		if ended = err != nil || ev.Last; err != nil {
			h.err = err
			continue
		}
		if ev.Last && ev.More {
			t.Errorf("got a last event after which another is waiting")
		}
		if len(ev.Data) > 0 {
			if _, err := raw.Parse(ev.Data); err != nil {
				t.Fatalf("%v in %s", err, ev.Data)
			}
			if content = content || !ev.Head; content && ev.Head {
				t.Fatalf("got the head %s after content", ev.Data)
			}
		}
		ev.Data = bytes.Clone(ev.Data)
		h.events = append(h.events, ev)
	}
	if !ended {
		t.Fatalf("got an end that is neither Last nor an error")
	}
	return h
}

// plain reads a reply.
func plain(r *llm.Reply, err error) heard {
	if err != nil {
		return heard{err: err}
	}
	return heard{events: []llm.Event{{Data: r.Body.Bytes(), Usage: &r.Usage, Last: true}}}
}

// strict holds that no object has a member twice.
func (h heard) strict(t TB) {
	t.Helper()
	for _, ev := range h.events {
		if len(ev.Data) > 0 && raw.Strict(ev.Data) != nil {
			t.Errorf("%v in %s", raw.Strict(ev.Data), ev.Data)
		}
	}
}

// lines are what a golden file has of it.
func (h heard) lines(stream bool) string {
	var all []string
	for _, ev := range h.events {
		words := []string{"data", ev.Name, string(ev.Data)}
		switch {
		case !stream:
			words[0] = ""
		case ev.Last:
			words[0] = "last"
		case ev.Head:
			words[0] = "head"
		}
		if ev.Last || len(ev.Data) > 0 {
			all = append(all, strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " "))
		}
		if ev.Usage != nil {
			all = append(all, "usage "+counted(*ev.Usage))
		}
	}
	if e := (*llm.Error)(nil); errors.As(h.err, &e) {
		all = append(all, fmt.Sprintf("error %s %s param=%s", e.Class.Error(), e.Message, e.Param))
	} else if h.err != nil {
		all = append(all, "not an llm.Error: "+h.err.Error())
	}
	return strings.Join(all, "\n")
}

// counted is a usage without what is zero.
func counted(u llm.Usage) string {
	b, err := json.Marshal(u)
	if err != nil {
		return err.Error()
	}
	o, err := raw.Parse(b)
	if err != nil {
		return err.Error()
	}
	for name, v := range o.All() {
		if text := string(v); text == "0" || text == `""` {
			o = o.Without(name)
		}
	}
	return string(o.Bytes())
}
