package responses_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/format/formattest"
	"github.com/tollgate-llm/tollgate/core/format/responses"
	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestRefused: what cannot be asked, which class of error it is, and whose
// fault. With drop_params some of it is left out.
func TestRefused(t *testing.T) {
	const (
		bad  = llm.BadRequestError
		unsp = llm.UnsupportedParamsError
	)
	for _, c := range []struct {
		body  string // beside the model
		class llm.Class
		param string
		says  string
		drops bool // drop_params makes it good
	}{
		{`"instructions":"x"`, bad, "input", "required", false},
		{`"input":[]`, bad, "input", "at least one", false},
		{`"input":7`, bad, "input", "array", false},
		{`"input":["x"]`, bad, "input", "", false},
		{`"input":[{"role":"user","content":"x","content":"y"}]`, bad, "input", "duplicate", false},
		{`"input":[{"role":"user"}]`, bad, "input", "content", false},
		{`"input":[{"role":"robot","content":"x"}]`, bad, "input", `"robot"`, false},
		{`"input":[{"role":"user","content":[{"type":"input_text"}]}]`, bad, "input", "needs a text", false},
		{`"input":[{"role":"user","content":[{"text":"x"}]}]`, bad, "input", "needs a type", false},
		{`"input":[{"role":"user","content":[{"type":"input_image","detail":"low"}]}]`, bad, "input", "image_url", false},
		{`"input":[{"role":"user","content":[{"type":"input_image","file_id":"file-1"}]}]`, unsp, "input", "file_id", false},
		{`"input":[{"role":"user","content":[{"type":"input_file"}]}]`, bad, "input", "file_data", false},
		{`"input":[{"role":"user","content":[{"type":"computer_screenshot"}]}]`, unsp, "input", "computer_screenshot", false},
		{`"input":[{"type":"function_call","name":"f","arguments":"{}"}]`, bad, "input", "call_id", false},
		{`"input":[{"type":"function_call_output","output":"x"}]`, bad, "input", "call_id", false},
		{`"input":[{"type":"item_reference","id":"msg_1"}]`, bad, "input", "msg_1", false},
		{`"input":[{"content":"x"}]`, bad, "input", "needs a type", false},
		{`"input":[{"role":"user","content":"x"},{"type":"web_search_call","id":"ws_1"}]`, unsp, "input", "web_search_call", true},
		{`"input":"x","instructions":["y"]`, bad, "instructions", "text", false},
		{`"input":"x","tools":[{"type":"code_interpreter","container":{"type":"auto"}}]`, unsp, "tools", "code_interpreter", false},
		{`"input":"x","tools":[{"type":"namespace","name":"crm","tools":[{"type":"file_search"}]}]`, unsp, "tools", "file_search", false},
		{`"input":"x","tools":[{"type":"namespace","name":"crm"}]`, bad, "tools", "a list of tools", false},
		{`"input":"x","tools":[{"type":"custom"}]`, bad, "tools", "needs a name", false},
		{`"input":[{"type":"custom_tool_call","call_id":"c","name":"sql"}]`, bad, "input", "needs an input", false},
		{`"input":"x","tools":[{"type":"mcp"}]`, unsp, "tools", "mcp", false},
		{`"input":"x","tools":[{"type":"web_search","filters":{"allowed_domains":["a.example"]}}]`, unsp, "tools", "filters", false},
		{`"input":"x","tools":[{"name":"f"}]`, bad, "tools", "type", false},
		{`"input":"x","tools":[{"type":"function"}]`, bad, "tools", "name", false},
		{`"input":"x","tools":{}`, bad, "tools", "array", false},
		{`"input":"x","tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"file_search"}`, unsp, "tool_choice", "file_search", false},
		{`"input":"x","tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function"}`, bad, "tool_choice", "name", false},
		{`"input":"x","tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp"}]}`, unsp, "tool_choice", "mcp", false},
		{`"input":"x","text":"json"`, bad, "text", "object", false},
		{`"input":"x","text":{"format":{"type":"yaml"}}`, bad, "text.format", "yaml", false},
		{`"input":"x","reasoning":[]`, bad, "reasoning", "object", false},
		{`"input":"x","background":true`, unsp, "background", "background", false},
		{`"input":"x","conversation":"conv_1"`, unsp, "conversation", "conversation", false},
		{`"input":"x","prompt":{"id":"pmpt_1"}`, unsp, "prompt", "prompt", false},
		{`"input":"x","previous_response_id":"resp_1"`, bad, "previous_response_id", "resp_1", false},
		{`"input":"x","truncation":"auto"`, unsp, "truncation", "drop_params", true},
		{`"input":"x","max_tool_calls":3`, unsp, "max_tool_calls", "drop_params", true},
	} {
		body := `{"model":"m",` + c.body + `}`
		for _, drop := range []bool{false, true} {
			call := kit().Call(t, body)
			call.Options.DropParams = &drop
			asked, err := responses.Call(call)
			if drop && c.drops {
				if err != nil || strings.Contains(string(asked.Body.Bytes()), c.says) {
					t.Errorf("%s with drop_params: got %v, want it left out", body, err)
				}
				continue
			}
			var e *llm.Error
			if !errors.As(err, &e) || e.Class != c.class || e.Param != c.param || !strings.Contains(e.Message, c.says) {
				t.Errorf("%s: got %v, want %v about %s that says %q", body, err, c.class, c.param, c.says)
			}
		}
	}
}

// TestAsked: members whose translation depends on others.
func TestAsked(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{"model":"m","input":"x","service_tier":"auto","truncation":null,"user":null}`, `{"model":"m","messages":[{"role":"user","content":"x"}]}`},
		{`{"model":"m","input":"x","tool_choice":"none","parallel_tool_calls":false}`, `{"model":"m","messages":[{"role":"user","content":"x"}]}`},
		{`{"model":"m","input":"x","user":"auto","include":["message.output_text.logprobs"]}`, `{"model":"m","messages":[{"role":"user","content":"x"}],"logprobs":true,"user":"auto"}`},
		{`{"model":"m","input":"x","tools":[{"type":"web_search_preview"}],"tool_choice":"required"}`, `{"model":"m","messages":[{"role":"user","content":"x"}],"web_search_options":{}}`},
		{`{"model":"m","input":"x","stream":"true","stream_options":{"include_obfuscation":true}}`, `{"model":"m","messages":[{"role":"user","content":"x"}]}`},
		{`{"model":"m","input":"x","reasoning":{"effort":null,"summary":"auto"}}`, `{"model":"m","messages":[{"role":"user","content":"x"}]}`},
		{`{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"x","cache_control":{"type":"ephemeral"}}]}]}`, `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}]}`},
		{ // providers that are not OpenAI take pictures from tools
			`{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"x"},{"type":"input_image","image_url":"https://a.example/b.png","detail":"low"}]}]}`,
			`{"model":"m","messages":[{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"https://a.example/b.png","detail":"low"}}]}]}`,
		},
		{`{"model":"m","input":[{"type":"reasoning","id":"rs_1","summary":[]},{"role":"user","content":"x"}]}`, `{"model":"m","messages":[{"role":"user","content":"x"}]}`},
	} {
		asked, err := responses.Call(kit().Call(t, c.body))
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		if got := string(asked.Body.Bytes()); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.body, got, c.want)
		}
	}
}

// TestWithHistory: earlier items come first, whatever the input is, and keep
// their bytes.
func TestWithHistory(t *testing.T) {
	earlier := []json.RawMessage{json.RawMessage(`{"role":"user","content":"1 <"}`), json.RawMessage(`{"type":"message", "role":"assistant","content":"2"}`)}
	const before = `{"role":"user","content":"1 <"},{"type":"message", "role":"assistant","content":"2"}`
	for _, c := range []struct{ body, want string }{
		{`{"model":"m","input":"3","previous_response_id":"resp_1"}`, `{"model":"m","input":[` + before + `,{"type":"message","role":"user","content":[{"type":"input_text","text":"3"}]}]}`},
		{`{"input":[{"role":"user","content":"3"}],"previous_response_id":"resp_1","store":false}`, `{"input":[` + before + `,{"role":"user","content":"3"}],"store":false}`},
		{`{"input":[]}`, `{"input":[` + before + `]}`},
		{`{"model":"m"}`, `{"model":"m","input":[` + before + `]}`},
		{`{"input":"a","input2":null}`, `{"input":[` + before + `,{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}],"input2":null}`},
	} {
		body := formattest.Object(t, c.body)
		got, err := responses.WithHistory(body, earlier)
		if err != nil || string(got.Bytes()) != c.want {
			t.Errorf("%s: got\n%s, %v\nwant\n%s", c.body, got.Bytes(), err, c.want)
		}
		if string(body.Bytes()) != c.body {
			t.Errorf("the body became %s", body.Bytes())
		}
	}
	if got, err := responses.WithHistory(formattest.Object(t, `{"input":"a"}`), nil); err != nil || !strings.HasPrefix(string(got.Bytes()), `{"input":[{"type":"message"`) {
		t.Errorf("without history: got %s, %v", got.Bytes(), err)
	}
	var e *llm.Error
	if _, err := responses.WithHistory(formattest.Object(t, `{"input":{}}`), earlier); !errors.As(err, &e) || e.Param != "input" {
		t.Errorf("got %v, want an error about input", err)
	}
}
