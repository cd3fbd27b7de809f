package completions

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
	"github.com/tollgate-llm/tollgate/providers/openai"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

var update = flag.Bool("update", false, "write the replies of golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// golden is a file of testdata. oracle/ holds its call and its reply to
// OpenAI's own package.
type golden struct {
	archive                   *txtar.Archive
	call                      *llm.Call
	chat, answer, reply, name string
}

func goldens(t testing.TB) (all []golden) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("got no golden files (%v), want some", err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for i, want := range []string{"source", "call", "chat", "chat reply", "reply"} {
			if i >= len(a.Files) || a.Files[i].Name != want {
				t.Fatalf("%s: part %d is not %q", name, i, want)
			}
			parts = append(parts, strings.TrimSpace(string(a.Files[i].Data)))
		}
		short := strings.TrimSuffix(filepath.Base(name), ".txt")
		all = append(all, golden{a, callOf(t, parts[1]), parts[2], parts[3], parts[4], short})
	}
	return all
}

// callOf reads a call as the gateway does.
func callOf(t testing.TB, text string) *llm.Call {
	t.Helper()
	body, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var own struct {
		Stream  bool
		Drop    *bool `json:"drop_params"`
		Options struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	_ = json.Unmarshal([]byte(text), &own) // what is of another type is for Call to refuse
	return &llm.Call{
		Op: llm.Chat, Format: llm.Completions, Body: body.Without("drop_params"), Stream: own.Stream,
		Options: llm.Options{DropParams: own.Drop, IncludeUsage: own.Options.Usage},
		To:      &llm.Deployment{Provider: "openai", Model: "m"}, Record: &llm.Record{RequestID: "test"},
	}
}

// codec reads the answers of a model that chats.
func codec() wire.Codec {
	now := func() time.Time { return time.Unix(1763683200, 0) }
	return openai.Dialect(openai.Quirks{}, now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
}

// hearing is what a caller gets: lines, and what they say together.
type hearing struct {
	lines  []string
	text   string
	finish string
	last   bool
	err    error
}

func (s *hearing) hear(t *testing.T, kind string, data []byte) {
	t.Helper()
	s.lines = append(s.lines, kind+string(data))
	var body struct {
		Choices []struct {
			Text   string
			Finish string `json:"finish_reason"`
		}
	}
	if err := json.Unmarshal(data, &body); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	for _, c := range body.Choices {
		s.text += c.Text
		s.finish += c.Finish
	}
}

func (s *hearing) fail(err error) {
	var e *llm.Error
	s.err = err
	if errors.As(err, &e) {
		s.lines = append(s.lines, "error "+e.Class.Error()+" "+e.Message+" param="+e.Param)
		return
	}
	s.lines = append(s.lines, "error "+err.Error())
}

// play says what a caller gets when the model that was asked answers so.
func play(t *testing.T, call, asked *llm.Call, answer string) (s hearing) {
	t.Helper()
	if !call.Stream {
		reply, err := codec().Decode(asked, &wire.Response{Status: 200, Body: []byte(answer)})
		if err == nil {
			reply, err = Reply(call, reply)
		}
		if err != nil {
			s.fail(err)
			return s
		}
		s.hear(t, "", reply.Body.Bytes())
		s.lines = append(s.lines, counted(&reply.Usage))
		return s
	}
	for ev, err := range Events(call, codec().Events(asked, sse.Read(strings.NewReader(answer)))) {
		switch {
		case err != nil:
			s.fail(err)
			return s
		case len(ev.Data) > 0:
			s.hear(t, map[bool]string{false: "data ", true: "last "}[ev.Last], ev.Data)
		case ev.Last:
			s.lines = append(s.lines, "last")
		}
		if ev.Usage != nil {
			s.lines = append(s.lines, counted(ev.Usage))
		}
		s.last = ev.Last
	}
	return s
}

func counted(u *llm.Usage) string { return fmt.Sprintf("usage in=%d out=%d", u.Prompt(), u.Out) }

// TestGolden plays each file; cuts each stream at each event, which must be
// heard of; and compares a stream to the plain case of the same name.
func TestGolden(t *testing.T) {
	heard := map[string]hearing{}
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			before := string(g.call.Body.Bytes())
			asked, err := Call(g.call)
			if err != nil {
				s := hearing{}
				s.fail(err)
				g.check(t, s, "none")
				return
			}
			if asked == g.call || string(g.call.Body.Bytes()) != before || g.call.Format != llm.Completions {
				t.Error("the caller's call was changed")
			}
			if asked.Format != llm.OpenAI || !asked.Options.IncludeUsage || asked.Stream != g.call.Stream {
				t.Errorf("got %+v, want a chat with its counts", asked)
			}
			s := play(t, g.call, asked, g.answer)
			g.check(t, s, string(asked.Body.Bytes()))
			heard[g.name] = s
			if frames := strings.SplitAfter(g.answer, "\n\n"); g.call.Stream && s.err == nil {
				for n := range frames[:len(frames)-1] {
					cut := play(t, g.call, asked, strings.Join(frames[:n], ""))
					if cut.err == nil && cut.finish != s.finish {
						t.Errorf("cut after %d events: got no error, want one", n)
					}
				}
			}
		})
	}
	for name, stream := range heard {
		if plain, ok := heard[strings.TrimSuffix(name, "_stream")]; ok && (plain.text != stream.text || plain.finish != stream.finish) {
			t.Errorf("%s: got %q %q, want %q %q as in the plain case", name, stream.text, stream.finish, plain.text, plain.finish)
		}
	}
}

func (g golden) check(t *testing.T, s hearing, chat string) {
	t.Helper()
	if got, want := canonical(t, chat), canonical(t, g.chat); got != want {
		t.Errorf("chat: got\n%s\nwant\n%s", got, want)
	}
	got := strings.Join(s.lines, "\n")
	if got == g.reply {
		return
	}
	if !*update {
		t.Errorf("reply: got\n%s\nwant\n%s", got, g.reply)
		return
	}
	g.archive.Files[4].Data = []byte(got + "\n")
	if err := os.WriteFile("testdata/"+g.name+".txt", txtar.Format(g.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// canonical writes JSON with members in alphabetical order and digits as they
// are.
func canonical(t *testing.T, text string) string {
	t.Helper()
	if text == "none" {
		return text
	}
	if err := raw.Strict([]byte(text)); err != nil {
		t.Errorf("%v in %s", err, text)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Errorf("%v in %s", err, text)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// events gives events to a bridge.
func events(all ...llm.Event) iter.Seq2[llm.Event, error] {
	return func(yield func(llm.Event, error) bool) {
		for _, ev := range all {
			if !yield(ev, nil) {
				return
			}
		}
	}
}
