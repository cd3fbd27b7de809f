package attempt_test

import (
	"context"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestPrice: what a reply costs is in the record before what reports the usage
// is released, and nothing of an earlier try is.
func TestPrice(t *testing.T) {
	used := llm.Usage{Known: true, In: 3, Out: 4}
	for _, c := range []struct {
		name   string
		usage  llm.Usage
		stream bool
		ok     bool
		cost   int64
	}{
		{"plain", used, false, true, 34},
		{"streamed", used, true, true, 34},
		{"no price", used, false, false, 0},
		{"no usage", llm.Usage{}, false, false, 0},
		{"no usage streamed", llm.Usage{}, true, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := to(&vendor{answer: func(context.Context, *llm.Call) (*llm.Reply, error) {
				if !c.stream {
					return &llm.Reply{Usage: c.usage}, nil
				}
				return &llm.Reply{Events: func(yield func(llm.Event, error) bool) {
					_ = yield(llm.Event{Data: []byte("a")}, nil) && yield(llm.Event{Last: true, Usage: &c.usage}, nil)
				}}, nil
			}})
			a.Price = func(to *llm.Deployment, body raw.Object, u llm.Usage, took time.Duration) (int64, bool) {
				if to.ID != "d1" || !body.Has("messages") || took < 0 {
					t.Errorf("got deployment %s, body %s and %v", to.ID, body.Bytes(), took)
				}
				return u.In*10 + u.Out, c.name != "no price"
			}
			call := ask(`{"messages":[]}`)
			call.Stream, call.Record.Priced, call.Record.Cost = c.stream, true, 99
			reply, err := a.Do(t.Context(), call)
			if err != nil {
				t.Fatal(err)
			}
			defer reply.Close()
			if reply.Events != nil {
				for ev := range reply.Events {
					if ev.Last && call.Record.Priced != c.ok {
						t.Errorf("at the last event priced is %v, want %v", call.Record.Priced, c.ok)
					}
				}
			}
			if call.Record.Priced != c.ok || c.ok && call.Record.Cost != c.cost {
				t.Errorf("got %v, %d, want %v, %d", call.Record.Priced, call.Record.Cost, c.ok, c.cost)
			}
		})
	}
}

// TestKnow: what a deployment does not say of its model is looked up.
func TestKnow(t *testing.T) {
	for _, c := range []struct{ says, want llm.Model }{
		{llm.Model{}, llm.Model{MaxInput: 1, MaxOutput: 2}},
		{llm.Model{MaxOutput: 5}, llm.Model{MaxInput: 1, MaxOutput: 5}},
		{llm.Model{MaxInput: 4}, llm.Model{MaxInput: 4, MaxOutput: 2}},
		{llm.Model{MaxInput: 4, MaxOutput: 5}, llm.Model{MaxInput: 4, MaxOutput: 5}},
	} {
		v := &vendor{}
		a := to(v)
		a.Know = func(*llm.Deployment) llm.Model { return llm.Model{MaxInput: 1, MaxOutput: 2} }
		call := ask(`{}`)
		call.To.Info = c.says
		if _, err := a.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		if v.got.To.Info != c.want || call.To.Info != c.says {
			t.Errorf("got %+v from %+v, which became %+v, want %+v", v.got.To.Info, c.says, call.To.Info, c.want)
		}
	}
}
