package openai

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
)

func callOf(body raw.Object, stream bool) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Stream: stream, Record: &llm.Record{RequestID: "r"},
		Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: "openai", Model: "gpt-4o"},
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

// FuzzEncode holds that every member arrives as its caller wrote it, save the
// model's name and the stream's usage; and with quirks that what is sent is an
// object still, and an error an llm.Error.
func FuzzEncode(f *testing.F) {
	for _, call := range seeds(f, 1) {
		f.Add(call, true)
	}
	quirky := Quirks{Rename: map[string]string{"seed": "random_seed"}, Unsupported: []string{"n"}, NoStreamOptions: true}
	f.Fuzz(func(t *testing.T, body string, stream bool) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		req, err := encode(Quirks{}, callOf(o, stream))
		if err != nil {
			t.Fatalf("got %v, want nil", err)
		}
		sent, err := raw.Parse(req.Body)
		if err != nil {
			t.Fatalf("got %v in %s", err, req.Body)
		}
		for name, v := range o.All() {
			if got, _ := sent.Raw(name); name != "model" && name != "stream_options" && string(got) != string(v) {
				t.Fatalf("%s: got %s, want %s", name, got, v)
			}
		}
		req, err = encode(quirky, callOf(o, stream))
		if e := (*llm.Error)(nil); err != nil && !errors.As(err, &e) {
			t.Fatalf("got %v, want an llm.Error", err)
		}
		if err == nil {
			if _, err := raw.Parse(req.Body); err != nil {
				t.Fatalf("got %v in %s", err, req.Body)
			}
		}
	})
}

// FuzzEvents holds that a stream ends with Last or an error, that Last comes
// only after [DONE] or a finish reason, and that nothing comes after it.
func FuzzEvents(f *testing.F) {
	for _, answer := range seeds(f, 3) {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok && strings.Contains(answer, "event-stream") {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		ended := false
		for ev, err := range events(providertest.Now)(callOf(raw.Object{}, true), sse.Read(bytes.NewReader(body))) {
			if ended {
				t.Fatalf("got an event after the end in %s", body)
			}
			if ended = err != nil || ev.Last; ev.Last &&
				!bytes.Contains(body, []byte(done)) && !bytes.Contains(body, []byte(`"finish_reason"`)) {
				t.Fatalf("got Last without an end in %s", body)
			}
		}
		if !ended {
			t.Fatal("got an end that is neither Last nor an error")
		}
	})
}
