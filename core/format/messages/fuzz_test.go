package messages

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

func goldens(f *testing.F) (all []golden) {
	f.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		f.Fatalf("got no golden files (%v), want some", err)
	}
	for _, name := range names {
		all = append(all, read(f, name))
	}
	return all
}

// FuzzCall: a request is refused with an llm.Error or becomes an object without
// duplicate members, unless it had some where nothing was translated.
func FuzzCall(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(g.call.Body.Bytes(), g.call.To.Model)
	}
	f.Fuzz(func(t *testing.T, body []byte, model string) {
		o, err := raw.Parse(body)
		if err != nil {
			return
		}
		before := bytes.Clone(body)
		over, err := Call(&llm.Call{Body: o, Format: llm.Messages, To: &llm.Deployment{Model: model}})
		if err != nil {
			if e := (*llm.Error)(nil); !errors.As(err, &e) || e.Class == 0 || e.Param == "" {
				t.Fatalf("got %v, want an llm.Error about a member", err)
			}
			return
		}
		if err := raw.Strict(over.Body.Bytes()); err != nil && raw.Strict(body) == nil {
			t.Fatalf("got %v in %s", err, over.Body.Bytes())
		}
		if !bytes.Equal(before, body) {
			t.Fatal("the request was changed")
		}
	})
}

// FuzzReply: a completion is refused or becomes an object.
func FuzzReply(f *testing.F) {
	for _, g := range goldens(f) {
		if !g.call.Stream && len(g.answer) > 0 {
			f.Add([]byte(g.answer[0]))
		}
	}
	c := &llm.Call{Format: llm.Messages}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := raw.Parse(body)
		if err != nil {
			return
		}
		reply, err := Reply(c, &llm.Reply{Body: o})
		if err != nil {
			if e := (*llm.Error)(nil); !errors.As(err, &e) || e.Class == 0 {
				t.Fatalf("got %v, want an llm.Error", err)
			}
			return
		}
		if _, err := raw.Parse(reply.Body.Bytes()); err != nil {
			t.Fatalf("got %v in %s", err, reply.Body.Bytes())
		}
	})
}

// FuzzEvents: a stream, a chunk on each line, ends well after its last chunk
// and no sooner; blocks come one after the other, whatever the chunks say.
func FuzzEvents(f *testing.F) {
	for _, g := range goldens(f) {
		if g.call.Stream && len(g.answer) > 0 {
			f.Add([]byte(g.archive.Files[4].Data), true)
			f.Add([]byte(g.archive.Files[4].Data), false)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, whole bool) {
		var chunks []llm.Event
		sound := true
		for _, line := range bytes.Split(body, []byte("\n")) {
			chunks = append(chunks, llm.Event{Data: line})
			sound = sound && (len(line) == 0 || json.Valid(line))
		}
		chunks[len(chunks)-1].Last = whole
		var all []llm.Event
		var failed error
		for ev, err := range Events(&llm.Call{Format: llm.Messages, Model: "m"}, sequence(chunks)) {
			if failed != nil || len(all) > 0 && all[len(all)-1].Last {
				t.Fatal("got an event after the end")
			}
			if failed = err; err == nil {
				all = append(all, ev)
			}
		}
		ended := len(all) > 0 && all[len(all)-1].Last
		if ended == (failed != nil) || ended && (!whole || !sound) {
			t.Fatalf("got an end: %v, an error: %v, for a stream that is whole: %v, and JSON: %v", ended, failed, whole, sound)
		}
		if ended {
			assemble(t, all)
		}
	})
}
