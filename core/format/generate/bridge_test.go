package generate

import (
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/core/sse"
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
		_, err := Call(callOf(t, c.body))
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
		asked, err := Call(callOf(t, c.body))
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
	reply, err := Reply(callOf(t, `{}`), &llm.Reply{Body: callOf(t, body).Body})
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
		asked, err := Call(callOf(t, `{"contents":[{"parts":[{"text":"hi"}]},`+alphabet.Replace(string(said))+`]}`))
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

// TestOdd: a provider's answer that is no chat is its fault.
func TestOdd(t *testing.T) {
	call := callOf(t, `{}`)
	for _, text := range []string{
		`{"choices":[1]}`, `{"choices":[{"message":[]}]}`, `{"choices":[{"index":"x"}]}`, `{"choices":[{"logprobs":{"content":1}}]}`,
		`{"choices":[{"message":{"tool_calls":[1]}}]}`, `{"choices":[{"message":{"thinking_blocks":[1]}}]}`, `{"choices":[{"message":{"images":[1]}}]}`,
	} {
		if _, err := Reply(call, &llm.Reply{Body: callOf(t, text).Body}); !errors.Is(err, llm.BadGatewayError) {
			t.Errorf("%s: got %v, want a BadGatewayError", text, err)
		}
		chunk := strings.Replace(text, "message", "delta", 1)
		for ev, err := range Events(call, events(llm.Event{Data: []byte(chunk), Last: true})) {
			if !errors.Is(err, llm.BadGatewayError) || ev.Last {
				t.Errorf("%s: got %+v, %v, want a BadGatewayError", chunk, ev, err)
			}
		}
	}
}

// TestEnd: what a provider says in its last event is said before the end, and
// what comes before the content leaves room for another deployment.
func TestEnd(t *testing.T) {
	var got []string
	var heads []bool
	for ev, err := range Events(callOf(t, `{}`), events(
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

// FuzzCall: a body is refused with an error a caller may be told, or becomes a
// chat that has no member twice.
func FuzzCall(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(string(g.call.Body.Bytes()))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := raw.Parse([]byte(text)); err != nil {
			return
		}
		asked, err := Call(callOf(t, text))
		if e := (*llm.Error)(nil); err != nil {
			if !errors.As(err, &e) || e.Class.Status() != 400 || e.Param == "" {
				t.Fatalf("got %v, want a 400 that names a member", err)
			}
			return
		}
		body, err := raw.Parse(asked.Body.Bytes())
		if err != nil {
			t.Fatalf("%v in %s", err, asked.Body.Bytes())
		}
		v, _ := body.Raw("messages")
		if all, err := raw.Objects(v); err != nil || len(all) == 0 {
			t.Fatalf("got %s (%v), want messages", body.Bytes(), err)
		}
		for _, name := range []string{"tools", "response_format"} {
			if v, ok := body.Raw(name); ok && raw.Strict(v) != nil {
				t.Fatalf("got %s %s (%v), want JSON", name, v, raw.Strict(v))
			}
		}
	})
}

// FuzzEvents: whatever a provider streams, a caller gets objects, and an end
// only where the provider's is.
func FuzzEvents(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(g.answer, true)
		f.Add(g.answer, false)
	}
	f.Fuzz(func(t *testing.T, answer string, shows bool) {
		call := callOf(t, `{"stream":true,"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"thinkingConfig":{"includeThoughts":`+map[bool]string{true: "true", false: "false"}[shows]+`}}}`)
		asked, err := Call(call)
		if err != nil {
			t.Fatal(err)
		}
		upstream, ended := false, false
		in := codec().Events(asked, sse.Read(strings.NewReader(answer)))
		watched := func(yield func(llm.Event, error) bool) {
			for ev, err := range in {
				upstream = upstream || ev.Last
				if !yield(ev, err) {
					return
				}
			}
		}
		for ev, err := range Events(call, watched) {
			if ended {
				t.Fatal("got an event after the end")
			}
			ended = err != nil || ev.Last
			if ev.Last && !upstream {
				t.Fatal("got an end that the provider did not send")
			}
			if len(ev.Data) == 0 {
				continue
			}
			if body, err := raw.Parse(ev.Data); err != nil || !body.Has("candidates") {
				t.Fatalf("%v in %s, want candidates", err, ev.Data)
			}
		}
	})
}
