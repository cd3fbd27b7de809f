package formattest

import (
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// story is what the client of a golden file has heard.
type story struct{ said, usage any }

// Golden plays the files of testdata: what is asked, what the caller gets, all
// that may happen to a stream; and x_stream must say what x does. A new case is
// a new file. There are as many pairs as twins, or more.
func (k Kit) Golden(t *testing.T, twins int) {
	k.checkCalls(t)
	told := map[string]story{}
	for _, g := range k.goldens(t) {
		t.Run(g.name(), func(t *testing.T) {
			asked := k.checkCall(t, g)
			if asked == nil || g.text("chat reply") == "" {
				return
			}
			h := k.answered(t, g, asked)
			h.strict(t)
			g.expect(t, "reply", h.lines(g.call.Stream))
			if h.err != nil {
				return
			}
			s := story{}
			s.said, s.usage = k.Said(t, g.call, h.events)
			told[g.name()] = s
			if g.call.Stream {
				k.checkStream(t, g, asked, s)
			}
		})
	}
	for name, stream := range told {
		of, is := strings.CutSuffix(name, "_stream")
		plain, ok := told[of]
		if !is || !ok {
			continue
		}
		twins--
		t.Run(name+"_is_plain", func(t *testing.T) {
			if !reflect.DeepEqual(plain, stream) {
				t.Errorf("got %+v\nwant, as in the plain case, %+v", stream, plain)
			}
		})
	}
	if twins > 0 {
		t.Errorf("got %d pairs of golden files too few", twins)
	}
}

// checkCall holds what is asked, nil if nothing is, and that the caller's call
// stays as it was.
func (k Kit) checkCall(t *testing.T, g golden) *llm.Call {
	t.Helper()
	before, body := *g.call, string(g.call.Body.Bytes())
	asked, err := k.Bridge.Call(g.call)
	if err != nil {
		asked = nil
	}
	if k.Asked != nil {
		k.Asked(t, g.call, asked)
	}
	if string(g.call.Body.Bytes()) != body || g.call.Format != k.Format || !reflect.DeepEqual(*g.call, before) {
		t.Errorf("the caller's call was changed to %+v", g.call)
	}
	if err != nil {
		g.expect(t, "chat", "none")
		g.expect(t, "reply", heard{err: err}.lines(g.call.Stream))
		return nil
	}
	text := asked.Body.Bytes()
	g.expect(t, "chat", string(text))
	if asked == g.call || asked.Format != llm.OpenAI || !asked.Options.IncludeUsage || asked.Stream != before.Stream || asked.Model != before.Model {
		t.Errorf("got %+v, want a chat with its counts", asked)
	}
	if err := raw.Strict(text); err != nil {
		t.Errorf("%v in %s", err, text)
	}
	return asked
}

// answered is what the caller of a file gets.
func (k Kit) answered(t *testing.T, g golden, asked *llm.Call) heard {
	t.Helper()
	if g.call.Stream {
		return listen(t, k.Bridge.Events(g.call, events(k.upstream(g, asked))))
	}
	if g.usage != nil {
		return plain(k.Bridge.Reply(g.call, &llm.Reply{Format: llm.OpenAI, Body: Object(t, g.text("chat reply")), Usage: *g.usage}))
	}
	reply, err := codec().Decode(asked, &wire.Response{Status: 200, Body: []byte(g.text("chat reply"))})
	if err != nil {
		return heard{err: err}
	}
	return plain(k.Bridge.Reply(g.call, reply))
}

// upstream is what the provider of a file says, in OpenAI's format.
func (k Kit) upstream(g golden, asked *llm.Call) (all []llm.Event, err error) {
	if g.usage == nil {
		for ev, err := range provided(asked, g.stream()) {
			if err != nil {
				return all, err
			}
			ev.Data = append([]byte(nil), ev.Data...)
			all = append(all, ev)
		}
		return all, nil
	}
	for line := range strings.Lines(g.text("chat reply")) {
		all = append(all, llm.Event{Data: []byte(strings.TrimSpace(line))})
	}
	return append(all, llm.Event{Last: true, Usage: g.usage}), nil
}

// codec reads the answers of a provider of chats.
func codec() wire.Codec {
	now := func() time.Time { return time.Unix(1763683200, 0) }
	return openai.Dialect(openai.Quirks{}, now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
}

// provided is what a provider's stream says.
func provided(asked *llm.Call, text string) iter.Seq2[llm.Event, error] {
	return codec().Events(asked, sse.Read(strings.NewReader(text)))
}

// stream is the answer as a provider sends it.
func (g golden) stream() string {
	if g.usage == nil {
		return string(g.parts["chat reply"].Data)
	}
	return framed(g.text("chat reply")) + "data: [DONE]\n\n"
}

// framed is a stream whose events are the lines of text.
func framed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("data: " + strings.TrimSpace(line) + "\n\n")
	}
	return b.String()
}
