package prompt_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"pgregory.net/rapid"
)

// TestTemplates: custom templates say conversations as LiteLLM does.
func TestTemplates(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.Templates {
		to := &llm.Deployment{Provider: "ollama", Model: "m", Settings: map[string]string{prompt.Setting: string(c.Template)}}
		for name, messages := range v.Conversations {
			conversation, err := prompt.Read(messages)
			if err != nil {
				t.Fatal(err)
			}
			got, err := prompt.Set{}.Text(to, conversation)
			want := c.Prompts.of(name)
			switch name {
			case "tool", "tools, with text": // LiteLLM leaves the calls out
				if !errors.Is(err, llm.UnsupportedParamsError) {
					t.Errorf("%s: %s: got %v, want an UnsupportedParamsError", c.Template, name, err)
				}
				continue
			case "no content": // LiteLLM leaves the turn's marks out
				want = c.Prompts.of("empty answer")
			}
			if err != nil || got != want {
				t.Errorf("%s: %s: got %q, %v, want %q", c.Template, name, got, err, want)
			}
		}
	}
	if len(v.Templates) < 5 {
		t.Errorf("got %d templates, want 5", len(v.Templates))
	}
}

// TestAddFunctions: functions are told of in LiteLLM's words and notation.
func TestAddFunctions(t *testing.T) {
	v := readVectors(t)
	format, _ := prompt.Set{}.For("ollama", "m")
	compared := 0
	for _, c := range v.Functions {
		for name := range c.Prompts {
			conversation, err := prompt.Read(v.Conversations[name])
			if err != nil {
				t.Fatal(err)
			}
			before := conversation[0].Text
			told, err := prompt.AddFunctions(conversation, c.Functions)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := format(told); err != nil || got != c.Prompts.of(name) {
				t.Errorf("%s: got %q, %v, want %q", name, got, err, c.Prompts.of(name))
			}
			if conversation[0].Text != before {
				t.Errorf("%s: the conversation was changed", name)
			}
			compared++
		}
	}
	if compared < 12 {
		t.Errorf("compared %d texts, want 12", compared)
	}
	for _, functions := range []string{``, `[`, `[{"name":"a","name":"b"}]`, `{}`, `null`} {
		if _, err := prompt.AddFunctions(nil, json.RawMessage(functions)); !errors.Is(err, llm.BadRequestError) {
			t.Errorf("%s: got %v, want a BadRequestError", functions, err)
		}
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, messages string
		class          llm.Class
		says           string
	}{
		{"no JSON", `[`, llm.BadRequestError, "messages: "},
		{"no list", `{"role":"user","content":"x"}`, llm.BadRequestError, "at least one message"},
		{"empty", `[]`, llm.BadRequestError, "at least one message"},
		{"no object", `["x"]`, llm.BadRequestError, "messages: "},
		{"role twice", `[{"role":"user","role":"system","content":"x"}]`, llm.BadRequestError, "duplicate"},
		{"no role", `[{"content":"x"}]`, llm.BadRequestError, `unknown role ""`},
		{"other role", `[{"role":"human","content":"x"}]`, llm.BadRequestError, `unknown role "human"`},
		{"number", `[{"role":"user","content":1}]`, llm.BadRequestError, "content must be"},
		{"part of text", `[{"role":"user","content":["x"]}]`, llm.BadRequestError, "messages: "},
		{"part without text", `[{"role":"user","content":[{"type":"text"}]}]`, llm.BadRequestError, "needs a text"},
		{"image", `[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]`, llm.UnsupportedParamsError, "parts of type image_url"},
		{"old call", `[{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}]`, llm.UnsupportedParamsError, "function_call"},
		{"user's call", `[{"role":"user","content":"x","tool_calls":[]}]`, llm.BadRequestError, "assistant's list"},
		{"call of nothing", `[{"role":"assistant","tool_calls":[{"id":"a","type":"custom"}]}]`, llm.BadRequestError, "needs a function"},
		{"arguments", `[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]}]`, llm.BadRequestError, `tool call "a"`},
		{"arguments twice", `[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":1,\"x\":2}"}}]}]`, llm.BadRequestError, "duplicate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := prompt.Read(json.RawMessage(c.messages))
			var e *llm.Error
			if !errors.As(err, &e) || e.Class != c.class || e.Param != "messages" || !strings.Contains(e.Message, c.says) {
				t.Errorf("got %v, want %s with %q", err, c.class.Error(), c.says)
			}
		})
	}
	got, err := prompt.Read(json.RawMessage(`[
		{"role":"function","name":"f","content":"result"},
		{"role":"assistant","content":null,"refusal":"No."},
		{"role":"assistant","content":[{"type":"refusal","refusal":"Never."}]},
		{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":""}}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Role != "tool" || got[1].Text != "No." || got[2].Text != "Never." || got[3].Calls[0].Arguments != "{}" {
		t.Errorf("got %+v", got)
	}
}

func TestParseTemplate(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{"roles":[]}`, `{"roles":{"user":"x"}}`, `{"roles":{"user":{"pre_message":1}}}`,
		`{"roles":{"user":{"post_message":[]}}}`, `{"bos_token":1}`, `{"eos_token":"a","eos_token":"b"}`,
	} {
		if got, err := prompt.ParseTemplate([]byte(text)); err == nil {
			t.Errorf("%s: got %+v, want an error", text, got)
		}
	}
	to := &llm.Deployment{Model: "m", Settings: map[string]string{prompt.Setting: `{"roles":7}`}}
	_, err := prompt.Set{}.Text(to, nil)
	var e *llm.Error
	if !errors.As(err, &e) || e.Class != llm.InternalServerError || strings.Contains(e.Message, "7") {
		t.Errorf("got %v, want an InternalServerError that shows nothing of the configuration", err)
	}
}

// TestSet: what is registered goes before what is known, and changes no other set.
func TestSet(t *testing.T) {
	hi := []prompt.Message{{Role: "user", Text: "hi"}}
	mine := prompt.Template{Initial: "mine: "}
	base := prompt.Set{}.With("huggingface/tiiuae/falcon-7b-instruct", mine)
	wide := base.With("mosaicml/mpt-7b-chat", mine)
	for _, c := range []struct {
		name            string
		set             prompt.Set
		provider, model string
		want            string
		known           bool
	}{
		{"registered with its provider", base, "huggingface", "tiiuae/falcon-7b-instruct", "mine: hi", true},
		{"another provider", base, "replicate", "tiiuae/falcon-7b-instruct", "user:hi\n\n", true},
		{"registered alone", wide, "replicate", "mosaicml/mpt-7b-chat", "mine: hi", true},
		{"not in the first set", base, "replicate", "mosaicml/mpt-7b-chat", "<|im_start|>userhi<|im_end|>\n", true},
		{"unknown", wide, "replicate", "nobody/knows", "hi", false},
	} {
		format, known := c.set.For(c.provider, c.model)
		if got, err := format(hi); err != nil || got != c.want || known != c.known {
			t.Errorf("%s: got %q, %v, %v, want %q, %v", c.name, got, known, err, c.want, c.known)
		}
	}
	to := &llm.Deployment{Provider: "sagemaker", Model: "my-endpoint", Settings: map[string]string{"hf_model_name": "tiiuae/falcon-7b-instruct"}}
	if got, err := (prompt.Set{}).Text(to, hi); err != nil || got != "user:hi\n\n" {
		t.Errorf("hf_model_name: got %q, %v, want falcon's format", got, err)
	}
}

// TestEveryText: in every format, each text of a user is in the prompt once,
// and in its order.
func TestEveryText(t *testing.T) {
	v := readVectors(t)
	rapid.Check(t, func(t *rapid.T) {
		var conversation []prompt.Message
		var words []string
		for i, role := range rapid.SliceOfN(rapid.SampledFrom([]string{"system", "user", "assistant"}), 1, 8).Draw(t, "roles") {
			text := rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "text") + string(rune('A'+i)) + "."
			conversation = append(conversation, prompt.Message{Role: role, Text: text})
			if role == "user" {
				words = append(words, text)
			}
		}
		for name, f := range v.Formats {
			format, _ := prompt.Set{}.For(f.Provider, f.Model)
			rest, err := format(conversation)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, word := range words {
				before, after, found := strings.Cut(rest, word)
				if !found || strings.Contains(after, word) {
					t.Fatalf("%s: %q is not once in %q (before: %q)", name, word, rest, before)
				}
				rest = after
			}
		}
	})
}

// FuzzPrompt: whatever the messages, functions and template, an answer is a
// text or an error a caller may be told.
func FuzzPrompt(f *testing.F) {
	v := readVectors(f)
	for _, messages := range v.Conversations {
		f.Add([]byte(messages), []byte(v.Functions[2].Functions), string(v.Templates[3].Template))
	}
	f.Add([]byte(`[{"role":"user","content":"x"}]`), []byte(`[-0,1E400,-1e999,"\ud800",[[]],{}]`), `{"roles":{"user":{}}}`)
	f.Fuzz(func(t *testing.T, messages, functions []byte, template string) {
		conversation, err := prompt.Read(messages)
		if err != nil {
			tellable(t, err)
			return
		}
		if told, err := prompt.AddFunctions(conversation, functions); err == nil {
			conversation = told
		} else {
			tellable(t, err)
		}
		for _, format := range v.Formats {
			if _, err := (prompt.Set{}).Text(&llm.Deployment{Provider: format.Provider, Model: format.Model}, conversation); err != nil {
				tellable(t, err)
			}
		}
		own := &llm.Deployment{Settings: map[string]string{prompt.Setting: template}}
		if _, err := (prompt.Set{}).Text(own, conversation); err != nil {
			tellable(t, err)
		}
	})
}

func tellable(t *testing.T, err error) {
	t.Helper()
	var e *llm.Error
	if !errors.As(err, &e) || e.Message == "" {
		t.Errorf("got %v, want an *llm.Error with a message", err)
	}
}
