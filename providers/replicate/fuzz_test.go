package replicate

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func callOf(body raw.Object, model string) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "replicate", Model: model},
	}
}

// seeds gives a part of every golden file.
func seeds(f *testing.F, part int) (all []string) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		f.Fatalf("got no golden files (%v), want some", err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, string(a.Files[part].Data))
	}
	return all
}

// FuzzEncode holds that whatever a caller writes is refused with an llm.Error
// or becomes one JSON object without duplicate members.
func FuzzEncode(f *testing.F) {
	for _, call := range seeds(f, 1) {
		f.Add(call, "meta/meta-llama-3-70b-instruct")
		f.Add(call, "anthropic/claude-4-sonnet")
		f.Add(call, "openai/gpt-5")
	}
	f.Fuzz(func(t *testing.T, body, model string) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		req, err := encode(callOf(o, model))
		if err != nil {
			if e := (*llm.Error)(nil); !errors.As(err, &e) {
				t.Fatalf("got %v, want an llm.Error", err)
			}
			return
		}
		if _, err := raw.Parse(req.Body); err != nil {
			t.Fatalf("got %v in %s", err, req.Body)
		}
	})
}

// FuzzEvents holds that a stream ends with Last only after a done event or a
// prediction, and that all that is written is JSON.
func FuzzEvents(f *testing.F) {
	for _, answer := range seeds(f, 3) {
		if i := strings.LastIndex(answer, "\n\n"); i >= 0 && strings.Contains(answer, "event: ") {
			f.Add([]byte(answer[strings.Index(answer, "event: "):]))
		} else if _, body, ok := strings.Cut(answer, "\n\n"); ok {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		call := callOf(raw.Object{}, "m")
		for ev, err := range Dialect(providertest.Now).Codecs[call.Key()].Events(call, frames(bytes.NewReader(body))) {
			if err != nil {
				return
			}
			if len(ev.Data) > 0 {
				if _, err := raw.Parse(ev.Data); err != nil {
					t.Fatalf("got %v in %s", err, ev.Data)
				}
			}
			if ev.Last {
				if !bytes.Contains(body, []byte("done")) && body[0] != '{' {
					t.Fatalf("got Last without an end in %s", body)
				}
				return
			}
		}
		t.Fatal("got an end that is neither Last nor an error")
	})
}

// FuzzDecode holds that an answer is translated, followed or refused.
func FuzzDecode(f *testing.F) {
	for _, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		call, answer := callOf(raw.Object{}, "m"), &wire.Response{Status: 200, Body: body}
		if e := fail(call, answer); e.Class == 0 {
			t.Fatal("got an error without a class")
		}
		next, _, err := then(call, answer)
		if next != nil && err == nil {
			return
		}
		reply, err := decode(call, answer, providertest.Now)
		if err != nil {
			return
		}
		if _, err := raw.Parse(reply.Body.Bytes()); err != nil {
			t.Fatalf("got %v in %s", err, reply.Body.Bytes())
		}
	})
}
