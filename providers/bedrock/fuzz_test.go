package bedrock

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

func models() []string {
	return []string{
		"anthropic.claude-sonnet-4-5-v1:0", "anthropic.claude-3-haiku-v1:0", "meta.llama3-8b-instruct-v1:0", "invoke/us.amazon.nova-lite-v1:0",
		"invoke/anthropic.claude-3-haiku-v1:0", "invoke/amazon.titan-text-lite-v1", "invoke/us.deepseek.r1-v1:0", "invoke/openai.gpt-oss-20b-1:0",
	}
}

func callOf(body raw.Object, model int) *llm.Call {
	all := models()
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{}, Options: llm.Options{IncludeUsage: true},
		To: &llm.Deployment{Provider: "bedrock", Model: all[((model%len(all))+len(all))%len(all)]},
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

func codec() wire.Codec {
	return Dialect(providertest.Now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
}

// FuzzEncode holds that whatever a caller writes is refused with an llm.Error
// or becomes one JSON object without duplicate members.
func FuzzEncode(f *testing.F) {
	for i, call := range seeds(f, 1) {
		f.Add(call, i)
	}
	c := codec()
	f.Fuzz(func(t *testing.T, body string, model int) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		req, err := c.Encode(callOf(o, model))
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

// FuzzEvents holds that a stream ends with Last or an error, and that all that
// is written is JSON. A line is an event: its name, a space and its data.
func FuzzEvents(f *testing.F) {
	for i, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok && strings.Contains(answer, "eventstream") {
			f.Add([]byte(body), i)
		}
	}
	c := codec()
	f.Fuzz(func(t *testing.T, body []byte, model int) {
		in := func(yield func(sse.Event, error) bool) {
			for line := range bytes.Lines(body) {
				name, data, _ := bytes.Cut(line, []byte(" "))
				if !yield(sse.Event{Name: string(name), Data: bytes.TrimSpace(data)}, nil) {
					return
				}
			}
		}
		for ev, err := range c.Events(callOf(raw.Object{}, model), in) {
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

// FuzzDecode holds that a plain answer is translated or refused.
func FuzzDecode(f *testing.F) {
	for i, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok {
			f.Add([]byte(body), i)
		}
	}
	c := codec()
	f.Fuzz(func(t *testing.T, body []byte, model int) {
		call, answer := callOf(raw.Object{}, model), &wire.Response{Status: 200, Body: body}
		if e := fail(call, answer); e.Class == 0 {
			t.Fatal("got an error without a class")
		}
		reply, err := c.Decode(call, answer)
		if err != nil {
			return
		}
		if _, err := raw.Parse(reply.Body.Bytes()); err != nil {
			t.Fatalf("got %v in %s", err, reply.Body.Bytes())
		}
	})
}
