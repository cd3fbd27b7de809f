package prompt_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"pgregory.net/rapid"
)

// TestTemplates: custom templates say conversations as LiteLLM does.
func TestTemplates(t *testing.T) {
	v := readVectors(t)
	differences := readDifferences(t)
	for _, c := range v.Templates {
		to := &llm.Deployment{Provider: "ollama", Model: "m", Settings: map[string]string{prompt.Setting: string(c.Template)}}
		for name, messages := range v.Conversations {
			conversation, err := prompt.Read(messages)
			if err != nil {
				t.Fatal(err)
			}
			got, err := prompt.Text(to, conversation)
			at := pair{"templates", name}
			d, differs := differences[at]
			if !differs {
				d.at = at
			}
			own, want := c.Prompts.of(name), c.Prompts.of(d.at.conversation)
			if own == want {
				d.at = at // this template has no marks that could be left out
			}
			d.compare(t, got, err, want, own, at)
		}
	}
	if len(v.Templates) < 5 {
		t.Errorf("got %d templates, want 5", len(v.Templates))
	}
}

// TestAddFunctions: functions are told of in LiteLLM's words and notation.
func TestAddFunctions(t *testing.T) {
	v := readVectors(t)
	differences := readDifferences(t)
	format, _ := prompt.For("ollama", "m")
	compared := 0
	for _, c := range v.Functions {
		for name := range c.Prompts {
			if v.Conversations[name] == nil {
				continue // only another's difference
			}
			conversation, err := prompt.Read(v.Conversations[name])
			if err != nil {
				t.Fatal(err)
			}
			before := conversation[0].Text
			told, err := prompt.AddFunctions(conversation, c.Functions)
			if err != nil {
				t.Fatal(err)
			}
			got, err := format(told)
			at := pair{"functions", name}
			d, differs := differences[at]
			if !differs {
				d.at = at
			}
			d.compare(t, got, err, c.Prompts.of(d.at.conversation), c.Prompts.of(name), at)
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

// TestNesting: a prompt does not grow with the square of what was sent.
func TestNesting(t *testing.T) {
	format, _ := prompt.For("ollama", "m")
	for _, c := range []struct {
		levels int
		refuse bool
	}{{32, false}, {33, true}, {9000, true}} {
		arguments := strings.Repeat("[", c.levels) + strings.Repeat("]", c.levels)
		text, err := format([]prompt.Message{{Role: "assistant", Calls: []prompt.Call{{ID: "a", Name: "f", Arguments: arguments}}}})
		if got := errors.Is(err, llm.BadRequestError); got != c.refuse || len(text) > 4000 {
			t.Errorf("%d levels: got %d bytes and %v, want refused: %v", c.levels, len(text), err, c.refuse)
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
	_, err := prompt.Text(to, nil)
	var e *llm.Error
	if !errors.As(err, &e) || e.Class != llm.InternalServerError || strings.Contains(e.Message, "7") {
		t.Errorf("got %v, want an InternalServerError that shows nothing of the configuration", err)
	}
}

// TestText: a deployment's own template goes before what is known of its model,
// and hf_model_name says whose format it has.
func TestText(t *testing.T) {
	hi := []prompt.Message{{Role: "user", Text: "hi"}}
	const falcon = "tiiuae/falcon-7b-instruct"
	for _, c := range []struct {
		model, setting, value, want string
	}{
		{falcon, "", "", "user:hi\n\n"},
		{falcon, prompt.Setting, `{"initial_prompt_value":"mine: "}`, "mine: hi"},
		{"my-endpoint", "hf_model_name", falcon, "user:hi\n\n"},
		{"nobody/knows", "", "", "hi"},
	} {
		to := &llm.Deployment{Provider: "sagemaker", Model: c.model, Settings: map[string]string{c.setting: c.value}}
		if got, err := prompt.Text(to, hi); err != nil || got != c.want {
			t.Errorf("%s with %s: got %q, %v, want %q", c.model, c.setting, got, err, c.want)
		}
	}
}

// TestNames: names that no vector has, and the vectors' format they have.
func TestNames(t *testing.T) {
	v := readVectors(t)
	for _, c := range []struct{ provider, model, format string }{
		{"huggingface", "togethercomputer/Llama-2-7B-32K-Instruct", "llama2"},
		{"huggingface", "togethercomputer/CodeLlama-34b-Instruct", "codellama"},
		{"replicate", "meta/meta-llama-3-70b-instruct", "llama3"},
		{"huggingface", "Gryphe/MythoLogic-L2-13b", "alpaca"},
		{"huggingface", "Gryphe/MythoMix-L2-13b", "alpaca"},
		{"huggingface", "mistralai/Mixtral-8x7B-Instruct-v0.1", "mistral, folded"},
		{"huggingface", "mistralai/Mixtral-8x22B-Instruct-v0.1", "mistral v3"},
		{"huggingface", "mistralai/Mistral-Large-Instruct-2407", "mistral v3"},
		{"huggingface", "mistralai/Mistral-Small-Instruct-2409", "mistral v3"},
		{"huggingface", "mistralai/Codestral-22B-v0.1", "mistral v3"},
		{"huggingface", "mistralai/Mistral-Nemo-Instruct-2407", "none known"},
		{"huggingface", "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "deepseek r1"},
		{"bedrock", "us.deepseek.r1-v1:0", "deepseek r1"},
		{"huggingface", "Qwen/Qwen3-8B", "chatml"},
		{"huggingface", "Qwen/Qwen-7B-Chat", "chatml"},
		{"huggingface", "Qwen/Qwen2.5-7B-Instruct", "chatml"},
		{"huggingface", "NousResearch/Hermes-3-Llama-3.1-8B", "chatml"},
		{"huggingface", "google/gemma-3-27b-it", "gemma"},
		{"huggingface", "google/gemma-7b", "none known"},
		{"huggingface", "microsoft/Phi-3.5-mini-instruct", "phi3"},
		{"huggingface", "ibm/granite-13b-chat-v2", "granite"},
		{"anthropic", "claude-instant-1.2", "claude"},
		{"bedrock", "us.meta.llama4-scout-17b-instruct-v1:0", "llama3 on bedrock"},
		{"bedrock", "anthropic.claude-v2", "claude on bedrock"},
		{"bedrock", "llama/arn:aws:bedrock:us-east-1:1:imported-model/x", "none known"},
	} {
		like := v.Formats[c.format]
		for _, name := range []string{"two turns", "two turns, with a system", "spaces around"} {
			got, err := text(c.provider, c.model, v.Conversations[name])
			want, wantErr := text(like.Provider, like.Model, v.Conversations[name])
			if err != nil || wantErr != nil || got != want {
				t.Errorf("%s/%s: got %q, %v, want %q as %s (%v)", c.provider, c.model, got, err, want, c.format, wantErr)
			}
		}
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
			format, _ := prompt.For(f.Provider, f.Model)
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
	for _, seed := range [][3]string{ // short ones: the time to make an input smaller grows with its square
		{`[{"role":"system","content":"x"}]`, `[{"a":"é'\n","b":[1.5,null]}]`, `{"roles":{"user":{}},"eos_token":"x"}`},
		{`[{"role":"user","content":[{"type":"text","text":"x"}]}]`, `[-0,1E400,1e-7,true]`, `{"roles":7}`},
		{`[{"role":"tool","content":"x"}]`, `["\ud800"]`, ``},
		{`[{"role":"assistant","tool_calls":[{"function":{"arguments":"{}"}}]}]`, `[[],{}]`, `{}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]), seed[2])
	}
	var formats []prompt.Format // in one order: the fuzzer compares the ways runs take
	for _, name := range slices.Sorted(maps.Keys(v.Formats)) {
		format, _ := prompt.For(v.Formats[name].Provider, v.Formats[name].Model)
		formats = append(formats, format)
	}
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
		for _, format := range formats {
			if _, err := format(conversation); err != nil {
				tellable(t, err)
			}
		}
		own := &llm.Deployment{Settings: map[string]string{prompt.Setting: template}}
		if _, err := prompt.Text(own, conversation); err != nil {
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
