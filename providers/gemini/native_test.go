package gemini

import (
	"bytes"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func nativeCall(t testing.TB, body string) *llm.Call {
	t.Helper()
	o := providertest.Object(t, body)
	call := by("gemini-2.5-flash")(o)
	call.Format = llm.Gemini
	return call
}

// TestNativeModel: which model answers is for the address alone to say.
func TestNativeModel(t *testing.T) {
	req, err := native().Encode(nativeCall(t, `{"model":"models/other","contents":[],"stream":true,"own":1}`))
	if err != nil || req.Path != "/models/gemini-2.5-flash:generateContent" || string(req.Body) != `{"contents":[],"own":1}` {
		t.Errorf("got %+v, %v, want the deployment's model only", req, err)
	}
}

// TestNativeEnd: a stream ends where the connection does, if all candidates
// that were asked for have finished by then: some finish more than once.
func TestNativeEnd(t *testing.T) {
	const stop, more = `data: {"candidates":[{"finishReason":"STOP"}]}` + "\n\n", `data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}]}` + "\n\n"
	const second = `data: {"candidates":[{"index":1,"finishReason":"STOP"}]}` + "\n\n"
	for _, c := range []struct {
		call, stream string
		events       int // before the last
		err          error
	}{
		{`{}`, more + stop, 2, nil},
		{`{}`, stop + more + stop, 3, nil},
		{`{}`, more, 1, wire.ErrCut},
		{`{}`, "", 0, wire.ErrCut},
		{`{"generationConfig":{"candidateCount":2}}`, stop, 1, wire.ErrCut},
		{`{"generationConfig":{"candidateCount":2}}`, stop + stop, 2, wire.ErrCut},
		{`{"generation_config":{"candidate_count":2}}`, stop, 1, wire.ErrCut},
		{`{"generationConfig":{"candidateCount":2}}`, stop + second, 2, nil},
		{`{"generationConfig":{"candidateCount":"x"}}`, stop, 1, nil},
		{`{}`, `data: {"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}` + "\n\n", 1, wire.ErrCut},
	} {
		n, last, end := 0, false, error(nil)
		for ev, err := range native().Events(nativeCall(t, c.call), sse.Read(bytes.NewReader([]byte(c.stream)))) {
			if last, end = ev.Last, err; !last && err == nil {
				n++
			}
		}
		if n != c.events || end != c.err || last != (c.err == nil) {
			t.Errorf("%s %s: got %d events, last %v, %v, want %d, %v", c.call, c.stream, n, last, end, c.events, c.err)
		}
	}
}

// TestNativeSearches: each event's are counted.
func TestNativeSearches(t *testing.T) {
	const event = `data: {"candidates":[{"groundingMetadata":{"webSearchQueries":["a","b"]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}` + "\n\n"
	var got int64
	for ev, err := range native().Events(nativeCall(t, `{}`), sse.Read(bytes.NewReader([]byte(event+event)))) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Usage != nil {
			got = ev.Usage.Searches
		}
	}
	if got != 4 {
		t.Errorf("got %d searches, want 4", got)
	}
}

func FuzzNative(f *testing.F) {
	for _, body := range providertest.Answers(f, "") {
		f.Add(body)
	}
	d := Dialect(providertest.Now)
	f.Fuzz(func(t *testing.T, body []byte) {
		call := nativeCall(t, `{}`)
		providertest.CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		providertest.CheckEvents(t, d, call, body)
	})
}
