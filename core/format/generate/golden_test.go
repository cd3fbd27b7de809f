package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
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
// Google's own package.
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

// callOf reads a call as the gateway does; model and stream are the address's.
func callOf(t testing.TB, text string) *llm.Call {
	t.Helper()
	body, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var own struct {
		Stream bool
		Drop   *bool `json:"drop_params"`
	}
	_ = json.Unmarshal([]byte(text), &own) // a member of another type is no setting
	model, _ := body.Text("model")
	return &llm.Call{
		Op: llm.Chat, Format: llm.Gemini, Body: body.Without("drop_params", "model", "stream"), Model: model, Stream: own.Stream,
		Options: llm.Options{DropParams: own.Drop}, To: &llm.Deployment{Provider: "openai", Model: "m"}, Record: &llm.Record{RequestID: "test"},
	}
}

// codec reads the answers of a model that chats.
func codec() wire.Codec {
	now := func() time.Time { return time.Unix(1763683200, 0) }
	return openai.Dialect(openai.Quirks{}, now).Codecs[llm.Key{Op: llm.Chat, Format: llm.OpenAI}]
}

// hearing is what a caller gets: lines, and what they say together.
type hearing struct {
	lines []string
	said  map[string]string // by candidate and kind
	last  bool
	err   error
}

func (h *hearing) hear(t *testing.T, kind string, data []byte) {
	t.Helper()
	h.lines = append(h.lines, kind+string(data))
	var body struct {
		Candidates []struct {
			Index   int
			Finish  string `json:"finishReason"`
			Content struct {
				Parts []struct {
					Text      string
					Thought   bool
					Signature string          `json:"thoughtSignature"`
					Call      json.RawMessage `json:"functionCall"`
				}
			}
		}
		Usage json.RawMessage `json:"usageMetadata"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	h.said["usage"] += string(body.Usage)
	for _, c := range body.Candidates {
		say := func(kind, text string) {
			if text != "" {
				h.said[fmt.Sprint(c.Index, " ", kind)] += text
			}
		}
		say("finish", c.Finish)
		for _, p := range c.Content.Parts {
			say(map[bool]string{false: "text", true: "thought"}[p.Thought], p.Text)
			say("signature", p.Signature)
			say("call", string(p.Call))
		}
	}
}

func (h *hearing) fail(err error) {
	var e *llm.Error
	h.err = err
	if errors.As(err, &e) {
		h.lines = append(h.lines, "error "+e.Class.Error()+" "+e.Message+" param="+e.Param)
		return
	}
	h.lines = append(h.lines, "error "+err.Error())
}

// play says what a caller gets when the model that was asked answers so.
func play(t *testing.T, call, asked *llm.Call, answer string) (h hearing) {
	t.Helper()
	h.said = map[string]string{}
	if !call.Stream {
		reply, err := codec().Decode(asked, &wire.Response{Status: 200, Body: []byte(answer)})
		if err == nil {
			reply, err = Reply(call, reply)
		}
		if err != nil {
			h.fail(err)
			return h
		}
		h.hear(t, "", reply.Body.Bytes())
		h.lines = append(h.lines, counted(&reply.Usage))
		return h
	}
	for ev, err := range Events(call, codec().Events(asked, sse.Read(strings.NewReader(answer)))) {
		switch {
		case err != nil:
			h.fail(err)
			return h
		case len(ev.Data) > 0:
			h.hear(t, map[bool]string{false: "data ", true: "last "}[ev.Last], ev.Data)
		case ev.Last:
			h.lines = append(h.lines, "last")
		}
		if ev.Usage != nil {
			h.lines = append(h.lines, counted(ev.Usage))
		}
		h.last = ev.Last
	}
	return h
}

func counted(u *llm.Usage) string {
	return fmt.Sprintf("usage in=%d cache_read=%d out=%d reasoning=%d", u.In, u.CacheRead, u.Out, u.Reasoning)
}

// TestGolden plays each file; cuts each stream at each event, which must be
// heard of; and compares a stream to the plain case of the same name.
func TestGolden(t *testing.T) {
	heard := map[string]hearing{}
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			before := string(g.call.Body.Bytes())
			asked, err := Call(g.call)
			if err != nil {
				h := hearing{}
				h.fail(err)
				g.check(t, h, "none")
				return
			}
			if asked == g.call || string(g.call.Body.Bytes()) != before || g.call.Format != llm.Gemini {
				t.Error("the caller's call was changed")
			}
			if asked.Format != llm.OpenAI || !asked.Options.IncludeUsage || asked.Stream != g.call.Stream {
				t.Errorf("got %+v, want a chat with its counts", asked)
			}
			h := play(t, g.call, asked, g.answer)
			g.check(t, h, string(asked.Body.Bytes()))
			heard[g.name] = h
			if frames := strings.SplitAfter(g.answer, "\n\n"); g.call.Stream && h.err == nil {
				for n := range frames[:len(frames)-1] {
					cut := play(t, g.call, asked, strings.Join(frames[:n], ""))
					cut.said["usage"] = h.said["usage"] // it is known last
					if cut.err == nil && !reflect.DeepEqual(cut.said, h.said) {
						t.Errorf("cut after %d events: got no error, want one", n)
					}
				}
			}
		})
	}
	for name, stream := range heard {
		if plain, ok := heard[strings.TrimSuffix(name, "_stream")]; ok && !reflect.DeepEqual(plain.said, stream.said) {
			t.Errorf("%s: got %v, want %v as in the plain case", name, stream.said, plain.said)
		}
	}
}

func (g golden) check(t *testing.T, h hearing, chat string) {
	t.Helper()
	if got, want := canonical(t, chat), canonical(t, g.chat); got != want {
		t.Errorf("chat: got\n%s\nwant\n%s", got, want)
	}
	got := strings.Join(h.lines, "\n")
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
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
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
