package operations

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/openai/usage"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// done ends a stream that has no end of its own.
const done = "[DONE]"

// progress passes the events of a picture or a transcript on as they are, up to
// the one with the whole of it, or of the last one of several.
func progress(call *llm.Call, in iter.Seq2[sse.Event, error]) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		var all llm.Usage
		want := wanted(call)
		left := want
		for ev, err := range in {
			if err == nil && left < want && string(bytes.TrimSpace(ev.Data)) == done {
				yield(llm.Event{Last: true, Usage: &all}, nil) // fewer than were asked for
				return
			}
			out := llm.Event{Name: ev.Name, Data: ev.Data, More: ev.More}
			var body raw.Object
			if err == nil {
				body, err = completed(call, ev)
			}
			if err != nil {
				yield(llm.Event{}, err)
				return
			}
			if ends(body) {
				left--
				all = sum(all, usage.Beside(body))
				if call.Op != llm.Transcriptions {
					all.Known, all.Images = true, all.Images+1
				}
				out.Data = timeless(body).Bytes()
				if out.Last = left == 0; out.Last {
					out.Usage = &all
				}
			}
			if !yield(out, nil) || out.Last {
				return
			}
		}
		yield(llm.Event{}, wire.ErrCut)
	}
}

// completed is an event's object. A whole transcript in the place of events,
// whisper-1's, becomes the event that it would be at the end of them.
func completed(call *llm.Call, ev sse.Event) (raw.Object, error) {
	body, err := raw.Parse(ev.Data)
	if ev.Name == "error" || err == nil && body.Has("error") {
		e := chat.Fail(call, &wire.Response{Status: 200, Body: ev.Data})
		if strings.HasSuffix(e.Type, "user_error") {
			e = chat.Fail(call, &wire.Response{Status: 400, Body: ev.Data})
		}
		return raw.Object{}, e
	}
	if err == nil && call.Op == llm.Transcriptions && !body.Has("type") && body.Has("text") {
		body = body.WithText("type", "transcript.text.done")
	}
	return body, err
}

// timeless is an event without a usage in seconds, which is counted but not
// shown: OpenAI's events have tokens there, and only whisper-1 counts seconds.
func timeless(body raw.Object) raw.Object {
	v, _ := body.Raw("usage")
	if u, err := raw.Parse(v); err == nil {
		if kind, _ := u.Text("type"); kind == "duration" {
			return body.Without("usage")
		}
	}
	return body
}

// ends reports whether an event has the whole of a picture or a transcript.
func ends(body raw.Object) bool {
	kind, _ := body.Text("type")
	return strings.HasSuffix(kind, ".completed") || kind == "transcript.text.done"
}

// wanted is how many pictures were asked for; one of anything else.
func wanted(call *llm.Call) int {
	text, ok := call.Body.Text("n") // a form's
	if !ok {
		v, _ := call.Body.Raw("n")
		text = string(v)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// sum adds what one more picture or transcript used.
func sum(a, b llm.Usage) llm.Usage {
	return llm.Usage{
		Known: a.Known || b.Known, In: a.In + b.In, AudioIn: a.AudioIn + b.AudioIn, ImageIn: a.ImageIn + b.ImageIn,
		Out: a.Out + b.Out, ImageOut: a.ImageOut + b.ImageOut, Images: a.Images, Millis: a.Millis + b.Millis,
	}
}

// maxObject is the most bytes that an answer in the place of events may have.
const maxObject = 64 << 20

// objects reads a stream, or the one object that is sent by a model that does
// not stream and by OpenAI's description ignores that it was asked to.
func objects(r io.Reader) iter.Seq2[sse.Event, error] {
	b := bufio.NewReader(r)
	return func(yield func(sse.Event, error) bool) {
		if first, err := b.Peek(1); err != nil || first[0] != '{' {
			sse.Read(b)(yield)
			return
		}
		body, err := io.ReadAll(io.LimitReader(b, maxObject))
		yield(sse.Event{Data: body}, err)
	}
}
