package prompt_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/prompt"
)

// vectors is what LiteLLM says, as oracle/make.py recorded it. A prompt that is
// no text says with what error LiteLLM failed.
type vectors struct {
	Conversations map[string]json.RawMessage
	Formats       map[string]format
	Templates     []struct {
		Template json.RawMessage
		Prompts  prompts
	}
	Functions []struct {
		Functions json.RawMessage
		Prompts   prompts
	}
}

type format struct {
	Provider, Model string
	Same            string // another format's name, which has the same prompts
	Prompts         prompts
}

// isSilent reports whether LiteLLM has no text for any conversation.
func (f format) isSilent() bool {
	for c := range f.Prompts {
		if f.Prompts.of(c) != "" {
			return false
		}
	}
	return true
}

type prompts map[string]json.RawMessage // by conversation

// of returns the text for a conversation; "" when LiteLLM failed.
func (p prompts) of(conversation string) (text string) {
	_ = json.Unmarshal(p[conversation], &text)
	return text
}

// difference says where our text is not LiteLLM's, and why.
type difference struct {
	Formats     []string
	As          map[string]string // conversations that are said as LiteLLM says others in the format
	Like        string            // a format: the conversations of In are said as LiteLLM says them in that one
	In          []string
	Refused     []string // conversations that are refused
	Instead     string   // LiteLLM has no text at all, and ours are those of this format
	Reason, URL string
}

func readJSON(t testing.TB, name string, to any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func readVectors(t testing.TB) (v vectors) {
	t.Helper()
	readJSON(t, "testdata/vectors.json", &v)
	for name, f := range v.Formats {
		if f.Same != "" {
			f.Prompts = v.Formats[f.Same].Prompts
			v.Formats[name] = f
		}
	}
	return v
}

type pair struct{ format, conversation string }

// expected is what our text is, where it is not LiteLLM's: LiteLLM's at another
// place, or none.
type expected struct {
	at      pair
	refused bool
}

// compare holds that a text is the wanted one, and is not LiteLLM's own if
// another was wanted.
func (e expected) compare(t *testing.T, got string, err error, want, own string, at pair) {
	t.Helper()
	switch {
	case e.refused && !errors.Is(err, llm.UnsupportedParamsError):
		t.Errorf("%s: got %q, %v, want an UnsupportedParamsError", at, got, err)
	case e.refused:
	case err != nil || got != want:
		t.Errorf("%s: got %q, %v, want %q (LiteLLM: %q)", at, got, err, want, own)
	case e.at != at && got == own:
		t.Errorf("%s: listed as a difference, is none", at)
	}
}

func readDifferences(t *testing.T) map[pair]expected {
	t.Helper()
	var differences []difference
	readJSON(t, "testdata/differences.json", &differences)
	all := map[pair]expected{}
	for _, d := range differences {
		if d.Reason == "" || d.URL == "" {
			t.Errorf("difference of %v: no reason or no address", d.Formats)
		}
		for _, f := range d.Formats {
			for c, other := range d.As {
				all[pair{f, c}] = expected{at: pair{f, other}}
			}
			for _, c := range d.In {
				all[pair{f, c}] = expected{at: pair{d.Like, c}}
			}
			for _, c := range d.Refused {
				all[pair{f, c}] = expected{refused: true}
			}
		}
	}
	return all
}

// TestVectors: each conversation in each format is LiteLLM's text, but for the
// differences, each of which must be one.
func TestVectors(t *testing.T) {
	v := readVectors(t)
	differences := readDifferences(t)
	equal, differ := 0, 0
	for name, f := range v.Formats {
		if f.isSilent() {
			continue
		}
		for c, messages := range v.Conversations {
			d, differs := differences[pair{name, c}]
			if !differs {
				d.at = pair{name, c}
				equal++
			} else {
				differ++
				delete(differences, pair{name, c})
			}
			got, err := text(f.Provider, f.Model, messages)
			d.compare(t, got, err, v.Formats[d.at.format].Prompts.of(d.at.conversation), f.Prompts.of(c), pair{name, c})
		}
	}
	for at := range differences {
		if at.format == "templates" || at.format == "functions" {
			continue // of other tests
		}
		t.Errorf("difference of %s, %s: no such vector", at.format, at.conversation)
	}
	if len(v.Conversations) < 30 || len(v.Formats) < 30 {
		t.Errorf("got %d conversations in %d formats, want 30 of each", len(v.Conversations), len(v.Formats))
	}
	t.Logf("%d conversations in %d formats: %d texts are LiteLLM's, %d differ", len(v.Conversations), len(v.Formats), equal, differ)
}

// TestInstead: where LiteLLM has no text for a model's name, ours are those of
// another format.
func TestInstead(t *testing.T) {
	v := readVectors(t)
	var differences []difference
	readJSON(t, "testdata/differences.json", &differences)
	silent := map[string]bool{}
	for name, f := range v.Formats {
		silent[name] = f.isSilent()
	}
	for _, d := range differences {
		if d.Instead == "" {
			continue
		}
		for _, name := range d.Formats {
			f, like := v.Formats[name], v.Formats[d.Instead]
			if !silent[name] {
				t.Errorf("%s: LiteLLM has texts", name)
			}
			delete(silent, name)
			for c, messages := range v.Conversations {
				got, gotErr := text(f.Provider, f.Model, messages)
				want, wantErr := text(like.Provider, like.Model, messages)
				if got != want || (gotErr == nil) != (wantErr == nil) {
					t.Errorf("%s: %s: got %q, %v, want %q, %v", name, c, got, gotErr, want, wantErr)
				}
			}
		}
	}
	for name, isSilent := range silent {
		if isSilent {
			t.Errorf("%s: LiteLLM has no text, and no difference says what ours is", name)
		}
	}
}

func text(provider, model string, messages json.RawMessage) (string, error) {
	conversation, err := prompt.Read(messages)
	if err != nil {
		return "", err
	}
	return prompt.Text(&llm.Deployment{Provider: provider, Model: model}, conversation)
}
