package anthropic

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// spoken is a call in Anthropic's own words.
func spoken(body raw.Object) *llm.Call {
	c := by("claude-sonnet-4-5")(body)
	c.Format = llm.Messages
	return c
}

// TestBytesPass: but for the model's name, a request and its answer keep their
// bytes; the call keeps its own.
func TestBytesPass(t *testing.T) {
	const text = ` {"max_tokens" : 16, "model":"fast","messages":[{"role":"user","content":"\u0041"}], "top_k":1e1,"unknown":{"b":1,"a":12345678901234567890} } `
	body := providertest.Object(t, text)
	req, err := native().Encode(spoken(body))
	want := `{"max_tokens":16,"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"\u0041"}],"top_k":1e1,"unknown":{"b":1,"a":12345678901234567890}}`
	if err != nil || string(req.Body) != want || string(body.Bytes()) != text {
		t.Errorf("got %s, %v, want %s", req.Body, err, want)
	}
	same := providertest.Object(t, strings.Replace(text, "fast", "claude-sonnet-4-5", 1))
	if req, err := native().Encode(spoken(same)); err != nil || !bytes.Equal(req.Body, same.Bytes()) {
		t.Errorf("got %s, %v, want %s", req.Body, err, same.Bytes())
	}
	answer := ` {"type":"message", "content":[ ],"usage":{"input_tokens":3,"output_tokens":4},"new":1e1}`
	reply, err := native().Decode(spoken(body), &wire.Response{Status: 200, Body: []byte(answer)})
	if err != nil || string(reply.Body.Bytes()) != answer || reply.Usage.In != 3 || reply.Usage.Out != 4 {
		t.Errorf("got %+v, %v, want %s", reply, err, answer)
	}
}

// TestCuts ends a stream after each of its bytes: it ends well only when its
// last event is there.
func TestCuts(t *testing.T) {
	whole := []byte("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n" +
		"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n" +
		"event: ping\ndata: {\"type\": \"ping\"}\n\n" +
		"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n" +
		"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n" +
		"event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n" +
		"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
	for n := range len(whole) + 1 {
		var failed error
		var heads, last int
		var usage llm.Usage
		for ev, err := range native().Events(spoken(raw.Object{}), sse.Read(bytes.NewReader(whole[:n]))) {
			if failed = err; err != nil {
				break
			}
			if ev.Head {
				heads++
			}
			if ev.Last {
				last++
			}
			if ev.Usage != nil {
				usage = *ev.Usage
			}
		}
		switch ended := n >= len(whole)-1; { // the last newline only says that the event before it is whole
		case n == len(whole) && (failed != nil || last != 1 || heads != 3 || usage.In != 3 || usage.Out != 9):
			t.Errorf("got %v, %d ends, %d heads and %+v, want one end, 3 heads and the usage", failed, last, heads, usage)
		case !ended && (!errors.Is(failed, wire.ErrCut) || last > 0):
			t.Errorf("cut after %d of %d bytes: got %v and %d ends, want ErrCut", n, len(whole), failed, last)
		}
	}
}

// TestNews: events that are not Anthropic's today are passed on, and say nothing
// yet.
func TestNews(t *testing.T) {
	const start, news, named = `{"type":"message_start","message":{}}`, `{"type":"news","of":[1.50]}`, "event: renamed\n"
	in := "data: " + start + "\n\n" + named + "data: " + news + "\n\ndata: " + news + "\n\ndata: not JSON\n\n"
	want := []llm.Event{{Name: "message_start", Data: []byte(start)}, {Name: "renamed", Data: []byte(news)}, {Name: "news", Data: []byte(news)}}
	n := 0
	for ev, err := range native().Events(spoken(raw.Object{}), sse.Read(strings.NewReader(in))) {
		switch {
		case n == len(want):
			if err == nil {
				t.Errorf("got %s, want an error", ev.Data)
			}
		case err != nil || ev.Name != want[n].Name || !bytes.Equal(ev.Data, want[n].Data) || !ev.Head || ev.Last:
			t.Errorf("got %s %s, %v, want %s %s", ev.Name, ev.Data, err, want[n].Name, want[n].Data)
		}
		n++
	}
	if n != len(want)+1 {
		t.Errorf("got %d events, want %d and an error", n, len(want))
	}
}

// FuzzNative holds that a stream that is passed on ends with Last only after
// message_stop, and that all of it is JSON.
func FuzzNative(f *testing.F) {
	for _, body := range providertest.Answers(f, "event-stream") {
		f.Add(body)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		call := spoken(raw.Object{})
		providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		if _, whole := providertest.CheckEnd(t, d, call, body); whole && (!bytes.Contains(body, []byte("message_stop")) || !bytes.Contains(body, []byte("message_start"))) {
			t.Fatalf("got Last without an end in %s", body)
		}
	})
}
