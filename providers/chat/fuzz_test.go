package chat_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// FuzzRequest holds that whatever a caller writes is read into what a dialect
// can rely on, or refused with an llm.Error.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"file","file":{"file_data":"JVBE"}}]}]}`,
		`{"messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"1"}]}`,
		`{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"f"}}}`,
		`{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}},"stop":["a"],"reasoning_effort":"low","max_tokens":1}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			return
		}
		r := chat.Read(callOf(o))
		all, err := r.Messages()
		if providertest.Refusal(t, err) == "" && len(all) == 0 {
			t.Fatal("got no messages and no error")
		}
		for _, m := range all {
			if !slices.Contains([]string{"system", "user", "assistant", "tool"}, m.Role) {
				t.Fatalf("got role %q", m.Role)
			}
			for _, p := range m.Parts {
				if p.Kind == chat.Text && !chat.IsText(p.Text) {
					t.Fatalf("got text %s, want a JSON string", p.Text)
				}
				if p.File == nil {
					continue
				}
				if address := p.File.URL; address != "" && !strings.Contains(address, "://") {
					t.Fatalf("got URL %q", address)
				}
			}
			for _, c := range m.Calls {
				if _, err := raw.Parse(c.Arguments); err != nil {
					t.Fatalf("got arguments %s, want an object", c.Arguments)
				}
			}
		}
		tools, err := r.Tools()
		providertest.Refusal(t, err)
		for _, tool := range tools {
			if tool.IsFunction() && tool.Name == "" {
				t.Fatal("got a function without a name")
			}
		}
		choice, err := r.Choice()
		if providertest.Refusal(t, err); choice.Mode != "" && choice.Own != nil || choice.Mode == "function" && choice.Name == "" {
			t.Fatalf("got choice %+v", choice)
		}
		format, err := r.Format()
		if providertest.Refusal(t, err) == "" && r.In.Has("response_format") && format.Type == "" {
			t.Fatal("got a format without a type")
		}
		stop, err := r.Stop()
		if providertest.Refusal(t, err) == "" && stop != nil && stop[0] != '[' {
			t.Fatalf("got stop %s, want a list", stop)
		}
		_, err = r.Limit()
		providertest.Refusal(t, err)
		_, err = r.Effort()
		providertest.Refusal(t, err)
	})
}

// FuzzFail holds that any answer is an error with a class.
func FuzzFail(f *testing.F) {
	for _, seed := range []string{`{"error":{"message":"m","code":429}}`, `[{"error":"m"}]`, `{"detail":"d"}`, "<html>"} {
		f.Add(400, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if e := chat.Fail(nil, &wire.Response{Status: status, Body: body}); e == nil || e.Class == 0 {
			t.Fatalf("got %v for %d %s, want an error with a class", e, status, body)
		}
	})
}
