package generate

import (
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestRefused: what is wrong with a request, and the member that is named.
func TestRefused(t *testing.T) {
	const hi = `"contents":[{"parts":[{"text":"hi"}]}]`
	for _, c := range []struct{ body, param string }{
		{`{}`, "contents"},
		{`{"contents":[]}`, "contents"},
		{`{"contents":{"parts":[]}}`, "contents"},
		{`{"contents":[1]}`, "contents"},
		{`{"contents":[{"role":"model","parts":[]}]}`, "contents"},
		{`{"contents":[{"parts":[{"text":5}]}]}`, "contents"},
		{`{"contents":[{"parts":[{"text":"a","text":"b"}]}]}`, "contents"},
		{`{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png"}}]}]}`, "contents"},
		{`{"contents":[{"parts":[{"inlineData":{"mimeType":"a/b","mime_type":"c/d","data":"x"}}]}]}`, "contents"},
		{`{"contents":[{"role":"model","parts":[{"functionCall":{"args":{}}}]}]}`, "contents"},
		{`{` + hi + `,"systemInstruction":"s"}`, "systemInstruction"},
		{`{` + hi + `,"systemInstruction":{"parts":[{"inlineData":{}}]}}`, "systemInstruction"},
		{`{` + hi + `,"systemInstruction":{},"system_instruction":{}}`, "systemInstruction"},
		{`{` + hi + `,"generationConfig":{"topP":1,"top_p":0}}`, "generationConfig"},
		{`{` + hi + `,"generationConfig":[]}`, "generationConfig"},
		{`{` + hi + `,"generationConfig":{"responseMimeType":"text/html"}}`, "responseMimeType"},
		{`{` + hi + `,"generationConfig":{"responseModalities":"TEXT"}}`, "responseModalities"},
		{`{` + hi + `,"generationConfig":{"thinkingConfig":{"thinkingBudget":1.5}}}`, "thinkingBudget"},
		{`{` + hi + `,"tools":[{"functionDeclarations":[{}]}]}`, "tools"},
		{`{` + hi + `,"tools":[{"functionDeclarations":[{"name":"f","parameters":[]}]}]}`, "tools"},
		{`{` + hi + `,"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}}`, "toolConfig"},
		{`{` + hi + `,"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":"f"}}}`, "toolConfig"},
	} {
		_, err := Call(kit().Call(t, c.body))
		if e := (*llm.Error)(nil); !errors.As(err, &e) || e.Class.Status() != 400 || e.Param != c.param {
			t.Errorf("%s: got %v, want a 400 about %s", c.body, err, c.param)
		}
	}
}

// TestMembers: small differences that no golden file is worth.
func TestMembers(t *testing.T) {
	const hi = `{"contents":[{"parts":[{"text":"hi"}]}],`
	for _, c := range []struct{ body, member, want string }{
		{hi + `"generationConfig":{"topK":40.0}}`, "top_k", "40"},
		{hi + `"generationConfig":{"topK":2.5}}`, "top_k", "2.5"},
		{hi + `"serviceTier":"standard"}`, "service_tier", `"default"`},
		{hi + `"chat_template_kwargs":{"a_b":1}}`, "chat_template_kwargs", `{"a_b":1}`},
		{hi + `"labels":{"a":"b"}}`, "labels", ""},
		{hi + `"safety_settings":[]}`, "safetySettings", ""},
		{hi + `"generationConfig":{"thinkingConfig":{"thinkingBudget":8192}}}`, "reasoning_effort", `"medium"`},
		{hi + `"generationConfig":{"thinkingConfig":{"thinkingBudget":8193}}}`, "reasoning_effort", `"high"`},
		{hi + `"generationConfig":{"thinkingConfig":{"includeThoughts":true}}}`, "reasoning_effort", ""},
		{hi + `"generationConfig":{"temperature":null}}`, "temperature", ""},
		{hi + `"generationConfig":{"responseMimeType":"text/plain","responseSchema":{"type":"STRING"}}}`, "response_format", ""},
	} {
		asked, err := Call(kit().Call(t, c.body))
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		if got, _ := asked.Body.Raw(c.member); string(got) != c.want {
			t.Errorf("%s: got %s %s, want %q", c.body, c.member, got, c.want)
		}
	}
}

// TestThoughtsComeBack: what a model thought and signed, given as a reply and
// sent back by the client, is what it was.
func TestThoughtsComeBack(t *testing.T) {
	const blocks = `[{"type":"thinking","thinking":"Hm \"é\"","signature":"+/8B"},{"type":"redacted_thinking","data":"opaque"},` +
		`{"type":"thinking","thinking":"So.","signature":"no base64"}]`
	const calls = `[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\": 1.50}"},"provider_specific_fields":{"thought_signature":"+/8="}}]`
	body := `{"choices":[{"index":0,"message":{"role":"assistant","content":"Well.","thinking_blocks":` + blocks + `,"tool_calls":` + calls + `},"finish_reason":"tool_calls"}]}`
	reply, err := Reply(kit().Call(t, `{}`), &llm.Reply{Body: formattest.Object(t, body)})
	if err != nil {
		t.Fatal(err)
	}
	v, _ := reply.Body.Raw("candidates")
	list, err := raw.Objects(v)
	if err != nil {
		t.Fatal(err)
	}
	said, _ := list[0].Raw("content")
	for _, alphabet := range []*strings.Replacer{strings.NewReplacer(), strings.NewReplacer("+/8B", "-_8B", "+/8=", "-_8")} {
		asked, err := Call(kit().Call(t, `{"contents":[{"parts":[{"text":"hi"}]},`+alphabet.Replace(string(said))+`]}`))
		if err != nil {
			t.Fatal(err)
		}
		v, _ = asked.Body.Raw("messages")
		messages, err := raw.Objects(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := messages[1].Raw("thinking_blocks"); string(got) != blocks {
			t.Errorf("got thinking_blocks\n%s\nwant\n%s", got, blocks)
		}
		if got, _ := messages[1].Raw("tool_calls"); string(got) != calls {
			t.Errorf("got tool_calls\n%s\nwant\n%s", got, calls)
		}
	}
}

// TestEnd: what a provider says in its last event is said before the end, and
// what comes before the content leaves room for another deployment.
func TestEnd(t *testing.T) {
	var got []string
	var heads []bool
	for ev, err := range Events(kit().Call(t, `{}`), formattest.Events(
		llm.Event{Head: true, Data: []byte(`{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}`)},
		llm.Event{Data: []byte(`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}}]}`)},
		llm.Event{Last: true, Usage: &llm.Usage{Known: true, In: 1}, Data: []byte(`{"model":"m","choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"length"}]}`)},
	)) {
		if err != nil {
			t.Fatal(err)
		}
		got, heads = append(got, string(ev.Data)), append(heads, ev.Head)
	}
	want := `{"candidates":[{"content":{"parts":[{"functionCall":{"id":"c","name":"f","args":{}}}],"role":"model"},"index":0,"finishReason":"STOP"},` +
		`{"content":{"parts":[{"text":"b"}],"role":"model"},"index":1,"finishReason":"MAX_TOKENS"}],` +
		`"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":0,"totalTokenCount":1},"modelVersion":"m"}`
	if len(got) != 3 || got[0] != "" || got[1] != "" || got[2] != want {
		t.Errorf("got %q, want only\n%s", got, want)
	}
	if !heads[0] || !heads[1] || heads[2] {
		t.Errorf("got heads %v, want all but the last", heads)
	}
}
