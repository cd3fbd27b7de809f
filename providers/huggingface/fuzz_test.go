package huggingface

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: "huggingface", Model: task + "tgi"},
	}
}

func codec() wire.Codec {
	return Dialect(providertest.Now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
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
		f.Add(call)
	}
	f.Fuzz(func(t *testing.T, body string) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		req, err := codec().Encode(callOf(o))
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

// FuzzEvents holds that a stream of TGI's ends with Last or with an error, and
// that all that is written is JSON.
func FuzzEvents(f *testing.F) {
	for _, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok && strings.Contains(answer, "event-stream") {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for ev, err := range codec().Events(callOf(raw.Object{}), sse.Read(bytes.NewReader(body))) {
			if err != nil {
				return
			}
			if len(ev.Data) > 0 {
				if _, err := raw.Parse(ev.Data); err != nil {
					t.Fatalf("got %v in %s", err, ev.Data)
				}
			}
			if ev.Last {
				return
			}
		}
		t.Fatal("got an end that is neither Last nor an error")
	})
}

// FuzzDecode holds that a plain answer of TGI's is translated or refused.
func FuzzDecode(f *testing.F) {
	for _, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		call, answer := callOf(raw.Object{}), &wire.Response{Status: 200, Body: body}
		if e := Fail(call, answer); e.Class == 0 {
			t.Fatal("got an error without a class")
		}
		reply, err := codec().Decode(call, answer)
		if err != nil {
			return
		}
		if err := raw.Strict(reply.Body.Bytes()); err != nil && raw.Strict(body) == nil {
			t.Fatalf("got %v in %s", err, reply.Body.Bytes())
		}
	})
}
