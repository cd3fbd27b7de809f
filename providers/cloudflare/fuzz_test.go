package cloudflare

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
		To: &llm.Deployment{Provider: "cloudflare", Model: "m"},
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
		f.Add(call)
	}
	f.Fuzz(func(t *testing.T, body string) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		call := callOf(o)
		req, err := Dialect(providertest.Now).Codecs[call.Key()].Encode(call)
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

// FuzzReply holds that answers and errors are translated or refused, and that
// every stream ends with Last or an error.
func FuzzReply(f *testing.F) {
	for _, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		call, answer := callOf(raw.Object{}), &wire.Response{Status: 200, Body: body}
		d := Dialect(providertest.Now)
		if e := d.Fail(call, answer); e.Class == 0 {
			t.Fatal("got an error without a class")
		}
		if reply, err := d.Codecs[call.Key()].Decode(call, answer); err == nil {
			if _, err := raw.Parse(reply.Body.Bytes()); err != nil {
				t.Fatalf("got %v in %s", err, reply.Body.Bytes())
			}
		}
		for ev, err := range d.Codecs[call.Key()].Events(call, sse.Read(bytes.NewReader(body))) {
			if err != nil || ev.Last {
				return
			}
		}
		t.Fatal("got an end that is neither Last nor an error")
	})
}
