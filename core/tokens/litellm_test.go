package tokens

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"
)

// answered is one line of testdata/litellm.json: what a function of
// litellm==1.81.15 answers (oracle/litellm_answers.py).
type answered struct {
	Note string          `json:"note"`
	Call string          `json:"call"`
	Args arguments       `json:"args"`
	Want json.RawMessage `json:"want"`
}

type arguments struct {
	Model                     string          `json:"model"`
	Text                      json.RawMessage `json:"text"`
	Messages                  json.RawMessage `json:"messages"`
	Tools                     json.RawMessage `json:"tools"`
	ToolChoice                json.RawMessage `json:"tool_choice"`
	CountResponseTokens       bool            `json:"count_response_tokens"`
	UseDefaultImageTokenCount bool            `json:"use_default_image_token_count"`
	DefaultTokenCount         *int            `json:"default_token_count"`
	MaxTokens                 int             `json:"max_tokens"`
	TrimRatio                 float64         `json:"trim_ratio"`
	ReturnResponseTokens      bool            `json:"return_response_tokens"`
}

func (a arguments) counter() Counter {
	return Counter{
		Model:                     a.Model,
		CountResponseTokens:       a.CountResponseTokens,
		UseDefaultImageTokenCount: a.UseDefaultImageTokenCount,
		DefaultTokenCount:         a.DefaultTokenCount,
	}
}

// count answers as token_counter: a number, or "error".
func (a arguments) count(t *testing.T) any {
	if a.Text != nil {
		var texts []string
		if json.Unmarshal(a.Text, &texts) != nil {
			texts = []string{text(t, a.Text)}
		}
		return a.counter().Text(texts...)
	}
	n, err := a.counter().Messages(a.Messages, a.Tools, a.ToolChoice)
	if err != nil {
		return "error"
	}
	return n
}

// trim answers as trim_messages: messages, and on demand what is left.
func (a arguments) trim(t *testing.T) any {
	window := map[string]int{"gpt-4": 8192}[a.Model]
	trimmed, left, err := TrimMessages(a.Model, a.Messages, Limit{MaxTokens: a.MaxTokens, Window: window, Ratio: a.TrimRatio})
	if err != nil && string(trimmed) != string(a.Messages) {
		t.Errorf("got %s with %v, want the messages as they were", trimmed, err)
	}
	if a.ReturnResponseTokens {
		return []any{json.RawMessage(trimmed), left}
	}
	return json.RawMessage(trimmed)
}

func TestLiteLLM(t *testing.T) {
	b, err := os.ReadFile("testdata/litellm.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []answered
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 200 {
		t.Fatalf("got %d cases, want all", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Call+"/"+c.Note, func(t *testing.T) {
			var got any
			switch c.Call {
			case "token_counter":
				got = c.Args.count(t)
			case "trim_messages":
				got = c.Args.trim(t)
			case "is_prompt_caching_valid_prompt":
				got = IsPromptCachingValidPrompt(c.Args.Model, c.Args.Messages, c.Args.Tools)
			case "encode":
				got = Encode(c.Args.Model, text(t, c.Args.Text))
			default:
				t.Fatalf("unknown call %q", c.Call)
			}
			if b, err := json.Marshal(got); err != nil || !sameJSON(t, b, c.Want) {
				t.Errorf("%s of %+v: got %.500s, want %.500s", c.Call, c.Args.Model, b, c.Want)
			}
		})
	}
}

// TestReadsAllArguments holds that no case has an argument that the test would
// overlook.
func TestReadsAllArguments(t *testing.T) {
	b, err := os.ReadFile("testdata/litellm.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Note string                     `json:"note"`
		Args map[string]json.RawMessage `json:"args"`
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	var known []string
	for field := range reflect.TypeFor[arguments]().Fields() {
		known = append(known, field.Tag.Get("json"))
	}
	for _, c := range cases {
		for name := range c.Args {
			if !slices.Contains(known, name) {
				t.Errorf("%s: got argument %q, which is not read", c.Note, name)
			}
		}
	}
}

func text(t *testing.T, value json.RawMessage) string {
	t.Helper()
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	for _, v := range []struct {
		text []byte
		to   *any
	}{{a, &x}, {b, &y}} {
		if err := json.Unmarshal(v.text, v.to); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.DeepEqual(x, y)
}
