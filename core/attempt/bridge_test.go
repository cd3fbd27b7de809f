package attempt_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/attempt"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// polyglot is a vendor that speaks some formats.
type polyglot struct {
	vendor
	speaks []llm.Format
}

func (p *polyglot) Speaks(_ llm.Op, f llm.Format) bool {
	for _, s := range p.speaks {
		if s == f {
			return true
		}
	}
	return false
}

// shouting is a bridge to OpenAI's words that shouts what comes back.
func shouting() attempt.Bridge {
	return attempt.Bridge{
		Call: func(call *llm.Call) (*llm.Call, error) {
			if call.Body.Has("refused") {
				return nil, &llm.Error{Class: llm.UnsupportedParamsError, Message: "no"}
			}
			c := *call
			c.Format, c.Body = llm.OpenAI, call.Body.Without("native").WithText("bridged", "yes")
			return &c, nil
		},
		Reply: func(_ *llm.Call, r *llm.Reply) (*llm.Reply, error) {
			if !r.Body.Has("said") {
				return nil, errors.New("nothing said")
			}
			return &llm.Reply{Body: r.Body.WithText("said", "A")}, nil
		},
		Events: func(_ *llm.Call, in iter.Seq2[llm.Event, error]) iter.Seq2[llm.Event, error] {
			return func(yield func(llm.Event, error) bool) {
				for ev, err := range in {
					ev.Data = bytes.ToUpper(ev.Data)
					if !yield(ev, err) {
						return
					}
				}
			}
		},
	}
}

// TestBridge: a provider gets the caller's own words if it speaks them, and
// OpenAI's otherwise; the caller always gets its own.
func TestBridge(t *testing.T) {
	for _, c := range []struct {
		name   string
		speaks []llm.Format
		format llm.Format
		params string
		stream bool
		asked  string // the body that the provider got
		said   string
	}{
		{"OpenAI's", nil, llm.OpenAI, `{}`, false, `{"native":1}`, `{"said":"a"}`},
		{"native", []llm.Format{llm.Messages}, llm.Messages, `{}`, false, `{"native":1}`, `{"said":"a"}`},
		{"native stream", []llm.Format{llm.Messages}, llm.Messages, `{}`, true, `{"native":1}`, "ab"},
		{"bridged", nil, llm.Messages, `{"top_p":1}`, false, `{"bridged":"yes","top_p":1}`, `{"said":"A"}`},
		{"bridged stream", []llm.Format{llm.Gemini}, llm.Messages, `{}`, true, `{"bridged":"yes"}`, "AB"},
		{"native with defaults", []llm.Format{llm.Messages}, llm.Messages, `{"top_p":1}`, false, `{"native":1,"top_p":1}`, `{"said":"a"}`},
		{"bridged for defaults that have no place", []llm.Format{llm.Gemini}, llm.Gemini, `{"top_p":1}`, false, `{"bridged":"yes","top_p":1}`, `{"said":"A"}`},
	} {
		v := &polyglot{speaks: c.speaks}
		a := &attempt.Attempt{
			Lookup: func(string) (llm.Provider, bool) { return v, true }, Now: time.Now,
			Bridges: map[llm.Format]attempt.Bridge{llm.Messages: shouting(), llm.Gemini: shouting()},
		}
		call := ask(`{"native":1}`)
		call.Format, call.Stream, call.To.Params = c.format, c.stream, object(c.params)
		reply, err := a.Do(context.Background(), call)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := read(reply); err != nil || got != c.said {
			t.Errorf("%s: got %q and %v, want %q", c.name, got, err, c.said)
		}
		if got := string(v.got.Body.Bytes()); got != c.asked {
			t.Errorf("%s: asked %s, want %s", c.name, got, c.asked)
		}
		if string(call.Body.Bytes()) != `{"native":1}` || call.Format != c.format {
			t.Errorf("%s: the caller's own call was changed to %s", c.name, call.Body.Bytes())
		}
	}
}

// TestBridgeSplits: a call that is several is answered by as many, whole or not
// at all.
func TestBridgeSplits(t *testing.T) {
	asked, closed := 0, 0
	v := &polyglot{}
	v.answer = func(_ context.Context, call *llm.Call) (*llm.Reply, error) {
		asked++
		if call.Body.Has("bad") {
			return nil, &llm.Error{Class: llm.RateLimitError, Message: "slow down"}
		}
		r := &llm.Reply{Body: object(`{"said":"a"}`)}
		r.OnClose(func() error { closed++; return nil })
		return r, nil
	}
	b := shouting()
	b.Split = func(body raw.Object) ([]raw.Object, error) {
		v, _ := body.Raw("parts")
		return raw.Objects(v)
	}
	b.Join = func(_ *llm.Call, replies []*llm.Reply) (*llm.Reply, error) {
		whole := &llm.Reply{Body: raw.Object{}.WithText("said", strings.Repeat("A", len(replies)))}
		for _, r := range replies {
			whole.OnClose(r.Close)
		}
		return whole, nil
	}
	a := to(&v.vendor)
	a.Bridges = map[llm.Format]attempt.Bridge{llm.Messages: b}
	for _, c := range []struct {
		parts, said string
		asked       int
		class       llm.Class
	}{
		{`[{},{},{}]`, `{"said":"AAA"}`, 3, 0},
		{`[{}]`, `{"said":"A"}`, 1, 0},
		{`[{},{"bad":1},{}]`, "", 2, llm.RateLimitError},
	} {
		asked, closed = 0, 0
		call := ask(`{"parts":` + c.parts + `}`)
		call.Format = llm.Messages
		reply, err := a.Do(context.Background(), call)
		got := ""
		if err == nil {
			got, err = read(reply)
		}
		if got != c.said || class(err) != c.class || asked != c.asked {
			t.Errorf("%s: got %q, %v after %d calls, want %q, %v after %d", c.parts, got, err, asked, c.said, c.class, c.asked)
		}
		if want := asked; c.class != 0 && closed != want-1 || c.class == 0 && closed != want {
			t.Errorf("%s: got %d of %d replies closed", c.parts, closed, asked)
		}
	}
}

// TestBridgeRefuses: what cannot be said in OpenAI's words reaches nobody, and a
// reply that cannot be said in the caller's is closed.
func TestBridgeRefuses(t *testing.T) {
	closed := false
	v := &polyglot{}
	a := to(&v.vendor)
	a.Bridges = map[llm.Format]attempt.Bridge{llm.Messages: shouting()}
	call := ask(`{"refused":1}`)
	call.Format = llm.Messages
	if _, err := a.Do(context.Background(), call); class(err) != llm.UnsupportedParamsError || v.got != nil {
		t.Errorf("got %v and a call %v, want it refused before", err, v.got)
	}
	v.answer = func(context.Context, *llm.Call) (*llm.Reply, error) {
		r := &llm.Reply{Body: object(`{}`)}
		r.OnClose(func() error { closed = true; return nil })
		return r, nil
	}
	call.Body = object(`{}`)
	if _, err := a.Do(context.Background(), call); err == nil || !closed {
		t.Errorf("got %v and closed %v, want an error and the reply closed", err, closed)
	}
}

// TestMedia: the limit is for the answer to begin; what then comes may take as
// long as it takes, and ends with the reply.
func TestMedia(t *testing.T) {
	var ctx context.Context
	v := &vendor{answer: func(c context.Context, _ *llm.Call) (*llm.Reply, error) {
		ctx = c
		return &llm.Reply{Media: strings.NewReader("sound"), Type: "audio/mpeg"}, nil
	}}
	a := to(v)
	a.Timeout = 20 * time.Millisecond
	call := ask(`{"input":"hi"}`)
	call.Op, call.To.Params = llm.Speech, object(`{"temperature":1,"voice":"alloy"}`)
	reply, err := a.Do(context.Background(), call)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
		t.Error("the clock ended a reply that had begun")
	case <-time.After(60 * time.Millisecond):
	}
	if b, err := io.ReadAll(reply.Media); string(b) != "sound" || err != nil {
		t.Errorf("got %q and %v, want the sound", b, err)
	}
	if err := reply.Close(); err != nil || ctx.Err() == nil {
		t.Errorf("got %v and context %v, want it ended with the reply", err, ctx.Err())
	}
	if got := string(v.got.Body.Bytes()); got != `{"input":"hi","voice":"alloy"}` {
		t.Errorf("got %s, want the default of speech without those of chats", got)
	}
}
