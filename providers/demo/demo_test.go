package demo

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixed is a Provider whose time stands still, and the sleeps it was told.
func fixed() (*Provider, *[]time.Duration) {
	ids, slept := 0, &[]time.Duration{}
	return &Provider{
		Now: func() time.Time { return time.Unix(1767225600, 0) },
		ID:  func() string { ids++; return strconv.Itoa(ids) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			*slept = append(*slept, d)
			return context.Cause(ctx)
		},
	}, slept
}

func callOf(t *testing.T, model, body string, stream bool) *llm.Call {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: o, Stream: stream,
		To: &llm.Deployment{Provider: "demo", Model: model}, Record: &llm.Record{},
	}
}

const weather = `[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object",` +
	`"properties":{"place":{"type":"string"},"unit":{"type":"string","enum":["C","F"]}},"required":["place","unit"]}}}]`

// cases are requests and what their plain answer says.
var cases = []struct {
	name, model, body           string
	content, tool, args, finish string
	in, out                     int64
}{
	{
		name: "echo", model: "demo", body: `{"messages":[{"role":"user","content":"Hello, world!"}]}`,
		content: `You said: "Hello, world!". I am the demo model: I only repeat what I hear, but I need no key and no network.`,
		finish:  "stop", in: 4 + 3, out: 32,
	},
	{
		name: "parts", model: "demo", body: `{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"u"}}]}]}`,
		content: `You said: "Look" and sent 1 attachment. I am the demo model: I only repeat what I hear, but I need no key and no network.`,
		finish:  "stop", in: 2 + 6, out: 33,
	},
	{
		name: "limit", model: "demo", body: `{"max_completion_tokens":4,"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}`,
		content: `You said: "`, finish: "length", in: 4, out: 4,
	},
	{
		name: "older limit", model: "demo", body: `{"max_tokens":2,"messages":[{"role":"user","content":"Hi"}]}`,
		content: `You said`, finish: "length", in: 4, out: 2,
	},
	{
		name: "stop", model: "demo", body: `{"stop":["nothing","Hi"],"messages":[{"role":"user","content":"Hi"}]}`,
		content: `You said: "`, finish: "stop", in: 4, out: 4,
	},
	{
		name: "stop word", model: "demo", body: `{"stop":"said","messages":[{"role":"user","content":"Hi"}]}`,
		content: `You `, finish: "stop", in: 4, out: 1,
	},
	{
		name: "tools are left alone", model: "demo", body: `{"max_tokens":1,"tools":` + weather + `,"tool_choice":"auto","messages":[{"role":"user","content":"Hi"}]}`,
		content: `You`, finish: "length", in: 4 + int64(len(tokens(weather))), out: 1,
	},
	{
		name: "tool demanded", model: "demo", body: `{"tools":` + weather + `,"tool_choice":"required","messages":[{"role":"user","content":"How is the weather in Paris?"}]}`,
		tool: "get_weather", args: `{"place":"Paris","unit":"C"}`, finish: "tool_calls", in: 7 + 3 + int64(len(tokens(weather))), out: 17 + 3,
	},
	{
		name: "tool named", model: "demo", body: `{"tools":` + weather + `,"tool_choice":{"type":"function","function":{"name":"get_weather"}},"messages":[{"role":"user","content":"go"}]}`,
		tool: "get_weather", args: `{"place":"example","unit":"C"}`, finish: "tool_calls", in: 4 + int64(len(tokens(weather))), out: 20,
	},
	{
		name: "demo-tools", model: "demo-tools", body: `{"tools":` + weather + `,"messages":[{"role":"user","content":"in Oslo"}]}`,
		tool: "get_weather", args: `{"place":"Oslo","unit":"C"}`, finish: "tool_calls", in: 5 + int64(len(tokens(weather))), out: 20,
	},
	{
		name: "tool answered", model: "demo-tools", body: `{"tools":` + weather + `,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","tool_call_id":"c","content":"4 degrees."}]}`,
		content: "The tool answered: 4 degrees. That is what I can tell you.", finish: "stop", in: 4 + 3 + 6 + int64(len(tokens(weather))), out: 15,
	},
	{
		name: "schema", model: "demo", body: `{"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object","properties":{"age":{"type":"integer","minimum":18},"ok":{"type":"boolean"},"more":{"type":"string"}},"required":["age","ok"]}}},"messages":[{"role":"user","content":"x"}]}`,
		content: `{"age":18,"ok":true}`, finish: "stop", in: 4, out: 13,
	},
	{
		name: "demo-json", model: "demo-json", body: `{"messages":[{"role":"user","content":"x"}]}`,
		content: `{"you_said":"x"}`, finish: "stop", in: 4, out: 11,
	},
	{
		name: "json_object", model: "demo", body: `{"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"x"}]}`,
		content: `{"you_said":"x"}`, finish: "stop", in: 4, out: 11,
	},
	{
		name: "several", model: "demo", body: `{"n":3,"max_tokens":2,"messages":[{"role":"user","content":"Hi"}]}`,
		content: `You said`, finish: "length", in: 4, out: 6,
	},
}

// choice is one choice of a reply, from a body or put together from chunks.
type choice struct {
	Index   int
	Message struct {
		Role      string
		Content   *string
		ToolCalls []struct {
			ID, Type string
			Function struct{ Name, Arguments string }
		} `json:"tool_calls"`
	}
	Finish *string `json:"finish_reason"`
}

func TestPlain(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, _ := fixed()
			reply, err := p.Do(context.Background(), callOf(t, c.model, c.body, false))
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				ID, Object, Model string
				Created           int64
				Choices           []choice
				Usage             struct {
					Prompt     int64 `json:"prompt_tokens"`
					Completion int64 `json:"completion_tokens"`
					Total      int64 `json:"total_tokens"`
				}
			}
			if err := json.Unmarshal(reply.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.ID != "chatcmpl-1" || got.Object != "chat.completion" || got.Model != c.model || got.Created != 1767225600 {
				t.Errorf("got %s", reply.Body.Bytes())
			}
			if got.Usage.Prompt != c.in || got.Usage.Completion != c.out || got.Usage.Total != c.in+c.out {
				t.Errorf("usage: got %+v, want %d in, %d out", got.Usage, c.in, c.out)
			}
			if want := (llm.Usage{Known: true, In: c.in, Out: c.out}); reply.Usage != want {
				t.Errorf("usage: got %+v, want %+v", reply.Usage, want)
			}
			for i, choice := range got.Choices {
				if choice.Index != i {
					t.Errorf("choice %d: got index %d", i, choice.Index)
				}
				checkChoice(t, choice, c.content, c.tool, c.args, c.finish)
			}
			for _, required := range []string{`"refusal":null`, `"logprobs":null`} {
				if n := strings.Count(string(reply.Body.Bytes()), required); n != len(got.Choices) {
					t.Errorf("got %d of %s, want one for each choice", n, required)
				}
			}
		})
	}
}

func checkChoice(t *testing.T, got choice, content, tool, args, finish string) {
	t.Helper()
	if got.Message.Role != "assistant" || got.Finish == nil || *got.Finish != finish {
		t.Errorf("got %+v, want an assistant's that finished with %s", got, finish)
	}
	if tool == "" {
		if got.Message.Content == nil || *got.Message.Content != content || got.Message.ToolCalls != nil {
			t.Errorf("got %+v, want content %q", got.Message, content)
		}
		return
	}
	if got.Message.Content != nil || len(got.Message.ToolCalls) != 1 {
		t.Fatalf("got %+v, want one tool call and no content", got.Message)
	}
	call := got.Message.ToolCalls[0]
	if !strings.HasPrefix(call.ID, "call_") || call.Type != "function" || call.Function.Name != tool || call.Function.Arguments != args {
		t.Errorf("got %+v, want %s(%s)", call, tool, args)
	}
}

func TestErrors(t *testing.T) {
	const hi = `{"messages":[{"role":"user","content":"hi"}]}`
	for _, c := range []struct {
		model, body string
		class       llm.Class
		param       string
		after       time.Duration
	}{
		{model: "demo-error-429", body: hi, class: llm.RateLimitError, after: time.Second},
		{model: "demo-error-RateLimitError", body: hi, class: llm.RateLimitError, after: time.Second},
		{model: "demo-error-500", body: hi, class: llm.InternalServerError},
		{model: "demo-error-418", body: hi, class: llm.BadRequestError},
		{model: "demo-error-ContextWindowExceededError", body: hi, class: llm.ContextWindowExceededError},
		{model: "demo-error-Timeout", body: hi, class: llm.Timeout},
		{model: "demo-error-200", body: hi, class: llm.NotFoundError},
		{model: "demo-error-", body: hi, class: llm.NotFoundError},
		{model: "demo-unheard-of", body: hi, class: llm.NotFoundError},
		{model: "demo-cut", body: hi, class: llm.APIConnectionError},
		{model: "demo", body: `{}`, class: llm.BadRequestError, param: "messages"},
		{model: "demo", body: `{"messages":[]}`, class: llm.BadRequestError, param: "messages"},
		{model: "demo", body: `{"messages":"hi"}`, class: llm.BadRequestError, param: "messages"},
		{model: "demo", body: `{"messages":[{"role":"user","role":"system"}]}`, class: llm.BadRequestError},
		{model: "demo", body: `{"n":0,"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "n"},
		{model: "demo", body: `{"n":129,"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "n"},
		{model: "demo", body: `{"max_tokens":0,"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "max_completion_tokens"},
		{model: "demo", body: `{"max_tokens":"many","messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "max_tokens"},
		{model: "demo", body: `{"tool_choice":5,"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "tool_choice"},
		{model: "demo", body: `{"tool_choice":"required","messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "tool_choice"},
		{model: "demo", body: `{"tool_choice":{"type":"function","function":{"name":"f"}},"tools":` + weather + `,"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "tool_choice"},
		{model: "demo", body: `{"response_format":{"type":"json_schema","json_schema":{"schema":{"$ref":"#/$defs/none"}}},"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "response_format"},
		{model: "demo", body: `{"tool_choice":"required","tools":[{"type":"function","function":{"name":"f","parameters":7}}],"messages":[{"role":"user"}]}`, class: llm.BadRequestError, param: "tools"},
	} {
		for _, stream := range []bool{false, true} {
			if stream && c.model == "demo-cut" {
				continue // its stream begins: TestCut
			}
			p, _ := fixed()
			_, err := p.Do(context.Background(), callOf(t, c.model, c.body, stream))
			var e *llm.Error
			if !errors.As(err, &e) || e.Class != c.class || e.Param != c.param || e.RetryAfter != c.after || e.Provider != "demo" || e.Model != c.model {
				t.Errorf("%s %s: got %+v, want %v about %q after %v", c.model, c.body, e, c.class, c.param, c.after)
			}
		}
	}
	p, _ := fixed()
	other := callOf(t, "demo", hi, false)
	other.Op = 0
	if _, err := p.Do(context.Background(), other); !errors.Is(err, llm.BadRequestError) {
		t.Errorf("another operation: got %v, want a BadRequestError", err)
	}
}

func TestSlow(t *testing.T) {
	p, slept := fixed()
	body := `{"max_tokens":2,"messages":[{"role":"user","content":"hi"}]}`
	if _, err := p.Do(context.Background(), callOf(t, "demo-slow", body, false)); err != nil || len(*slept) != 1 || (*slept)[0] != slowStart {
		t.Errorf("plain: got sleeps %v, %v, want one of %v", *slept, err, slowStart)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Do(gone, callOf(t, "demo-slow", body, false)); !errors.Is(err, llm.APIConnectionError) || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: got %v, want an APIConnectionError", err)
	}
	late, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	if _, err := p.Do(late, callOf(t, "demo-slow", body, false)); !errors.Is(err, llm.Timeout) {
		t.Errorf("too late: got %v, want a Timeout", err)
	}
}

// TestNew uses the real sleep and real ids.
func TestNew(t *testing.T) {
	p := New(time.Now)
	late, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := p.Do(late, callOf(t, "demo-slow", `{"messages":[{"role":"user"}]}`, false)); !errors.Is(err, llm.Timeout) {
		t.Errorf("got %v, want a Timeout", err)
	}
	if err := sleep(context.Background(), 0); err != nil {
		t.Errorf("sleep: got %v", err)
	}
	if a, b := p.ID(), p.ID(); a == b || len(a) < 26 {
		t.Errorf("got ids %q and %q, want random ones of 128 bits", a, b)
	}
	if !p.Speaks(llm.Chat, llm.OpenAI) || p.Speaks(llm.Chat, 0) {
		t.Error("got another answer than chat in OpenAI's format only")
	}
}
